import { attained, isReached, looks, type StoppingRule } from '../analysis/index.js';
import type { Extent } from './ledger.js';

/**
 * Replications until every interval is as narrow as asked for, or can never be: a quantile has no interval while a single
 * replication has too few requests.
 */
export function untilPrecise(rule: StoppingRule): Extent {
  const numbers = looks(rule);
  return {
    looks: numbers,
    judge(whole) {
      const all = attained(rule.targets, whole);
      const isHopeless = all.some(({ half }) => half === null);
      // An interval narrows with the root of the number.
      const factors = all.map(({ target, half }) => ((half ?? 0) / target.half) ** 2);
      const guess = Math.min(rule.most, Math.ceil(whole.length * Math.max(1, ...factors)));
      return { isEnough: isHopeless || isReached(all), guess };
    },
  };
}
