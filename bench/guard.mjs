/**
 * `node bench/guard.mjs`: fails when a model has become much slower, held against plain JavaScript in the same round. The
 * ratio may fall to half of what bench/results.json says: machines differ, and others work on them.
 */
import { readFileSync } from 'node:fs';
import { buildAll, here } from './processes.mjs';
import { plainJavaScript } from './references.mjs';
import { COMPARED, wholeModels } from './sections/speed.mjs';

const ROUNDS = 3;
const LEAST_SHARE = 0.5;

buildAll();
const known = JSON.parse(readFileSync(here('results.json'), 'utf8')).speed;
for (const { name, others } of wholeModels(ROUNDS, plainJavaScript, COMPARED)) {
  const [now] = others;
  const before = known.find((row) => row.name === name).others.find(({ by }) => by === now.by);
  const share = now.ratio.greatest / before.ratio.median;
  console.log(
    `${name}: ${now.ratio.greatest.toFixed(2)} x ${now.by}, ${before.ratio.median.toFixed(2)} when last written`,
  );
  if (share >= LEAST_SHARE) continue;
  console.error(`${name} is slower than ${LEAST_SHARE} of what it was; if it must be: npm run bench -- --write`);
  process.exitCode = 1;
}
