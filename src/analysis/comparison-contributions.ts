import type { Reach } from './cause-findings.js';
import type { CauseComparison, MetricComparison } from './comparison-document.js';
import type { Side } from './comparison-metrics.js';
import { edgeKey } from './edge-key.js';
import { edgeShares } from './edge-shares.js';
import { edgeFailures, failureChanges } from './failure-causes.js';
import { type LatencyParts, partsOf } from './latency-parts.js';
import type { Report } from './report-document.js';
import { sum } from './traffic-findings.js';

/** What is compared, seen whole. */
export interface ReportedSide extends Side, Reach {
  readonly report: Pick<Report, 'traffic' | 'edges' | 'workloads'>;
}

/** What one thing contributes to a figure in the base and in the candidate. */
export type Contribution = Pick<
  CauseComparison,
  'edge' | 'workload' | 'mechanism' | 'baseMs' | 'candidateMs' | 'base' | 'candidate'
>;

/** What a figure is made of on both sides. Of success its failures, as far as they moved the way that it did. */
export function contributions(
  metric: MetricComparison,
  base: ReportedSide,
  candidate: ReportedSide,
  direction: number,
): readonly Contribution[] {
  switch (metric.name) {
    case 'success':
      return failures(metric.traffic!, base, candidate, direction);
    case 'load':
      return arrivals(metric.service!, base, candidate);
    case 'cost':
      return cores(base, candidate);
    default:
      return latencies(metric, base, candidate);
  }
}

const QUANTILE = { mean: null, p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99, p999: 0.999 } as const;
const NO_LATENCY = { baseMs: null, candidateMs: null };

/** What a latency is made of; null for what is no latency, and for a source that sent nothing. */
export function latencyParts({ name, traffic }: MetricComparison, side: Side): LatencyParts | null {
  if (name === 'success' || name === 'cost' || name === 'load') return null;
  return partsOf(recordersOf(traffic!, side), QUANTILE[name]);
}

/** The edges that requests of each source use on either side, as far as they were sampled. */
export function reachOfSources(sides: readonly Side[]): (traffic: string, edge: string) => boolean {
  const reached = new Map<string, Set<string>>();
  for (const side of sides) {
    for (const name of side.sources) {
      const edges = reached.get(name) ?? new Set();
      reached.set(name, edges);
      for (const share of edgeShares(recordersOf(name, side))) edges.add(edgeKey(share));
    }
  }
  return (traffic, edge) => reached.get(traffic)?.has(edge) ?? false;
}

function recordersOf(traffic: string, { recordings, sources }: Side) {
  const index = sources.indexOf(traffic);
  return index < 0 ? [] : recordings.map((recording) => recording.traffic[index]!);
}

function latencies(metric: MetricComparison, base: Side, candidate: Side): Contribution[] {
  const rows = new Map<string, { -readonly [Key in keyof Contribution]: Contribution[Key] }>();
  for (const [side, key] of [
    [base, 'base'],
    [candidate, 'candidate'],
  ] as const) {
    for (const { edge, mechanism, ms } of latencyParts(metric, side)?.parts ?? []) {
      const id = JSON.stringify([edge, mechanism]);
      const row = rows.get(id) ?? { edge, mechanism, workload: null, baseMs: 0, candidateMs: 0, base: 0, candidate: 0 };
      rows.set(id, row);
      row[key] = ms;
      row[`${key}Ms`] = ms;
    }
  }
  return [...rows.values()];
}

function failures(traffic: string, base: ReportedSide, candidate: ReportedSide, direction: number): Contribution[] {
  const reaches = reachOfSources([base, candidate]);
  const [before, after] = [base, candidate].map(({ report, ignores }) => {
    const own = report.edges.filter(
      (edge) => reaches(traffic, edgeKey(edge)) && !ignores(edge.source, edge.destination),
    );
    return edgeFailures(own, report.traffic, reaches);
  });
  return failureChanges(before!, after!, direction).map(({ source, destination, sign, base: was, candidate: is }) => ({
    edge: { source, destination },
    workload: null,
    mechanism: sign,
    ...NO_LATENCY,
    base: was,
    candidate: is,
  }));
}

/** Who calls the service, by why: each a part of its load in requests per second. */
function arrivals(service: string, base: ReportedSide, candidate: ReportedSide): Contribution[] {
  const [before, after] = [base, candidate].map((side) => attemptsTo(service, side));
  return [...new Set([...before!.keys(), ...after!.keys()])].map((key) => {
    const [source, mechanism] = JSON.parse(key) as [string, string];
    const edge = { source, destination: service };
    const [was, is] = [before!, after!].map((rates) => rates.get(key) ?? 0);
    return { edge, workload: service, mechanism, ...NO_LATENCY, base: was!, candidate: is! };
  });
}

function attemptsTo(service: string, { report, recordings }: ReportedSide): ReadonlyMap<string, number> {
  const seconds = sum(recordings.map(({ observedMs }) => observedMs)) / 1000;
  const rates = new Map<string, number>();
  const add = (source: string, why: string, count: number) => {
    const key = JSON.stringify([source, why]);
    if (count > 0) rates.set(key, (rates.get(key) ?? 0) + count / seconds);
  };
  for (const { source, destination, attempts, retries, mirrored } of report.edges) {
    if (destination !== service) continue;
    add(source, 'calls', attempts - retries);
    add(source, 'retry', retries);
    add(source, 'mirror', mirrored);
  }
  return rates;
}

function cores(base: ReportedSide, candidate: ReportedSide): Contribution[] {
  const names = new Set([...base.report.workloads, ...candidate.report.workloads].map(({ name }) => name));
  const used = ({ report }: ReportedSide, name: string) =>
    report.workloads.find((each) => each.name === name)?.cpuCores;
  return [...names].flatMap((workload) =>
    (['app', 'proxy'] as const).map((mechanism) => ({
      edge: null,
      workload,
      mechanism,
      ...NO_LATENCY,
      base: used(base, workload)?.[mechanism] ?? 0,
      candidate: used(candidate, workload)?.[mechanism] ?? 0,
    })),
  );
}
