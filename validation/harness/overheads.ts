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
/** Between runs of the same case, and of a wait of 10 ms. */
const MOST_SPREAD = 0.1;
const MOST_LATE_MS = 0.5;

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
  const [direct, client, both, mtls, connect] = OVERHEAD_CASES.map((name) => runs[name]!);
  const meanMs = (of: readonly MeasuredRun[]) => median(meansMs(of));
  return calibrationOf({
    direct: meanMs(direct!),
    client: meanMs(client!),
    both: meanMs(both!),
    mtls: meanMs(mtls!),
    connect: meanMs(connect!),
    held: median(client!.map(({ proxyMs }) => proxyMs!.held)),
    serviceLate: median(client!.map(({ serviceLate }) => serviceLate.meanMs)),
    sendingLate: median(client!.map(({ sendingLate }) => Object.values(sendingLate)[0]!.meanMs)),
  });
}

function meansMs(runs: readonly MeasuredRun[]): readonly number[] {
  return runs.map(({ figures }) => Object.values(figures.traffic)[0]!.meanMs);
}

/** What cannot be on a machine that does nothing else, in words. */
export function doubtsAbout(runs: Overhead): readonly string[] {
  const { from } = calibrationFrom(runs);
  const doubts = OVERHEAD_CASES.filter((name) => spread(meansMs(runs[name]!)) > MOST_SPREAD).map(
    (name) => `the means of ${name} differ by more than ${MOST_SPREAD * 100} %`,
  );
  if (from.client < from.direct) doubts.push('a sidecar takes less than no time');
  if (from.both < from.client) doubts.push('a second sidecar takes less than no time');
  if (from.serviceLate > MOST_LATE_MS) doubts.push(`services end ${from.serviceLate.toFixed(2)} ms late`);
  return doubts;
}

function spread(values: readonly number[]): number {
  return Math.max(...values) / Math.min(...values) - 1;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}
