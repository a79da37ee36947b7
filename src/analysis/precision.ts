import { halfBucketMs, TRAFFIC_BITS } from '../telemetry/index.js';
import type { Bound } from './comparison-bounds.js';
import { halfWidth } from './intervals.js';
import type { PrecisionReport, TrafficReport } from './report-document.js';
import { sum } from './traffic-findings.js';

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
        const half = value === null || ci95 === null ? null : halfWidth(value, ci95);
        return attained({ traffic: source.name, metric, unit, asked }, value, half, bucketHalf(metric, [value]));
      }),
    );
}

type Asked = Pick<PrecisionReport, 'traffic' | 'metric' | 'unit' | 'asked'>;

/** `half` and `finest` are in the figure's own unit; `value`: what they are shares of where a share is asked for. */
export function attained(asked: Asked, value: number | null, half: number | null, finest: number): PrecisionReport {
  const of = (size: number) => (asked.unit === 'relative' && size > 0 ? size / value! : size);
  const told = half === null ? null : of(half);
  return { ...asked, half: told, finest: of(finest), reached: told !== null && told <= asked.asked };
}

/** What the buckets of such figures leave open, in their unit: no interval of theirs, or of their difference, is narrower. */
export function bucketHalf(metric: string, values: readonly (number | null)[]): number {
  return /^p\d+$/.test(metric)
    ? sum(values.map((value) => (value === null ? 0 : halfBucketMs(value, TRAFFIC_BITS))))
    : 0;
}

/**
 * How many times as many replications would do: what is not left open narrows with the root of their number. Null: no number
 * of them.
 */
export function timesAsMany({ asked, half, finest }: PrecisionReport): number | null {
  if (half === null) return null;
  if (half <= asked) return 1;
  return asked > finest ? ((half - finest) / (asked - finest)) ** 2 : null;
}
