import type { Bound } from './comparison-bounds.js';
import { halfWidth } from './intervals.js';
import type { Interval, PrecisionReport, TrafficReport } from './report-document.js';

export const PRECISE_METRICS = ['success', 'mean', 'p50', 'p90', 'p95', 'p99', 'p999'] as const;
export type PreciseMetric = (typeof PRECISE_METRICS)[number];

/** How narrow an interval is to be. */
export interface PrecisionTarget {
  readonly metric: PreciseMetric;
  /** Half of the 95 % interval: of the estimate (`relative`, 0.01 is 1 %), or as large itself; `ratio` for success. */
  readonly half: number;
  readonly unit: 'relative' | 'ms' | 'ratio';
}

/** What precision is asked of. */
export type Measured = Pick<TrafficReport, 'name' | 'requests' | 'success' | 'latencyMs'>;

export interface StoppingRule {
  readonly targets: readonly PrecisionTarget[];
  /** Replications at which the rule is looked at first, and at which it gives up. */
  readonly least: number;
  readonly most: number;
}

/** Until when pairs of replications are played to compare. */
export interface ComparisonRule extends StoppingRule {
  readonly bounds: readonly Bound[];
}

/** From one look to the next: looking after every replication would stop too often by luck. */
const GROWTH = 1.2;

/** The numbers of replications at which the rule is looked at, ascending; the last is `most`. */
export function looks({ least, most }: Pick<StoppingRule, 'least' | 'most'>): readonly number[] {
  const numbers: number[] = [];
  for (let n = least; n < most; n = Math.ceil(n * GROWTH)) numbers.push(n);
  return [...numbers, most];
}

/** Of every target and source, in their order. Sources that have sent nothing do not count. */
export function precisionOf(
  targets: readonly PrecisionTarget[],
  sources: readonly Measured[],
): readonly PrecisionReport[] {
  return sources
    .filter(({ requests }) => requests > 0)
    .flatMap((source) =>
      targets.map(({ metric, half: asked, unit }) => {
        const [value, ci95] =
          metric === 'success'
            ? [source.success.ratio, source.success.ci95]
            : [source.latencyMs[metric], source.latencyMs.ci95[metric]];
        const half = halfOf(value, ci95, unit);
        return { traffic: source.name, metric, unit, asked, half, reached: half !== null && half <= asked };
      }),
    );
}

function halfOf(value: number | null, ci95: Interval | null, unit: PrecisionTarget['unit']): number | null {
  if (value === null || ci95 === null) return null;
  const half = halfWidth(value, ci95);
  if (unit !== 'relative') return half;
  return half === 0 ? 0 : half / value;
}
