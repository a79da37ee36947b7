/** How the bench runs things: each in a process of its own, held to one core where the system can do that. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, bundle, ready } from '../scripts/project.mjs';

export const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const PROGRAM = here('../dist/cli/main.js');
/** Where the parts of the bench lie that play models, put together with the source as the program is. */
const PLAYERS = 'build/bench';
export const PLAY = here(`../${PLAYERS}/play.js`);
export const HOLD = here(`../${PLAYERS}/hold-model.js`);

/** Builds the program and the players. */
export function buildAll() {
  ready();
  build();
  bundle('Building the bench', PLAYERS, 'bench/play.mjs', 'bench/hold-model.mjs');
}

/** Whether processes are held to one core: taskset of util-linux. */
export const isPinned = spawnSync('taskset', ['--version']).status === 0;

/** What the program prints, from JSON. On one core. */
export function onOneCore(program, ...args) {
  const pinned = isPinned ? ['taskset', '-c', String(availableParallelism() - 1)] : [];
  const [first, ...rest] = [...pinned, program, ...args.map(String)];
  return JSON.parse(execFileSync(first, rest, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }));
}

/** `drymesh` as a user runs it, on all cores. */
export function drymesh(...args) {
  execFileSync(process.execPath, [PROGRAM, ...args.map(String)], { stdio: 'ignore' });
}

/** What `use` returns, given a folder that is gone afterwards. */
export function inFolder(use) {
  const folder = mkdtempSync(join(tmpdir(), 'drymesh-bench-'));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** `drymesh run` with these arguments: what its timing.json says, and the hops of its report. */
export function timedRun(...args) {
  return inFolder((out) => {
    drymesh('run', ...args, '--out', out);
    const read = (file) => JSON.parse(readFileSync(join(out, file), 'utf8'));
    return { ...read('timing.json'), hops: read('report.json').engine.hops };
  });
}
