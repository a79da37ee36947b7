import type { BoundReport, ComparedMetric, MetricComparison } from './comparison-document.js';
import { holdsZero } from './intervals.js';

/** Of the interval that is looked at between replications; of a normal estimate it holds 99.7 %. */
export const WIDER = 1.5;

/** What a difference must not cross. */
export interface Bound {
  /** As written. */
  readonly name: string;
  readonly metric: ComparedMetric;
  /** Null: of each source. */
  readonly traffic: string | null;
  /** Whose load; null: of each service. */
  readonly service: string | null;
  readonly side: 'above' | 'below';
  /** With its sign. */
  readonly amount: number;
  /** `relative`: of the base. */
  readonly unit: 'relative' | MetricComparison['unit'];
}

/** A bound, one figure that it is about, and what it comes to in the unit of that figure. */
export interface BoundCase {
  readonly bound: Bound;
  readonly metric: MetricComparison;
  /** Null: there is no base to be relative to. */
  readonly limit: number | null;
}

/** Each bound with each figure that it is about. */
export function boundCases(bounds: readonly Bound[], metrics: readonly MetricComparison[]): readonly BoundCase[] {
  return bounds.flatMap((bound) =>
    metrics
      .filter((metric) => isAbout(bound, metric))
      .map((metric) => ({ bound, metric, limit: limitOf(bound, metric) })),
  );
}

/**
 * Failed: the estimate crosses the bound and the interval excludes no change. Held: all of the interval is within the bound.
 * All else is undecided.
 */
export function judgeBound({ bound, metric, limit }: BoundCase): BoundReport {
  const { difference, ci95, unit, traffic, service } = metric;
  const isJudged = difference !== null && ci95 !== null && limit !== null;
  const isCrossed = isJudged && crosses(difference, limit, bound);
  const isWithin = isJudged && !ci95.some((end) => crosses(end, limit, bound));
  const verdict = isCrossed && !holdsZero(ci95) ? 'failed' : isWithin ? 'held' : 'undecided';
  return { name: bound.name, metric: metric.name, traffic, service, bound: limit, unit, difference, ci95, verdict };
}

/**
 * Whether more replications would change nothing: an interval that is half as wide again lies on one side of the bound. It is
 * looked at again and again, and a 95 % interval would by luck be wrong at one of the looks far too often.
 */
export function isSettled({ bound, metric, limit }: BoundCase): boolean {
  const { ci95, difference } = metric;
  if (ci95 === null || difference === null || limit === null) return false;
  const [low, high] = ci95.map((end) => difference + WIDER * (end - difference));
  return crosses(low!, limit, bound) === crosses(high!, limit, bound);
}

function isAbout({ metric: name, traffic, service }: Bound, metric: MetricComparison): boolean {
  if (metric.name !== name || metric.workload !== null) return false;
  return (traffic === null || metric.traffic === traffic) && (service === null || metric.service === service);
}

function limitOf({ amount, unit }: Bound, { base }: MetricComparison): number | null {
  if (unit !== 'relative') return amount;
  return base === null ? null : amount * base;
}

function crosses(difference: number, limit: number, { side }: Bound): boolean {
  return side === 'above' ? difference > limit : difference < limit;
}
