import type { AttributionReport, CauseComparison, ChangeReport, MetricComparison } from './comparison-document.js';
import type { Side } from './comparison-metrics.js';
import { type EdgeCounts, edgeCounts, edgeKey, movedCounters } from './edge-counters.js';
import { type LatencyParts, partsOf } from './latency-parts.js';
import type { Report } from './report-document.js';
import { type Effect, likeliest } from './responsible-change.js';

/** What is compared, seen whole. */
export interface ReportedSide extends Side {
  readonly report: Pick<Report, 'traffic' | 'edges' | 'workloads'>;
}

/** Where a setting was written, that the candidate has. */
export type WrittenAt = (
  source: string,
  destination: string,
  mechanism: string,
) => { readonly file: string; readonly line: number } | null;

export interface CauseContext {
  readonly base: ReportedSide;
  readonly candidate: ReportedSide;
  readonly changes: readonly ChangeReport[];
  readonly attribution: readonly AttributionReport[];
  readonly writtenAt: WrittenAt;
}

/** Of a difference; what contributes less is left out. */
const NOTABLE_SHARE = 0.1;
const MOST_OF_A_METRIC = 4;
/** A flag or code counts from one in so many requests on. */
const LEAST_RATIO = 1e-5;

type Contribution = Omit<CauseComparison, 'metric' | 'traffic' | 'counters' | 'change' | 'foundBy' | 'file' | 'line'>;

/**
 * Why the figures differ that do: the largest contributions first, each with what was changed. What works against the
 * difference stands last.
 */
export function comparisonCauses(metrics: readonly MetricComparison[], context: CauseContext): CauseComparison[] {
  const [before, after] = [context.base, context.candidate].map(({ report }) =>
    edgeCounts(report.edges, report.traffic),
  );
  return metrics.filter(isNotable).flatMap((metric) => {
    const direction = Math.sign(metric.difference!) * (metric.name === 'success' ? -1 : 1); // less of it, more failures
    return contributions(metric, context, before!, after!)
      .map((each) => ({ each, moved: (each.candidate - each.base) * direction }))
      .filter(({ moved }) => Math.abs(moved) >= NOTABLE_SHARE * Math.abs(metric.difference!))
      .sort((a, b) => b.moved - a.moved)
      .filter((_, i, all) => i < MOST_OF_A_METRIC - 1 || i === all.length - 1)
      .map(({ each }): CauseComparison => {
        const key = each.edge === null ? '' : edgeKey(each.edge);
        return {
          metric: metric.name,
          traffic: metric.traffic,
          ...each,
          counters: movedCounters(before!.get(key), after!.get(key)),
          ...responsible(metric, each, context),
        };
      });
  });
}

/** Whether a figure surely differs, and is to be explained. */
export function isNotable({ verdict, workload }: MetricComparison): boolean {
  return workload === null && verdict !== null && verdict !== 'same' && verdict !== 'undecided';
}

type Counts = ReadonlyMap<string, EdgeCounts>;

function contributions(metric: MetricComparison, context: CauseContext, before: Counts, after: Counts): Contribution[] {
  switch (metric.name) {
    case 'success':
      return failures(before, after);
    case 'load':
      return arrivals(metric, before, after);
    case 'cost':
      return cores(context);
    default:
      return latencies(metric, context);
  }
}

const QUANTILE = { mean: null, p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99, p999: 0.999 } as const;

/** What a latency is made of; null for what is no latency, and for a source that sent nothing. */
export function latencyParts({ name, traffic }: MetricComparison, { recordings, sources }: Side): LatencyParts | null {
  if (name === 'success' || name === 'cost' || name === 'load') return null;
  const index = sources.indexOf(traffic!);
  return partsOf(
    recordings.map((recording) => recording.traffic[index]!),
    QUANTILE[name],
  );
}

