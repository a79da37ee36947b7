import { looks, measuredOf, precisionOf, type StoppingRule, timesAsMany } from '../analysis/index.js';
import type { Extent } from './ledger.js';

/**
 * Replications until every interval is as narrow as asked for, or can never be: a quantile has no interval while a single
 * replication has too few requests, and none is narrower than the buckets of its histogram. `names`: of the sources.
 */
export function untilPrecise(rule: StoppingRule, names: readonly string[]): Extent {
  return {
    looks: looks(rule),
    judge([whole = []]) {
      const recorders = (index: number) => whole.map(({ traffic }) => traffic[index]!);
      const all = precisionOf(
        rule.targets,
        names.map((name, index) => measuredOf(name, recorders(index))),
      );
      const factors = all.map(timesAsMany);
      const most = Math.max(1, ...factors.filter((factor) => factor !== null));
      const guess = Math.min(rule.most, Math.ceil(whole.length * most));
      return { isEnough: factors.includes(null) || most <= 1, guess };
    },
  };
}
