import type { Figures, TrafficFigures } from './figures.js';

/** A mean over runs, and how wide Student's t interval around it is, on either side; null: of one run nobody knows. */
export interface Estimate {
  readonly mean: number;
  readonly half95: number | null;
  readonly half99: number | null;
}

export interface TrafficSummary {
  readonly requests: Estimate;
  readonly success: Estimate;
  readonly meanMs: Estimate;
  readonly p50Ms: Estimate;
  readonly p90Ms: Estimate;
  readonly p99Ms: Estimate;
  readonly codes: Readonly<Record<string, Estimate>>;
  readonly flags: Readonly<Record<string, Estimate>>;
}

export interface Summary {
  readonly traffic: Readonly<Record<string, TrafficSummary>>;
  readonly counters: Readonly<Record<string, Readonly<Record<string, Estimate>>>>;
}

export const NOTHING: Estimate = { mean: 0, half95: 0, half99: 0 };

/** Quantiles of Student's t by degrees of freedom, 1 to 30, then the normal's. Abramowitz and Stegun, table 26.10. */
const T975 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11,
  2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];
const T995 = [
  63.657, 9.925, 5.841, 4.604, 4.032, 3.707, 3.499, 3.355, 3.25, 3.169, 3.106, 3.055, 3.012, 2.977, 2.947, 2.921, 2.898,
  2.878, 2.861, 2.845, 2.831, 2.819, 2.807, 2.797, 2.787, 2.779, 2.771, 2.763, 2.756, 2.75,
];

export function estimate(values: readonly number[]): Estimate {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n < 2) return { mean, half95: null, half99: null };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  const error = Math.sqrt(variance / n);
  return { mean, half95: error * (T975[n - 2] ?? 1.96), half99: error * (T995[n - 2] ?? 2.576) };
}

export function summarize(runs: readonly Figures[]): Summary {
  const traffic = keysOf(runs.map((run) => run.traffic)).map((source) => {
    const of = runs.map((run) => run.traffic[source]!);
    const over = (pick: (figures: TrafficFigures) => number) => estimate(of.map(pick));
    const summary: TrafficSummary = {
      requests: over(({ requests }) => requests),
      success: over(({ success }) => success),
      meanMs: over(({ meanMs }) => meanMs),
      p50Ms: over(({ p50Ms }) => p50Ms),
      p90Ms: over(({ p90Ms }) => p90Ms),
      p99Ms: over(({ p99Ms }) => p99Ms),
      codes: estimates(of.map(({ codes }) => codes)),
      flags: estimates(of.map(({ flags }) => flags)),
    };
    return [source, summary] as const;
  });
  const edges = keysOf(runs.map((run) => run.counters)).map(
    (edge) => [edge, estimates(runs.map((run) => run.counters[edge] ?? {}))] as const,
  );
  return { traffic: Object.fromEntries(traffic), counters: Object.fromEntries(edges) };
}

/** A key that a run does not have counts as 0 there. */
function estimates(runs: readonly Readonly<Record<string, number>>[]): Record<string, Estimate> {
  return Object.fromEntries(keysOf(runs).map((key) => [key, estimate(runs.map((run) => run[key] ?? 0))]));
}

export function keysOf(records: readonly Readonly<Record<string, unknown>>[]): readonly string[] {
  return [...new Set(records.flatMap((record) => Object.keys(record)))].sort();
}
