import { availableParallelism } from 'node:os';
import { drymesh, here, inFolder, timedRun } from '../processes.mjs';
import { spread } from '../spread.mjs';

const BOOKINFO = here('../scenarios/bookinfo');
const REPLICATIONS_PER_CORE = 16;
const MOST_ROUNDS = 3; // a minute each

/** (e) From the shell's prompt to the next, ms. */
export function* startUp(rounds) {
  const second = ['--duration', '1s', '--replications', 1];
  const commands = {
    'drymesh --help': () => drymesh('--help'),
    'drymesh lint of bookinfo': () => drymesh('lint', BOOKINFO),
    'drymesh run of bookinfo, one simulated second': () =>
      inFolder((out) => drymesh('run', BOOKINFO, ...second, '--out', out)),
  };
  for (const [name, run] of Object.entries(commands)) {
    run();
    yield { name, ms: spread(Array.from({ length: rounds }, () => milliseconds(run))) };
  }
}

/** How much sooner all cores are done with the replications of a run than one. */
export function cores(rounds) {
  const count = availableParallelism();
  const size = ['--duration', '60m', '--replications', REPLICATIONS_PER_CORE * count];
  const wallSeconds = (workers) => timedRun(BOOKINFO, ...size, '--workers', workers).wallSeconds;
  return {
    count,
    ratio: spread(Array.from({ length: Math.min(rounds, MOST_ROUNDS) }, () => wallSeconds(1) / wallSeconds(count))),
  };
}

function milliseconds(run) {
  const startMs = performance.now();
  run();
  return performance.now() - startMs;
}
