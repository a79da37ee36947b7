/**
 * Speed, as ratios within one run: what a hop costs against what a bare event costs on the same machine at the same time.
 * Each scenario has a process of its own and five rounds; medians, with the smallest and the largest beside them.
 * A hop is one attempt at one tier. `npm run bench` builds first; `node bench/bench.mjs DIST` measures another build.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const scenarios = {
  'four-tier chain, both sidecars': [here('scenarios/chain.yaml'), 'run.duration=400s'],
  'four-tier chain, no proxies': [here('scenarios/bare-chain.yaml'), 'run.duration=800s'],
  bookinfo: [here('../scenarios/bookinfo/scenario.yaml'), 'run.duration=20m'],
};

const dist = process.argv[2] ?? here('../dist');
console.log(`node ${process.version}, one core, five rounds: median (smallest to largest)`);
for (const [name, settings] of Object.entries(scenarios)) {
  const args = [here('measure.mjs'), dist, ...settings];
  const { pendings, rounds } = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
  const thousand = pendings.indexOf(1_000);
  const hops = rounds.map(({ hopsPerSecond }) => hopsPerSecond / 1e6);
  const events = rounds.map(({ eventsPerSecond }) => eventsPerSecond / 1e6);
  const cost = rounds.map(({ holds, hopsPerSecond }) => holds[thousand] / hopsPerSecond);
  console.log(`\n${name}`);
  console.log(`  ${spread(hops, 3)} M hops/s, ${spread(events, 3)} M events/s`);
  console.log(`  ${rounds[0].eventsPerHop.toFixed(1)} events a hop`);
  console.log(`  a hop costs ${spread(cost, 1)} bare events (hold model, 1000 pending, same round)`);
  for (const [i, pending] of pendings.entries()) {
    const held = rounds.map(({ holds }) => holds[i] / 1e6);
    console.log(`  hold model, ${pending} pending: ${spread(held, 3)} M events/s`);
  }
}

const { cores, ratios } = JSON.parse(execFileSync(process.execPath, [here('cores.mjs'), dist], { encoding: 'utf8' }));
console.log(`\nbookinfo, replications on ${cores} threads: ${spread(ratios, 2)} times as fast as on one`);

function spread(values, digits) {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, middle, high] = [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
  return `${middle.toFixed(digits)} (${low.toFixed(digits)} to ${high.toFixed(digits)})`;
}
