/**
 * `node bench/measure.mjs DIST SCENARIO [SETTING...]`: the rounds of one scenario in a process of its own, as users run
 * it, each beside the hold model. Prints them as JSON.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { holdEventsPerSecond } from './hold-model.mjs';
import { prepareScenario } from './run-scenario.mjs';

const WARMUPS = 2; // plays after which V8 has compiled what there is to compile
const ROUNDS = 5;
const HOLD_EVENTS = 2_000_000;
const PENDINGS = [10, 1_000, 100_000];

const [dist, scenario, ...settings] = process.argv.slice(2);
const part = (path) => import(new URL(path, pathToFileURL(`${resolve(dist)}/`)));
if (existsSync(resolve(dist, 'cli/inlining.js'))) await part('cli/inlining.js'); // as `drymesh` itself does
const engine = await part('engine/index.js');
const play = prepareScenario(
  {
    diagnostics: await part('diagnostics/index.js'),
    load: await part('world/load.node.js'),
    world: await part('world/index.js'),
  },
  scenario,
  settings,
);

const rounds = [];
for (let round = -WARMUPS; round < ROUNDS; round++) {
  const holds = PENDINGS.map((pending) => holdEventsPerSecond(engine, pending, HOLD_EVENTS));
  const played = play(round + WARMUPS);
  if (round >= 0) rounds.push({ holds, ...played });
}
console.log(JSON.stringify({ pendings: PENDINGS, rounds }));
