import { expect, test } from 'vitest';
import { PLAIN, renderText } from '../../src/report/index.js';
import { reportOf } from './shipped.js';

/**
 * What `run` prints for each shipped scenario, made short. A difference says which predictions a change moves: read it,
 * and if it is meant, `npx vitest run test/scenarios/golden.test.ts -u` and say it in CHANGELOG.md.
 */
const SHORTENED: Readonly<Record<string, readonly string[]>> = {
  bookinfo: ['run.duration=30s', 'faults[0].at=5s', 'faults[0].for=5s', 'faults[1].at=15s', 'faults[1].for=5s'],
  guide: ['run.duration=6s', 'faults[0].at=2s', 'faults[0].for=2s'],
  'online-shop': ['run.duration=20s', 'faults[0].at=5s', 'faults[0].for=5s'],
  'retry-storm': ['run.duration=20s', 'faults[0].at=5s'],
  'zone-outage': ['run.duration=40s', 'faults[0].at=2s', 'faults[0].for=3s', 'faults[1].at=20s', 'faults[1].for=10s'],
};

test.each(Object.entries(SHORTENED))('%s', async (name, settings) => {
  const report = await reportOf(name, { settings: [...settings, 'run.warmup=2s', 'run.replications=3'] });
  await expect(renderText(report, PLAIN)).toMatchFileSnapshot(`golden/${name}.txt`);
});
