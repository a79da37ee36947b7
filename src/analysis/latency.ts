import { Histogram } from '../telemetry/index.js';
import { quantileInterval, sectionInterval } from './intervals.js';
import type { Interval, LatencyMs } from './report-document.js';

const QUANTILES = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99, p999: 0.999 } as const;
export type QuantileName = keyof typeof QUANTILES;

/** A quantile needs at least ten samples beyond it in every replication. */
const SAMPLES_BEYOND = 10;

/** All histograms in one, exactly. */
export function merged(histograms: readonly Histogram[]): Histogram {
  const sum = new Histogram(histograms[0]!.bits);
  for (const histogram of histograms) sum.merge(histogram);
  return sum;
}

/** Mean and quantiles of the replications pooled, with their intervals. */
export function latencyOf(replications: readonly Histogram[]): LatencyMs {
  const pooled = merged(replications);
  const quantiles = mapQuantiles((q) => pooled.quantileMs(q));
  return {
    mean: pooled.meanMs,
    ...quantiles,
    max: pooled.count === 0 ? null : pooled.maxMs,
    ci95: {
      mean: meanInterval(pooled, replications),
      ...mapQuantiles((q) => (isSampled(q, replications) ? quantileInterval(q, pooled, replications) : null)),
    },
  };
}

function mapQuantiles<T>(of: (q: number) => T): Record<QuantileName, T> {
  return {
    p50: of(QUANTILES.p50),
    p90: of(QUANTILES.p90),
    p95: of(QUANTILES.p95),
    p99: of(QUANTILES.p99),
    p999: of(QUANTILES.p999),
  };
}

function meanInterval(pooled: Histogram, replications: readonly Histogram[]): Interval | null {
  if (replications.some(({ count }) => count === 0)) return null;
  const means = replications.map(({ meanMs }) => meanMs!);
  const interval = sectionInterval(pooled.meanMs!, means);
  return interval === null ? null : [Math.max(0, interval[0]), interval[1]];
}

export function isSampled(q: number, replications: readonly Histogram[]): boolean {
  return replications.every(({ count }) => count >= SAMPLES_BEYOND / (1 - q) - 1e-9);
}
