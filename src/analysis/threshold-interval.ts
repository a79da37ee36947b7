import { sectionInterval } from './intervals.js';
import type { Interval } from './report-document.js';
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
  const [lower, upper] = [sectionInterval(low, lows), sectionInterval(high, highs)];
  return { estimate, ci95: lower && upper && [Math.exp(lower[0]), Math.exp(upper[1])] };
}

function meanOf(values: readonly number[]): number {
  return sum(values) / values.length;
}
