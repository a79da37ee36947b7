import { type Estimate, keysOf, NOTHING, type Summary } from './summary.js';

/** Targets: what the model is held to. */
export const TARGET = {
  /** Of rates, and of counters per request: in units of 1. Else within the 99 % interval of the difference. */
  points: 0.005,
  /** Of the measured mean. Else within the 95 % interval of the difference. */
  meanMs: 0.05,
  p99Ms: 0.1,
} as const;

/**
 * `met`: within the tolerance. `met-by-interval`: farther away, but the runs scatter so much that their interval holds the
 * prediction. `shown`: nothing is asked of it.
 */
export type Verdict = 'met' | 'met-by-interval' | 'missed' | 'shown';

export interface Comparison {
  /** The source, or `caller > service`. */
  readonly subject: string;
  /** `success`, `code 503`, `flag UO`, `upstream_rq_retry`, `mean`, `p99`. */
  readonly figure: string;
  readonly unit: 'share' | 'ms';
  readonly measured: Estimate;
  readonly predicted: Estimate;
  /** predicted - measured, for `ms` relative to measured. */
  readonly error: number;
  readonly verdict: Verdict;
}

/** Connections of a warmed-up pool are opened by chance, a few in a run: what is compared is what came of them. */
const SHOWN = new Set(['upstream_cx_total', 'upstream_cx_overflow', 'upstream_rq_retry_success']);

export function compare(measured: Summary, predicted: Summary): readonly Comparison[] {
  const comparisons: Comparison[] = [];
  for (const [source, seen] of Object.entries(measured.traffic)) {
    const said = predicted.traffic[source]!;
    comparisons.push(share(source, 'success', seen.success, said.success));
    for (const [what, key] of [
      ['code', 'codes'],
      ['flag', 'flags'],
    ] as const) {
      for (const each of keysOf([seen[key], said[key]])) {
        comparisons.push(share(source, `${what} ${each}`, seen[key][each] ?? NOTHING, said[key][each] ?? NOTHING));
      }
    }
    comparisons.push(
      latency(source, 'mean', seen.meanMs, said.meanMs, TARGET.meanMs),
      latency(source, 'p50', seen.p50Ms, said.p50Ms, null),
      latency(source, 'p90', seen.p90Ms, said.p90Ms, null),
      latency(source, 'p99', seen.p99Ms, said.p99Ms, TARGET.p99Ms),
    );
  }
  for (const edge of keysOf([measured.counters, predicted.counters])) {
    const [seen, said] = [measured.counters[edge] ?? {}, predicted.counters[edge] ?? {}];
    for (const counter of keysOf([seen, said])) {
      comparisons.push(share(edge, counter, seen[counter] ?? NOTHING, said[counter] ?? NOTHING));
    }
  }
  return comparisons;
}

export function isMet(comparisons: readonly Comparison[]): boolean {
  return comparisons.every(({ verdict }) => verdict !== 'missed');
}

function share(subject: string, figure: string, measured: Estimate, predicted: Estimate): Comparison {
  const error = predicted.mean - measured.mean;
  const verdict = SHOWN.has(figure)
    ? 'shown'
    : verdictOf(error, TARGET.points, combined(measured.half99, predicted.half99));
  return { subject, figure, unit: 'share', measured, predicted, error, verdict };
}

function latency(
  subject: string,
  figure: string,
  measured: Estimate,
  predicted: Estimate,
  tolerance: number | null,
): Comparison {
  const error = measured.mean === 0 ? 0 : predicted.mean / measured.mean - 1;
  const halfMs = combined(measured.half95, predicted.half95);
  const half = halfMs === null || measured.mean === 0 ? null : halfMs / measured.mean;
  const verdict = tolerance === null ? 'shown' : verdictOf(error, tolerance, half);
  return { subject, figure, unit: 'ms', measured, predicted, error, verdict };
}

/** Half of the interval of a difference of means that know nothing of each other. */
function combined(measured: number | null, predicted: number | null): number | null {
  return measured === null ? null : Math.hypot(measured, predicted ?? 0);
}

function verdictOf(error: number, tolerance: number, half: number | null): Verdict {
  if (Math.abs(error) <= tolerance) return 'met';
  return half !== null && Math.abs(error) <= half ? 'met-by-interval' : 'missed';
}
