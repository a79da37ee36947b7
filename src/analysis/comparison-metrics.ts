import { compareText } from '../diagnostics/index.js';
import type { Recording, WorkloadRecord } from '../telemetry/index.js';
import type { ComparedMetric, MetricComparison } from './comparison-document.js';
import { judgeDifference, type Wanted } from './comparison-verdict.js';
import { halfWidth } from './intervals.js';
import { type PairedEstimate, pairedMean, pairedQuantile, pairedSuccess, pairedValues } from './paired.js';
import { attained, bucketHalf, type PrecisionTarget } from './precision.js';
import type { PrecisionReport } from './report-document.js';
import { sum } from './traffic-findings.js';
import { COST, usedMs } from './workload-findings.js';

/** One of two variants that played the same replications. */
export interface Side {
  readonly recordings: readonly Recording[];
  /** Names of its sources, in order. */
  readonly sources: readonly string[];
}

const QUANTILES = [
  ['p50', 0.5],
  ['p90', 0.9],
  ['p95', 0.95],
  ['p99', 0.99],
  ['p999', 0.999],
] as const;

/** Every figure that can be compared: of the sources that both have, of the whole, of each service. */
export function compareMetrics(
  base: Side,
  candidate: Side,
  targets: readonly PrecisionTarget[],
): readonly MetricComparison[] {
  const shared = candidate.sources.filter((name) => base.sources.includes(name));
  return [
    ...shared.flatMap((name) => sourceMetrics(name, base, candidate, targets)),
    costMetric(base, candidate),
    ...loadMetrics(base, candidate),
  ];
}

function sourceMetrics(
  traffic: string,
  base: Side,
  candidate: Side,
  targets: readonly PrecisionTarget[],
): readonly MetricComparison[] {
  const recordersOf = ({ recordings, sources }: Side) =>
    recordings.map((recording) => recording.traffic[sources.indexOf(traffic)]!);
  const [before, after] = [recordersOf(base), recordersOf(candidate)];
  const latencies = [before.map(({ latency }) => latency), after.map(({ latency }) => latency)] as const;
  const row = (name: ComparedMetric, estimate: PairedEstimate): MetricComparison => {
    const unit = name === 'success' ? 'ratio' : 'ms';
    const target = targets.find(({ metric }) => metric === name);
    const asked = target === undefined ? null : halfOf(target, estimate);
    return rowOf({ name, traffic, unit }, estimate, before.length, name === 'success' ? 'more' : 'less', asked);
  };
  return [
    row('success', pairedSuccess(before, after)),
    row('mean', pairedMean(...latencies)),
    ...QUANTILES.map(([name, q]) => row(name, pairedQuantile(q, ...latencies))),
  ];
}

/** In the unit of the figure: a relative one is of the base. */
function halfOf({ half, unit }: PrecisionTarget, { base }: Pick<PairedEstimate, 'base'>): number {
  return unit === 'relative' ? half * (base ?? 0) : half;
}

/** Of every target and source, in their order. */
export function precisionOfDifferences(
  targets: readonly PrecisionTarget[],
  metrics: readonly MetricComparison[],
): readonly PrecisionReport[] {
  return metrics.flatMap(({ name, traffic, base, candidate, difference, ci95 }) =>
    targets
      .filter(({ metric }) => metric === name && base !== null)
      .map(({ metric, half: asked, unit }) => {
        const half = ci95 === null ? null : halfWidth(difference!, ci95);
        return attained({ traffic: traffic!, metric, unit, asked }, base, half, bucketHalf(name, [base, candidate]));
      }),
  );
}

function costMetric(base: Side, candidate: Side): MetricComparison {
  const cores = (recordings: readonly Recording[]) =>
    perMs(recordings, (record) => sum(Object.values(COST).map((cost) => cost(usedMs(record)))));
  const pairs = base.recordings.map((recording, r) => [cores([recording]), cores([candidate.recordings[r]!])] as const);
  const estimate = pairedValues(cores(base.recordings), cores(candidate.recordings), pairs);
  return rowOf({ name: 'cost', unit: 'cores' }, estimate, pairs.length, 'less');
}

/** Requests that a service receives; where it has several workloads, each of them as well. */
function loadMetrics(base: Side, candidate: Side): readonly MetricComparison[] {
  const workloads = [...base.recordings[0]!.workloads, ...candidate.recordings[0]!.workloads];
  const members = new Map<string, Set<string>>();
  for (const { service, name } of workloads) {
    const key = service ?? name;
    members.set(key, (members.get(key) ?? new Set()).add(name));
  }
  const load = (which: (record: WorkloadRecord) => boolean, subject: { service: string; workload?: string }) => {
    const perSecond = (recordings: readonly Recording[]) =>
      1000 * perMs(recordings, (record) => (which(record) ? record.received : 0));
    const pairs = base.recordings.map(
      (recording, r) => [perSecond([recording]), perSecond([candidate.recordings[r]!])] as const,
    );
    const estimate = pairedValues(perSecond(base.recordings), perSecond(candidate.recordings), pairs);
    return rowOf({ name: 'load', unit: 'perSecond', ...subject }, estimate, pairs.length, 'neither');
  };
  return [...members]
    .sort(([a], [b]) => compareText(a, b))
    .flatMap(([service, names]) => {
      const whole = load((record) => (record.service ?? record.name) === service, { service });
      if (names.size === 1) return [whole];
      const each = [...names].sort(compareText);
      return [whole, ...each.map((workload) => load(({ name }) => name === workload, { service, workload }))];
    });
}

/** Of all workloads, per millisecond that was observed. */
function perMs(recordings: readonly Recording[], value: (record: WorkloadRecord) => number): number {
  const observedMs = sum(recordings.map((recording) => recording.observedMs));
  return observedMs === 0 ? 0 : sum(recordings.flatMap(({ workloads }) => workloads.map(value))) / observedMs;
}

type Subject = Pick<MetricComparison, 'name' | 'unit'> &
  Partial<Pick<MetricComparison, 'traffic' | 'service' | 'workload'>>;

function rowOf(
  { name, unit, traffic = null, service = null, workload = null }: Subject,
  estimate: PairedEstimate,
  replications: number,
  wanted: Wanted,
  asked: number | null = null,
): MetricComparison {
  const finest = bucketHalf(name, [estimate.base, estimate.candidate]);
  const judged = judgeDifference(estimate, { wanted, unit, replications, asked, finest });
  return { name, traffic, service, workload, unit, ...estimate, ...judged, causesMs: null };
}
