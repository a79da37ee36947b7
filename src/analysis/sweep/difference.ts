import { holdsZero } from '../intervals.js';
import { type Estimate, pairedInterval } from './estimates.js';

/** What counts as a difference of a figure; both in its own unit, by its former value. */
export interface Margin {
  /** So small a difference is none, however surely there is one. */
  readonly trifle: (from: number) => number;
  /** Figures are equal when all of the interval of their difference lies within. */
  readonly equal: (from: number) => number;
}

/** A difference that nobody would change a setting for, as a share of the figure. */
const TRIFLE = 0.01;
const share = (from: number) => TRIFLE * Math.abs(from);

export const BY_SHARE: Margin = { trifle: share, equal: share };
/** Of failures a thousandth of all requests may be most: it is no trifle, but few would call it a move. */
export const OF_SUCCESS: Margin = { trifle: () => 0, equal: () => 0.001 };
export const EXACT: Margin = { trifle: () => 0, equal: () => 0 };

/** Where `to` lies by what the replications say of it; `unknown`: they are too few to tell. Null: there is no figure. */
export function whereabouts(
  from: Estimate,
  to: Estimate,
  margin: Margin,
): 'above' | 'below' | 'equal' | 'unknown' | null {
  if (from.value === null || to.value === null) return null;
  const difference = to.value - from.value;
  const isExact = from.replicates.length === 0 && to.replicates.length === 0;
  const interval = isExact ? ([difference, difference] as const) : pairedInterval(from, to);
  if (interval === null) return 'unknown';
  if (!holdsZero(interval) && Math.abs(difference) > margin.trifle(from.value))
    return difference > 0 ? 'above' : 'below';
  const within = margin.equal(from.value);
  return interval[0] >= -within && interval[1] <= within ? 'equal' : 'unknown';
}
