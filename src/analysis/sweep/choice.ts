import { holdsZero } from '../intervals.js';
import type { ObjectiveReport } from '../report-document.js';
import { sum } from '../traffic-findings.js';
import { BY_SHARE, EXACT, type Margin, OF_SUCCESS, whereabouts } from './difference.js';
import type { NumberedPoint, SweepChoice } from './document.js';
import {
  type Estimate,
  offeredOf,
  p99Of,
  pairedInterval,
  podsOf,
  recoveryOf,
  successOf,
  vcpuPer1000SuccessfulOf,
} from './estimates.js';

interface Criterion {
  /** As the rule says it. */
  readonly words: string;
  readonly of: (point: NumberedPoint) => Estimate;
  readonly better: 'more' | 'less';
  readonly margin: Margin;
}

const RECOVERY: Criterion = {
  words: 'those that recover from their faults',
  of: recoveryOf,
  better: 'more',
  margin: EXACT,
};
const HELD: Criterion = {
  words: 'those whose objectives are decided',
  of: ({ objectives }) => ({ value: objectives.every(isHeld) ? 1 : 0, replicates: [] }),
  better: 'more',
  margin: EXACT,
};
const LOAD: Criterion = { words: 'the most requests/s', of: offeredOf, better: 'more', margin: BY_SHARE };
const SUCCESS: Criterion = { words: 'the highest success', of: successOf, better: 'more', margin: OF_SUCCESS };
const COST: Criterion = {
  words: 'the least vCPU per 1000 successful requests/s',
  of: vcpuPer1000SuccessfulOf,
  better: 'less',
  margin: BY_SHARE,
};
const PODS: Criterion = { words: 'the fewest pods', of: podsOf, better: 'less', margin: EXACT };
const latency = (busiest: string | null): Criterion => ({
  words: 'the lowest p99',
  of: (point) => p99Of(point, busiest),
  better: 'less',
  margin: BY_SHARE,
});

const EQUAL = 'Differences under 1 %, or that the replications cannot tell from none, decide nothing.';

/** The point to take, by the rule that it says. */
export function choose(points: readonly NumberedPoint[], busiest: string | null): SweepChoice {
  const hasObjectives = points.some(({ objectives }) => objectives.length > 0);
  const holding = points.filter(holds);
  const criteria = [
    ...(points.some(({ stability }) => stability !== null) ? [RECOVERY] : []),
    ...(hasObjectives ? [HELD, LOAD, COST, PODS, SUCCESS, latency(busiest)] : [SUCCESS, latency(busiest), COST, PODS]),
  ];
  const left = criteria.reduce(narrow, holding);
  const [best = null, ...equals] = left;
  return {
    rule: ruleOf(hasObjectives, criteria),
    best: best?.number ?? null,
    decided: best === null || !hasObjectives ? null : best.objectives.every(isHeld),
    indistinct: numbersOf(equals),
    unknown: numbersOf(equals.filter((point) => criteria.some((criterion) => isUnknown(best!, point, criterion)))),
    holding: holding.map(({ number }) => number),
    nearest: holding.length > 0 ? null : nearest(points),
  };
}

function isHeld({ verdict }: ObjectiveReport): boolean {
  return verdict === 'held';
}

function ruleOf(hasObjectives: boolean, criteria: readonly Criterion[]): string {
  const of = hasObjectives
    ? 'Of the points at which every objective holds'
    : 'There are no objectives, so of all points';
  return `${of}: ${criteria.map(({ words }) => words).join(', then ')}. ${EQUAL}`;
}

/** By the estimates, as the exit code of a run; what was stopped early holds nothing. */
function holds({ objectives, stopped }: NumberedPoint): boolean {
  return stopped === null && objectives.every(({ pass }) => pass);
}

/** Those that are as good as the best of them, the best first, otherwise in their order. Without a figure is worst. */
function narrow(candidates: readonly NumberedPoint[], criterion: Criterion): readonly NumberedPoint[] {
  const figures = new Map(candidates.map((point) => [point, criterion.of(point)]));
  const goodness = (point: NumberedPoint) => {
    const { value } = figures.get(point)!;
    return value === null ? -Infinity : criterion.better === 'more' ? value : -value;
  };
  const [best, ...others] = [...candidates].sort((a, b) => compare(goodness(b), goodness(a)));
  if (best === undefined) return [];
  return [best, ...others.filter((point) => isAsGood(figures.get(best)!, figures.get(point)!, criterion.margin))];
}

/** Of equals, infinite ones among them, the first stays first. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a - b;
}

/** One replication tells no difference from chance, but something must be taken: then the estimates decide. */
function isAsGood(best: Estimate, other: Estimate, margin: Margin): boolean {
  if (best.value === null || other.value === null) return best.value === other.value;
  if (Math.abs(other.value - best.value) <= margin.trifle(best.value)) return true;
  const interval = pairedInterval(best, other);
  return interval !== null && holdsZero(interval);
}

function isUnknown(best: NumberedPoint, other: NumberedPoint, { of, margin }: Criterion): boolean {
  const found = whereabouts(of(best), of(other), margin);
  return found !== null && found !== 'equal';
}

function numbersOf(points: readonly NumberedPoint[]): number[] {
  return points.map(({ number }) => number).sort((a, b) => a - b);
}

/** With the fewest objectives missed, then by as little as possible of their targets; the first of equals. */
function nearest(points: readonly NumberedPoint[]): number | null {
  const missed = ({ objectives }: NumberedPoint) => objectives.filter(({ pass }) => !pass);
  const [first] = [...points].sort(
    (a, b) =>
      Number(a.stopped !== null) - Number(b.stopped !== null) ||
      missed(a).length - missed(b).length ||
      compare(sum(missed(a).map(shortfall)), sum(missed(b).map(shortfall))),
  );
  return first?.number ?? null;
}

/** As a share of the target; of a ratio as a share of the failures that it allows. */
function shortfall({ measured, target, unit, comparator }: ObjectiveReport): number {
  if (measured === null) return Infinity;
  const allowed = unit === 'ratio' && comparator.startsWith('>') ? 1 - target : target;
  return Math.abs(measured - target) / Math.max(Math.abs(allowed), 1e-6);
}
