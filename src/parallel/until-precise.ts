import { looks, measuredOf, precisionOf, type StoppingRule } from '../analysis/index.js';
import type { Extent } from './ledger.js';

/**
 * Replications until every interval is as narrow as asked for, or can never be: a quantile has no interval while a single
 * replication has too few requests. `names`: of the sources.
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
      // An interval narrows with the root of the number.
      const factors = all.map(({ asked, half }) => ((half ?? 0) / asked) ** 2);
      const guess = Math.min(rule.most, Math.ceil(whole.length * Math.max(1, ...factors)));
      return { isEnough: all.some(({ half }) => half === null) || all.every(({ reached }) => reached), guess };
    },
  };
}
