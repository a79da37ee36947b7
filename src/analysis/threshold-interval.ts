import type { Interval } from './report-document.js';
import { student975 } from './student.js';
import { sum } from './traffic-findings.js';

/** What the probes of one replication say of the factor from which on it no longer recovers: between these two. */
export interface ReplicationBracket {
  readonly recoversUpTo: number;
  readonly failsFrom: number;
}

export interface ThresholdEstimate {
  /** Null: some replication has not turned within what was searched. */
  readonly estimate: number | null;
  /** Null with one replication too. */
  readonly ci95: Interval | null;
}

/**
 * The threshold, as the geometric mean of those of the replications, which play the same random numbers in every probe; its
 * interval goes by how they scatter, and from the lower ends of what is known of each to the upper ends.
 */
export function thresholdEstimate(brackets: readonly (ReplicationBracket | null)[]): ThresholdEstimate {
  const known = brackets.filter((bracket) => bracket !== null);
  if (known.length < brackets.length || known.length === 0) return { estimate: null, ci95: null };
  const lows = known.map(({ recoversUpTo }) => Math.log(recoversUpTo));
  const highs = known.map(({ failsFrom }) => Math.log(failsFrom));
  const [low, high] = [meanOf(lows), meanOf(highs)];
  const estimate = Math.exp((low + high) / 2);
  if (known.length < 2) return { estimate, ci95: null };
  return { estimate, ci95: [Math.exp(low - halfOf(lows, low)), Math.exp(high + halfOf(highs, high))] };
}

function meanOf(values: readonly number[]): number {
  return sum(values) / values.length;
}

/** Half of the 95 % interval of a mean. */
function halfOf(values: readonly number[], mean: number): number {
  const { length } = values;
  const squares = sum(values.map((value) => (value - mean) ** 2));
  return student975(length - 1) * Math.sqrt(squares / (length - 1) / length);
}
