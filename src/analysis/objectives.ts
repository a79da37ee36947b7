import type { Interval, ObjectiveReport, TrafficReport } from './report-document.js';

type Comparator = '<' | '<=' | '>' | '>=';

export interface ObjectiveSpec {
  /** As written. */
  readonly name: string;
  /** Null: each source. */
  readonly traffic: string | null;
  readonly metric: 'mean' | 'p50' | 'p90' | 'p95' | 'p99' | 'p999' | 'max' | 'success';
  /** Of the succeeded only. */
  readonly ok: boolean;
  readonly comparator: Comparator;
  readonly unit: 'ms' | 'ratio';
  readonly target: number;
}

/** Holds each objective against each source that it is about. */
export function judgeObjectives(
  objectives: readonly ObjectiveSpec[],
  traffic: readonly TrafficReport[],
): ObjectiveReport[] {
  return objectives.flatMap((objective) =>
    traffic
      .filter(({ name }) => objective.traffic === null || objective.traffic === name)
      .map((t) => judge(objective, t)),
  );
}

function judge(objective: ObjectiveSpec, traffic: TrafficReport): ObjectiveReport {
  const { name, metric, ok, comparator, unit, target } = objective;
  const { measured, ci95 } = measure(objective, traffic);
  return {
    name,
    traffic: traffic.name,
    metric: ok ? `ok.${metric}` : metric,
    comparator,
    unit,
    target,
    measured,
    ci95,
    pass: measured !== null && holds(measured, comparator, target),
    verdict: verdictOf(measured, ci95, comparator, target),
  };
}

function measure({ metric, ok }: ObjectiveSpec, traffic: TrafficReport) {
  if (metric === 'success') return { measured: traffic.success.ratio, ci95: traffic.success.ci95 };
  const latency = ok ? traffic.okLatencyMs : traffic.latencyMs;
  return { measured: latency[metric], ci95: metric === 'max' ? null : latency.ci95[metric] };
}

/** No data is failed; an interval that holds both is undecided, and so is an estimate without one. */
function verdictOf(
  measured: number | null,
  ci95: Interval | null,
  comparator: Comparator,
  target: number,
): ObjectiveReport['verdict'] {
  if (measured === null) return 'failed';
  if (ci95 === null) return 'undecided';
  const ends = ci95.map((end) => holds(end, comparator, target));
  if (ends[0] !== ends[1]) return 'undecided';
  return ends[0] ? 'held' : 'failed';
}

/** Latencies are differences of sums of times: what is as good as the target is the target. */
const SAME = 1e-9;

function holds(figure: number, comparator: Comparator, target: number): boolean {
  const measured = Math.abs(figure - target) <= SAME * target ? target : figure;
  switch (comparator) {
    case '<':
      return measured < target;
    case '<=':
      return measured <= target;
    case '>':
      return measured > target;
    case '>=':
      return measured >= target;
  }
}
