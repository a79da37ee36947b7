import type { EdgeName, EdgeRow } from './edge.js';

/** What a row had counted at some moment, or counted between two. */
export interface EdgeMeter extends Pick<EdgeRow, 'calls' | 'succeeded' | 'attempts' | 'counters'> {
  readonly name: EdgeName;
}

/** What rows counted on either side of a run's faults. */
export interface EdgesAroundFaults {
  /** Up to the moment before the first that ends begins. */
  readonly before: readonly EdgeMeter[];
  /** From the end of the last one on. */
  readonly after: readonly EdgeMeter[];
}

export function readMeter({ name, calls, succeeded, attempts, counters }: EdgeRow): EdgeMeter {
  return { name, calls, succeeded, attempts, counters: counters.slice() };
}

/** What `row` has counted since `then`; undefined: it has not counted anything then. */
export function meterSince(then: EdgeMeter | undefined, row: EdgeRow): EdgeMeter {
  const now = readMeter(row);
  if (then === undefined) return now;
  return {
    name: now.name,
    calls: now.calls - then.calls,
    succeeded: now.succeeded - then.succeeded,
    attempts: now.attempts - then.attempts,
    counters: now.counters.map((count, i) => count - then.counters[i]!),
  };
}
