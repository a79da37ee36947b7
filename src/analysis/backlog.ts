import type { Recording } from '../telemetry/index.js';
import { sum } from './traffic-findings.js';

/** Fewer levels say nothing about how they move. */
const LEAST_LEVELS = 4;
/** In deviations of a random walk with the same steps. A fall that is overlooked makes a wrong verdict, */
const FALLS = 0.5;
/** and so does a rise that is none. */
const RISES = 3;

/**
 * How much is under way in a mesh at the end of each step. Unlike success, which cannot fall below none, and latency, which
 * timeouts end, it tells a mesh that still works off what it has taken in from one that is held where it is.
 */
export type Levels = readonly number[];

/** Sums over replications; up to where the shortest ends. */
export function levelsOf(some: readonly Recording[], from: number, until: number): Levels {
  const end = Math.min(until, ...some.map(({ levels }) => levels.length));
  return Array.from({ length: Math.max(0, end - from) }, (_, i) => sum(some.map(({ levels }) => levels[from + i]!)));
}

/** Whether more is under way than before the faults, and ever less of it over the later half of the time after them. */
export function isDraining(before: Levels, after: Levels): boolean {
  const later = after.slice(Math.floor(after.length / 2));
  return movesOf(later) < -FALLS && meanOf(endOf(later)) > meanOf(before);
}

export function isGrowing(levels: Levels): boolean {
  return movesOf(levels) > RISES;
}

/** From one end to the other, by as far as a random walk with steps as wide would come in that time. */
function movesOf(levels: Levels): number {
  if (levels.length < LEAST_LEVELS) return 0;
  const end = endOf(levels);
  const change = meanOf(end) - meanOf(levels.slice(0, end.length));
  if (change === 0) return 0;
  const steps = levels.slice(1).map((level, i) => level - levels[i]!);
  const mean = meanOf(steps);
  const variance = meanOf(steps.map((step) => (step - mean) ** 2));
  return change / Math.sqrt(variance * (levels.length - end.length));
}

function endOf(levels: Levels): Levels {
  return levels.slice(-Math.max(1, Math.floor(levels.length / LEAST_LEVELS)));
}

function meanOf(values: Levels): number {
  return values.length === 0 ? 0 : sum(values) / values.length;
}
