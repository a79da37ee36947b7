/**
 * Speed, as ratios within one run: what a hop costs against what a bare event costs on the same machine at the same time.
 * Everything is measured in turn, five rounds; medians, with the smallest and the largest beside them.
 * A hop is one attempt at one tier. `npm run bench` builds first; `node bench/bench.mjs DIST` measures another build.
 */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { holdEventsPerSecond } from './hold-model.mjs';
import { prepareScenario } from './run-scenario.mjs';

const ROUNDS = 5;
const HOLD_EVENTS = 2_000_000;

const dist = pathToFileURL(`${resolve(process.argv[2] ?? 'dist')}/`);
const part = (path) => import(new URL(path, dist));
const engine = await part('engine/index.js');
const parts = {
  diagnostics: await part('diagnostics/index.js'),
  load: await part('world/load.node.js'),
  world: await part('world/index.js'),
};

const here = (path) => new URL(path, import.meta.url).pathname;
const scenarios = {
  'four-tier chain, both sidecars': [here('scenarios/chain.yaml'), ['run.duration=400s']],
  'four-tier chain, no proxies': [here('scenarios/bare-chain.yaml'), ['run.duration=800s']],
  bookinfo: [here('../scenarios/bookinfo/scenario.yaml'), []],
};
const plays = Object.entries(scenarios).map(([name, [path, settings]]) => [
  name,
  prepareScenario(parts, path, settings),
]);
const pendings = [10, 1_000, 100_000];

const holds = pendings.map(() => []);
const results = plays.map(() => []);
const ratios = plays.map(() => []);
for (let round = 0; round <= ROUNDS; round++) {
  const isWarmup = round === 0;
  const held = pendings.map((pending) => holdEventsPerSecond(engine, pending, HOLD_EVENTS));
  if (!isWarmup) for (const [i, value] of held.entries()) holds[i].push(value);
  for (const [i, [, play]] of plays.entries()) {
    const result = play(round);
    if (isWarmup) continue;
    results[i].push(result);
    ratios[i].push(held[1] / result.hopsPerSecond);
  }
}

console.log(`node ${process.version}, ${ROUNDS} rounds: median (smallest to largest)\n`);
for (const [i, pending] of pendings.entries()) {
  console.log(`hold model, ${pending} pending: ${millions(holds[i])} M events/s`);
}
plays.forEach(([name], i) => {
  const events = results[i].map(({ eventsPerSecond }) => eventsPerSecond);
  const hops = results[i].map(({ hopsPerSecond }) => hopsPerSecond);
  console.log(`\n${name}`);
  console.log(
    `  ${millions(hops)} M hops/s, ${millions(events)} M events/s, ${results[i][0].eventsPerHop.toFixed(1)} events a hop`,
  );
  console.log(`  a hop costs ${spread(ratios[i], 1)} bare events (hold model, 1000 pending, same round)`);
});

function millions(values) {
  return spread(
    values.map((value) => value / 1e6),
    3,
  );
}

function spread(values, digits) {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, middle, high] = [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
  return `${middle.toFixed(digits)} (${low.toFixed(digits)} to ${high.toFixed(digits)})`;
}
