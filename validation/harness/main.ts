import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type MeasuredRun, measure } from './bench.js';
import { type Calibration, OVERHEAD_CASES } from './calibration.js';
import { type Case, CaseError, caseNames, loadCase } from './case.js';
import { envoyBinary, envoyVersion } from './envoy-binary.js';
import { judge } from './judge.js';
import { lockMachine } from './machine-lock.js';
import { calibrationFrom, type Overhead, readOverheads, versionsOf, writeOverheads } from './overheads.js';
import { Progress } from './progress.js';
import { type Result, readResult, writeResult } from './results.js';
import { IS_REAL_TIME } from './scheduling.js';
import { summarize } from './summary.js';
import { comparisonTable } from './table.js';

const ROOT = process.cwd();
const USAGE = `npm run validate -- [case...] [options]

Plays each case of validation/cases with real Envoys and in the model, and lays the two beside each other. Cases with a
result for the same files are passed over, unless they are named.

  --only TEXT   cases whose name contains it
  --repeat N    runs of each case, each with other seeds and fresh processes (default 3)
  --again       those with a result too, and what the machine adds is measured anew
  --predict     no Envoy: compares the recorded results with what the model says now
  --cases DIR   another folder of cases (default validation/cases)
  --results DIR another folder for results (default validation/results)
  --list        names the cases and what there is of them
`;
/** Enough for the model's own interval to be narrow beside that of three runs. */
const REPLICATIONS = 20;
const OVERHEAD_REPEATS = 3;

interface Options {
  readonly named: readonly string[];
  readonly only: string;
  readonly repeat: number;
  readonly again: boolean;
  readonly predict: boolean;
  readonly list: boolean;
  readonly cases: string;
  readonly results: string;
}

async function main(): Promise<number> {
  const options = optionsOf(process.argv.slice(2));
  const all = caseNames(options.cases);
  const unknown = options.named.filter((name) => !all.includes(name));
  if (unknown.length > 0) throw new CaseError(`no case ${unknown.join(', ')} in ${options.cases}`);
  const chosen = all.filter(
    (name) => (options.named.length === 0 || options.named.includes(name)) && name.includes(options.only),
  );
  if (options.list) return list(chosen, options);
  return options.predict ? predictAgain(chosen, options) : measureAll(chosen, options);
}

function optionsOf(args: string[]): Options {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      only: { ...text, default: '' },
      repeat: { ...text, default: '3' },
      again: flag,
      predict: flag,
      list: flag,
      help: flag,
      cases: { ...text, default: join(ROOT, 'validation/cases') },
      results: { ...text, default: join(ROOT, 'validation/results') },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    process.exit(0);
  }
  const repeat = Number(values.repeat);
  if (!Number.isInteger(repeat) || repeat < 1 || repeat > 100)
    throw new CaseError('--repeat takes a number from 1 to 100');
  return { ...values, repeat, named: positionals };
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
    const judged = judge(played, result.calibration, result.measured, REPLICATIONS);
    writeResult(results, { ...result, ...judged });
    if (!show(name, judged)) missed++;
  }
  return missed > 0 ? 1 : 0;
}

async function measureAll(names: readonly string[], options: Options): Promise<number> {
  const isWanted = (played: Case) => {
    if (options.again || options.named.includes(played.name)) return true;
    return readResult(options.results, played.name)?.content !== played.content;
  };
  const loaded = names.map((name) => [name, tried(options.cases, name)] as const);
  let failed = 0;
  for (const [name, played] of loaded) {
    if (!(played instanceof Error)) continue;
    failed++;
    process.stdout.write(`${name} cannot be played:\n${played.message}\n`);
  }
  const wanted = loaded.flatMap(([, played]) => (played instanceof Error || !isWanted(played) ? [] : [played]));
  process.stderr.write(`${wanted.length} of ${names.length} cases to measure\n`);
  if (wanted.length === 0) return failed > 0 ? 1 : 0;
  const binary = envoyBinary(ROOT);
  const envoy = envoyVersion(binary);
  await lockMachine(() => process.stderr.write('Another measuring goes on: waiting for it to end ...\n'));
  const overheads = OVERHEAD_CASES.map((name) => loadCase(join(ROOT, 'validation/cases'), name));
  const known = options.again ? null : readOverheads(overheadFile(), versionsOf(overheads, envoy));
  const others = wanted.filter(({ name }) => !isOverhead(name));
  const seconds =
    total(others.map((each) => options.repeat * secondsOf(each))) +
    (known === null ? total(overheads.map((each) => OVERHEAD_REPEATS * secondsOf(each))) : 0);
  const progress = new Progress(seconds);
  const repeated = async (played: Case, repeats: number) => {
    const runs: MeasuredRun[] = [];
    for (let repetition = 0; repetition < repeats; repetition++) {
      progress.begin(`${played.name}: run ${repetition + 1} of ${repeats}`);
      runs.push(await measure(played, repetition, binary));
      progress.end(secondsOf(played));
    }
    return runs;
  };
  const overhead = known ?? (await measureOverheads(overheads, repeated, envoy));
  const calibration = calibrationFrom(overhead);
  const versions = { drymesh: packageVersion(), envoy, node: process.version.slice(1) };
  let missed = 0;
  for (const played of wanted) {
    try {
      const runs = isOverhead(played.name) ? overhead[played.name]! : await repeated(played, options.repeat);
      const result = resultOf(played, runs, calibration, versions);
      writeResult(options.results, result);
      if (!show(played.name, result)) missed++;
    } catch (error) {
      failed++;
      process.stdout.write(`${played.name} failed: ${error instanceof Error ? error.message : String(error)}\n`);
    }
  }
  process.stdout.write(`${wanted.length - failed - missed} met, ${missed} missed, ${failed} failed\n`);
  return missed + failed > 0 ? 1 : 0;
}

async function measureOverheads(
  cases: readonly Case[],
  repeated: (played: Case, repeats: number) => Promise<readonly MeasuredRun[]>,
  envoy: string,
): Promise<Overhead> {
  const runs: Record<string, readonly MeasuredRun[]> = {};
  for (const played of cases) runs[played.name] = await repeated(played, OVERHEAD_REPEATS);
  writeOverheads(overheadFile(), versionsOf(cases, envoy), runs);
  return runs;
}

function resultOf(
  played: Case,
  runs: readonly MeasuredRun[],
  calibration: Calibration,
  versions: Result['versions'],
): Omit<Result, 'schema'> {
  const measured = summarize(runs.map(({ figures }) => figures));
  return {
    case: played.name,
    description: played.description,
    content: played.content,
    date: new Date().toISOString(),
    versions,
    realTime: IS_REAL_TIME,
    seed: played.blueprint.scenario.run.seed,
    calibration,
    runs,
    measured,
    ...judge(played, calibration, measured, REPLICATIONS),
  };
}

/** Returns whether all targets were met. */
function show(name: string, { met, comparisons }: Pick<Result, 'met' | 'comparisons'>): boolean {
  process.stdout.write(`\n${name}: ${met ? 'met' : 'MISSED'}\n${comparisonTable(comparisons)}`);
  return met;
}

function isOverhead(name: string): boolean {
  return (OVERHEAD_CASES as readonly string[]).includes(name);
}

/** Of one run, with what it takes to start. */
function secondsOf({ blueprint }: Case): number {
  const { warmupMs, durationMs } = blueprint.scenario.run;
  return (warmupMs + durationMs) / 1000 + 1.5;
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function overheadFile(): string {
  return join(ROOT, 'validation/.local/overheads.json');
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
