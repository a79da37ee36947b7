import type { ComparisonVerdict, MetricComparison } from './comparison-document.js';
import { halfWidth, holdsZero } from './intervals.js';
import type { PairedEstimate } from './paired.js';

type Judged = Pick<MetricComparison, 'verdict' | 'noLargerThan' | 'moreReplications'>;

/** Smaller differences are called none: a hundredth of the base's figure, a thousandth of all requests; what is asked for if finer. */
const NEGLIGIBLE_SHARE = 0.01;
const NEGLIGIBLE_RATIO = 0.001;

const UNJUDGED: Judged = { verdict: null, noLargerThan: null, moreReplications: null };

/** Which way is good. */
export type Wanted = 'more' | 'less' | 'neither';

export interface JudgeOptions {
  readonly wanted: Wanted;
  readonly unit: MetricComparison['unit'];
  readonly replications: number;
  /** Half of the interval that was asked for, in the unit of the figure; null: nobody asked. */
  readonly asked: number | null;
  /** What no number of replications brings half of the interval below. */
  readonly finest: number;
}

/** What the interval of a difference says. */
export function judgeDifference(
  { base, difference, ci95 }: PairedEstimate,
  { wanted, unit, replications, asked, finest }: JudgeOptions,
): Judged {
  if (ci95 === null || difference === null || base === null) return UNJUDGED;
  const largest = Math.max(-ci95[0], ci95[1]);
  const negligible = Math.min(unit === 'ratio' ? NEGLIGIBLE_RATIO : NEGLIGIBLE_SHARE * base, asked ?? Infinity);
  if (largest <= negligible) return { ...UNJUDGED, verdict: 'same', noLargerThan: negligible };
  if (!holdsZero(ci95)) return { ...UNJUDGED, verdict: direction(difference, wanted) };
  const half = halfWidth(difference, ci95);
  if (asked !== null && half <= asked) return { ...UNJUDGED, verdict: 'same', noLargerThan: largest };
  // Its half must shrink until zero is out, or all of it is negligible: with the root of the number.
  const decisive = Math.max(Math.abs(difference), negligible - Math.abs(difference));
  const needed = Math.ceil(replications * (Math.max(0, half - finest) / (decisive - finest)) ** 2);
  const more = decisive > finest && Number.isFinite(needed) ? Math.max(1, needed - replications) : null;
  return { ...UNJUDGED, verdict: 'undecided', moreReplications: more };
}

function direction(difference: number, wanted: Wanted): ComparisonVerdict {
  const went = difference > 0 ? 'more' : 'less';
  if (wanted === 'neither') return went;
  return went === wanted ? 'better' : 'worse';
}
