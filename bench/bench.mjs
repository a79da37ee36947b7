/**
 * How fast and how large: `npm run bench`. Everything is measured in one run, each thing in a process of its own, five
 * rounds in which all take their turn; medians with the least and the greatest, and ratios within a round, for only these
 * can be carried to another machine. `--write` puts the figures where docs/performance.md takes them from.
 */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { buildAll, here, inFolder, isPinned } from './processes.mjs';
import { findReferences } from './references.mjs';
import { byLength, bySize } from './sections/memory.mjs';
import { cores, startUp } from './sections/program.mjs';
import { holdModel, wholeModels } from './sections/speed.mjs';
import { commonRandomNumbers } from './sections/variance.mjs';
import { millionsText, spreadText } from './spread.mjs';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, write: { type: 'boolean', default: false } },
});
const rounds = Number(values.rounds);
buildAll();

const machine = { node: process.version, cpu: cpus()[0].model.trim(), cores: cpus().length, isPinned, rounds };
console.log(`node ${machine.node}, ${machine.cores} x ${machine.cpu}, ${isPinned ? 'one core each' : 'not pinned'}`);
const results = inFolder((folder) => {
  const { found, missing } = findReferences(folder);
  for (const what of missing) console.log(`not compared with ${what}`);
  const speed = [...shown(holdModel(rounds, found), speedText), ...shown(wholeModels(rounds, found), speedText)];
  const memory = [...shown(byLength(), memoryText), ...shown(bySize(), memoryText)];
  const start = shown(startUp(rounds), ({ name, ms }) => `${name}: ${spreadText(ms, 0)} ms`);
  const [spreadOverCores] = shown(
    [cores(rounds)],
    ({ count, ratio }) => `${count} threads: ${spreadText(ratio)} x one`,
  );
  const variance = shown(commonRandomNumbers(), ({ name, ratio }) => `${name}: 1/${ratio.toFixed(0)} of the variance`);
  return { machine, missing, speed, memory, start, cores: spreadOverCores, variance };
});
if (values.write) writeFileSync(here('results.json'), `${JSON.stringify(results, null, 2)}\n`);

/** Prints each as soon as it is there. */
function shown(measured, text) {
  const all = [];
  for (const one of measured) {
    console.log(text(one));
    all.push(one);
  }
  return all;
}

function speedText({ name, unit, perSecond, eventsPerHop, others }) {
  const events = eventsPerHop === undefined ? '' : `, ${eventsPerHop.toFixed(2)} events each`;
  const compared = others.map(
    (other) => `  ${spreadText(other.ratio)} x ${other.by}, ${millionsText(other.perSecond)} M`,
  );
  return [`${name}: ${millionsText(perSecond)} M ${unit}${events}`, ...compared].join('\n');
}

function memoryText({ name, peakMemoryBytes, setupSeconds, wallSeconds, hops }) {
  const megabytes = Math.round(peakMemoryBytes / 1e6);
  return `${name}: ${megabytes} MB, set up in ${setupSeconds.toFixed(1)} s, ${hops} hops in ${wallSeconds.toFixed(1)} s`;
}
