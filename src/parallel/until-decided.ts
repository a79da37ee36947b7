import {
  type BoundCase,
  boundCases,
  type ComparisonRule,
  compareMetrics,
  halfWidth,
  isSettled,
  looks,
  precisionOfDifferences,
  timesAsMany,
  WIDER,
} from '../analysis/index.js';
import type { Extent } from './ledger.js';

/**
 * Pairs of replications until every interval of a difference is as narrow as asked for and lies on one side of every bound,
 * or never can: a quantile has no interval while a single replication has too few requests, and none is narrower than the
 * buckets of its histogram. `names`: of the sources, of the
 * base and of the candidate. What can never be known stops nothing else.
 */
export function untilDecided(rule: ComparisonRule, names: readonly [readonly string[], readonly string[]]): Extent {
  return {
    looks: looks(rule),
    judge([base = [], candidate = []]) {
      const sides = [base, candidate].map((recordings, side) => ({ recordings, sources: names[side]! }));
      const metrics = compareMetrics(sides[0]!, sides[1]!, rule.targets);
      const targets = precisionOfDifferences(rule.targets, metrics);
      const factors = [...targets.map(timesAsMany), ...boundCases(rule.bounds, metrics).map(boundFactor)];
      const most = Math.max(1, ...factors.filter((factor) => factor !== null));
      const guess = Math.min(rule.most, Math.ceil(base.length * most));
      return { isEnough: most <= 1, guess };
    },
  };
}

function boundFactor(each: BoundCase): number | null {
  const { limit, metric } = each;
  const { difference, ci95 } = metric;
  if (difference === null || ci95 === null || limit === null) return null;
  if (isSettled(each)) return 1;
  return Math.max(1.01, ((WIDER * halfWidth(difference, ci95)) / Math.abs(difference - limit)) ** 2);
}
