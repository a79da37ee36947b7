import { existsSync, readFileSync } from 'node:fs';
import type { MeasuredRun } from './bench.js';
import { type Calibration, calibrationOf, OVERHEAD_CASES } from './calibration.js';
import type { Case } from './case.js';
import { writeJson } from './results.js';

/** The overhead cases as they were measured on this machine. */
interface Overheads {
  readonly versions: string;
  readonly measuredAt: string;
  readonly runs: Readonly<Record<string, readonly MeasuredRun[]>>;
}

/** A machine does not stay the same for longer. */
const GOOD_FOR_HOURS = 12;

export type Overhead = Readonly<Record<string, readonly MeasuredRun[]>>;

/** Null: never measured, too long ago, or with others of anything. `versions`: of programs and cases. */
export function readOverheads(path: string, versions: string): Overhead | null {
  if (!existsSync(path)) return null;
  const kept = JSON.parse(readFileSync(path, 'utf8')) as Overheads;
  const hours = (Date.now() - Date.parse(kept.measuredAt)) / 3_600_000;
  return kept.versions === versions && hours < GOOD_FOR_HOURS ? kept.runs : null;
}

export function writeOverheads(path: string, versions: string, runs: Overhead): void {
  const kept: Overheads = { versions, measuredAt: new Date().toISOString(), runs };
  writeJson(path, kept);
}

export function versionsOf(cases: readonly Case[], envoy: string): string {
  return [envoy, process.version, ...cases.map(({ content }) => content)].join(' ');
}

/** Of each figure the median over the runs, so that one run that was held up does not count. */
export function calibrationFrom(runs: Overhead): Calibration {
  const [direct, client, both, connect] = OVERHEAD_CASES.map((name) => runs[name]!);
  const meanMs = (of: readonly MeasuredRun[]) =>
    median(of.map(({ figures }) => Object.values(figures.traffic)[0]!.meanMs));
  return calibrationOf({
    direct: meanMs(direct!),
    client: meanMs(client!),
    both: meanMs(both!),
    connect: meanMs(connect!),
    held: median(client!.map(({ proxyMs }) => proxyMs!.held)),
    serviceLate: median(client!.map(({ serviceLate }) => serviceLate.meanMs)),
    sendingLate: median(client!.map(({ sendingLate }) => Object.values(sendingLate)[0]!.meanMs)),
  });
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}
