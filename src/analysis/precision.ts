import type { Recording } from '../telemetry/index.js';
import { latencyOf } from './latency.js';
import type { Interval, PrecisionReport } from './report-document.js';
import { successOf } from './traffic-findings.js';

export const PRECISE_METRICS = ['success', 'mean', 'p50', 'p90', 'p95', 'p99', 'p999'] as const;
export type PreciseMetric = (typeof PRECISE_METRICS)[number];

/** How narrow an interval is to be. */
export interface PrecisionTarget {
  readonly metric: PreciseMetric;
  /** Half of the 95 % interval: of the estimate (`relative`, 0.01 is 1 %), or as large itself; `ratio` for success. */
  readonly half: number;
  readonly unit: 'relative' | 'ms' | 'ratio';
}

/** What a target has come to, for one source. */
export interface Attained {
  /** Index of the source. */
  readonly traffic: number;
  readonly target: PrecisionTarget;
  /** Half of the interval in the target's unit; null: there is none. */
  readonly half: number | null;
}

export interface StoppingRule {
  readonly targets: readonly PrecisionTarget[];
  /** Replications at which the rule is looked at first, and at which it gives up. */
  readonly least: number;
  readonly most: number;
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
export function attained(targets: readonly PrecisionTarget[], recordings: readonly Recording[]): readonly Attained[] {
  const sources = recordings[0]!.traffic.map((_, index) => recordings.map(({ traffic }) => traffic[index]!));
  return sources.flatMap((recorders, traffic) => {
    if (recorders.every(({ requests }) => requests === 0)) return [];
    const latency = latencyOf(recorders.map((recorder) => recorder.latency));
    const success = successOf(recorders);
    return targets.map((target) => {
      const [value, ci95] =
        target.metric === 'success'
          ? [success.ratio, success.ci95]
          : [latency[target.metric], latency.ci95[target.metric]];
      return { traffic, target, half: halfOf(value, ci95, target) };
    });
  });
}

/** The same as a report says it. */
export function precisionReport(
  targets: readonly PrecisionTarget[],
  recordings: readonly Recording[],
  names: readonly string[],
): readonly PrecisionReport[] {
  return attained(targets, recordings).map(({ traffic, target, half }) => ({
    traffic: names[traffic]!,
    metric: target.metric,
    unit: target.unit,
    asked: target.half,
    half,
    reached: half !== null && half <= target.half,
  }));
}

/** Whether every interval is as narrow as asked for. */
export function isReached(all: readonly Attained[]): boolean {
  return all.every(({ target, half }) => half !== null && half <= target.half);
}

function halfOf(value: number | null, ci95: Interval | null, { unit }: PrecisionTarget): number | null {
  if (value === null || ci95 === null) return null;
  const half = Math.max(ci95[1] - value, value - ci95[0]);
  if (unit !== 'relative') return half;
  return half === 0 ? 0 : half / value;
}
