import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { MeasuredRun } from './bench.js';
import type { Calibration } from './calibration.js';
import type { Comparison } from './compare.js';
import type { Summary } from './summary.js';

/** What is kept of a case that was played. Nothing in it tells of the machine but how fast it was. */
export interface Result {
  readonly schema: 'drymesh.dev/validation/v1';
  readonly case: string;
  readonly description: string;
  /** Of the case's files, when it was measured. */
  readonly content: string;
  readonly date: string;
  readonly versions: { readonly drymesh: string; readonly envoy: string; readonly node: string };
  /** Whether what was measured went before the machine's other work. */
  readonly realTime: boolean;
  readonly seed: number;
  readonly calibration: Calibration;
  readonly runs: readonly MeasuredRun[];
  readonly measured: Summary;
  readonly replications: number;
  readonly predicted: Summary;
  readonly comparisons: readonly Comparison[];
  readonly met: boolean;
}

const SCHEMA = 'drymesh.dev/validation/v1';

export function readResults(folder: string): readonly Result[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  return files.sort().map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Result);
}

/** Null: there is none, or it is of another format. */
export function readResult(folder: string, name: string): Result | null {
  const path = join(folder, `${name}.json`);
  if (!existsSync(path)) return null;
  const result = JSON.parse(readFileSync(path, 'utf8')) as Result;
  return result.schema === SCHEMA ? result : null;
}

export function writeResult(folder: string, result: Omit<Result, 'schema'>): void {
  writeJson(join(folder, `${result.case}.json`), { schema: SCHEMA, ...result });
}

/** Whole or not at all. Numbers are rounded to seven digits, which is more than anybody measured. */
export function writeJson(path: string, value: unknown): void {
  mkdirSync(dirname(path), { recursive: true });
  const rounded = (_: string, each: unknown) => (typeof each === 'number' ? Number(each.toPrecision(7)) : each);
  writeFileSync(`${path}.part`, `${JSON.stringify(value, rounded, 1)}\n`);
  renameSync(`${path}.part`, path);
}
