import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OVERHEAD_CASES } from './calibration.js';
import { type Case, CaseError, caseNames, loadCase } from './case.js';
import { envoyBinary, envoyVersion } from './envoy-binary.js';
import { judge } from './judge.js';
import { lockMachine } from './machine-lock.js';
import { type Options, optionsOf } from './options.js';
import { Recorder } from './recorder.js';
import { type Result, readResult, writeResult } from './results.js';
import { comparisonTable } from './table.js';

const ROOT = process.cwd();
const CASES = join(ROOT, 'validation/cases');

async function main(): Promise<number> {
  const options = optionsOf(process.argv.slice(2), ROOT);
  const all = caseNames(options.cases);
  const unknown = options.named.filter((name) => !all.includes(name));
  if (unknown.length > 0) throw new CaseError(`no case ${unknown.join(', ')} in ${options.cases}`);
  const chosen = all.filter(
    (name) => (options.named.length === 0 || options.named.includes(name)) && name.includes(options.only),
  );
  if (options.list) return list(chosen, options);
  return options.predict ? predictAgain(chosen, options) : measureAll(chosen, options);
}

function list(names: readonly string[], { cases, results }: Options): number {
  for (const name of names) {
    const result = readResult(results, name);
    const played = tried(cases, name);
    const state =
      played instanceof Error
        ? `cannot be played: ${played.message.replaceAll('\n', '; ')}`
        : result === null
          ? 'not measured'
          : `${result.met ? 'met' : 'missed'}, ${result.date.slice(0, 10)}${result.content === played.content ? '' : ', changed since'}`;
    process.stdout.write(`${name}: ${state}\n`);
  }
  return 0;
}

function tried(cases: string, name: string): Case | CaseError {
  try {
    return loadCase(cases, name);
  } catch (error) {
    if (error instanceof CaseError) return error;
    throw error;
  }
}

function predictAgain(names: readonly string[], { cases, results }: Options): number {
  let missed = 0;
  for (const name of names) {
    const result = readResult(results, name);
    if (result === null) continue;
    const played = loadCase(cases, name);
    if (played.content !== result.content) {
      process.stdout.write(`${name}: its files have changed since it was measured\n`);
      continue;
    }
    const judged = judge(played, result.calibration, result.runs);
    writeResult(results, { ...result, ...judged });
    if (!show(name, judged)) missed++;
  }
  return missed > 0 ? 1 : 0;
}

async function measureAll(names: readonly string[], options: Options): Promise<number> {
  const { cases, results, repeat, again, named } = options;
  const loaded = names.map((name) => [name, tried(cases, name)] as const);
  let failed = 0;
  const wanted: Case[] = [];
  for (const [name, played] of loaded) {
    if (played instanceof Error) {
      failed++;
      process.stdout.write(`${name} cannot be played:\n${played.message}\n`);
    } else if (again || named.includes(name) || readResult(results, name)?.content !== played.content)
      wanted.push(played);
  }
  process.stderr.write(`${wanted.length} of ${names.length} cases to measure\n`);
  if (wanted.length === 0) return failed > 0 ? 1 : 0;
  const binary = envoyBinary(ROOT);
  const versions = { drymesh: packageVersion(), envoy: envoyVersion(binary), node: process.version.slice(1) };
  await lockMachine(() => process.stderr.write('Another measuring goes on: waiting for it to end ...\n'));
  const overheads = OVERHEAD_CASES.map((name) => loadCase(CASES, name));
  const overheadFile = join(ROOT, 'validation/.local/overheads.json');
  const recorder = new Recorder(wanted, { binary, versions, repeat, overheads, overheadFile, again });
  await recorder.prepare();
  let [met, missed] = [0, 0];
  for (const played of wanted) {
    try {
      const result = await recorder.record(played);
      writeResult(results, result);
      if (show(played.name, result)) met++;
      else missed++;
    } catch (error) {
      failed++;
      process.stdout.write(`${played.name} failed: ${error instanceof Error ? error.message : String(error)}\n`);
    }
  }
  process.stdout.write(`\n${met} met, ${missed} missed, ${failed} failed\n`);
  return missed + failed > 0 ? 1 : 0;
}

/** Returns whether all targets were met. */
function show(name: string, { met, comparisons }: Pick<Result, 'met' | 'comparisons'>): boolean {
  process.stdout.write(`\n${name}: ${met ? 'met' : 'MISSED'}\n${comparisonTable(comparisons)}`);
  return met;
}

function packageVersion(): string {
  return (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version;
}

// What is finished is written already; `exit` takes the processes and folders with it.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));
main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(
      `${error instanceof CaseError ? error.message : error instanceof Error ? error.stack : error}\n`,
    );
    process.exit(error instanceof CaseError ? 2 : 3);
  },
);