function latencies(metric: MetricComparison, { base, candidate }: CauseContext): Contribution[] {
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

const NO_LATENCY = { baseMs: null, candidateMs: null };

/**
 * Answers that a proxy made itself tell where requests fail; where no flag moved, answers of services do.
 */
function failures(before: Counts, after: Counts): Contribution[] {
  const rows = [...new Set([...before.keys(), ...after.keys()])].flatMap((key) => {
    const names = new Set([...(before.get(key)?.keys() ?? []), ...(after.get(key)?.keys() ?? [])]);
    return [...names].flatMap((name): Contribution[] => {
      const [, kind, mechanism] = /^(flag|code) (.+)$/.exec(name) ?? [];
      if (mechanism === undefined || (kind === 'code' && isGood(mechanism))) return [];
      const [source, destination] = JSON.parse(key) as [string, string];
      const [base, candidate] = [before.get(key)?.get(name) ?? 0, after.get(key)?.get(name) ?? 0];
      if (Math.abs(candidate - base) < LEAST_RATIO) return [];
      return [{ edge: { source, destination }, mechanism, workload: null, ...NO_LATENCY, base, candidate }];
    });
  });
  const flagged = rows.filter(({ mechanism }) => /^[A-Z]+$/.test(mechanism));
  return flagged.length > 0 ? flagged : rows;
}

function isGood(code: string): boolean {
  return /^[23]\d\d$/.test(code) || code === 'grpc:0' || code === 'tcp:ok';
}

/** Who calls the service, by why. */
function arrivals({ service, base, candidate }: MetricComparison, before: Counts, after: Counts): Contribution[] {
  const perRequest = [before, after].map((counts) => attemptsTo(service!, counts));
  const scale = [base ?? 0, candidate ?? 0].map((load, i) => load / (sumOf(perRequest[i]!) || 1));
  const keys = new Set([...perRequest[0]!.keys(), ...perRequest[1]!.keys()]);
  return [...keys].map((key) => {
    const [source, mechanism] = JSON.parse(key) as [string, string];
    const [was, is] = [0, 1].map((i) => (perRequest[i]!.get(key) ?? 0) * scale[i]!);
    return {
      edge: { source, destination: service! },
      mechanism,
      workload: service,
      ...NO_LATENCY,
      base: was!,
      candidate: is!,
    };
  });
}

function attemptsTo(service: string, counts: Counts): ReadonlyMap<string, number> {
  const kinds = new Map<string, number>();
  for (const [key, counted] of counts) {
    const [source, destination] = JSON.parse(key) as [string, string];
    if (destination !== service) continue;
    const [attempts, retries, mirrored] = ['attempts', 'retries', 'mirrored'].map((name) => counted.get(name) ?? 0);
    kinds.set(JSON.stringify([source, 'calls']), attempts! - retries!);
    kinds.set(JSON.stringify([source, 'retry']), retries!);
    kinds.set(JSON.stringify([source, 'mirror']), mirrored!);
  }
  return kinds;
}

function sumOf(values: ReadonlyMap<string, number>): number {
  return [...values.values()].reduce((sum, value) => sum + value, 0);
}

function cores({ base, candidate }: CauseContext): Contribution[] {
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

function responsible(metric: MetricComparison, effect: Effect, context: CauseContext) {
  const { changes } = context;
  const tried = mostEffective(metric, context);
  const foundBy = tried !== null ? 'experiment' : changes.length === 1 ? 'only' : 'likeness';
  const change = tried ?? (changes.length === 1 ? changes[0]! : likeliest(changes, effect));
  if (change !== null) return { change, foundBy, file: change.file, line: change.line } as const;
  const { edge, mechanism } = effect;
  const place = edge && context.writtenAt(edge.source, edge.destination, mechanism);
  return { change: null, foundBy: null, file: place?.file ?? null, line: place?.line ?? null };
}

/** By experiment: the change that moves the figure the most in the same direction, first of all and last of all taken together. */
function mostEffective(metric: MetricComparison, { changes, attribution }: CauseContext): ChangeReport | null {
  const direction = Math.sign(metric.difference!);
  let best: ChangeReport | null = null;
  let most = 0;
  for (const { change, alone, last, ...subject } of attribution) {
    if (subject.metric !== metric.name || subject.traffic !== metric.traffic || subject.service !== metric.service)
      continue;
    const effect = (direction * ((alone.difference ?? 0) + (last.difference ?? 0))) / 2;
    if (effect <= most) continue;
    best = changes[change]!;
    most = effect;
  }
  return best;
}
