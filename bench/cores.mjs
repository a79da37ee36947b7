/**
 * `node bench/cores.mjs DIST`: how much sooner all cores are done with the replications of a run than one, as users run it,
 * in alternating rounds. Prints the rounds' ratios as JSON.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROUNDS = 3;
const SCENARIO = fileURLToPath(new URL('../scenarios/bookinfo', import.meta.url));
const PER_CORE = 4; // replications

const cores = availableParallelism();
const folder = mkdtempSync(join(tmpdir(), 'drymesh-bench-'));
const program = resolve(process.argv[2], 'cli/main.js');

function wallSeconds(workers) {
  const size = ['--duration', '20m', '--replications', String(PER_CORE * cores)];
  const args = [program, 'run', SCENARIO, ...size, '--workers', String(workers), '--out', folder];
  execFileSync(process.execPath, args, { stdio: 'ignore' });
  return JSON.parse(readFileSync(join(folder, 'timing.json'), 'utf8')).wallSeconds;
}

try {
  const ratios = Array.from({ length: ROUNDS }, () => wallSeconds(1) / wallSeconds(cores));
  console.log(JSON.stringify({ cores, ratios }));
} finally {
  rmSync(folder, { recursive: true });
}
