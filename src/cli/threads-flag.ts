import type { Crew } from '../parallel/crew.js';
import type { Recruit } from '../parallel/helpers.js';
import type { Outside } from './outside.js';
import { UsageError } from './usage.js';

const MOST_THREADS = 256;
/** A run that is shorter is over before other threads could begin. */
const PATIENCE_MS = 200;

/** Reads `--workers`; undefined: as many as the machine runs at once. Throws UsageError. */
export function threadsOf(written: string | undefined, { cores }: Outside): number {
  if (written === undefined) return cores;
  const threads = Number(written);
  if (Number.isInteger(threads) && threads >= 1 && threads <= MOST_THREADS) return threads;
  throw new UsageError(`--workers ${written}: write a whole number from 1 to ${MOST_THREADS}`);
}

/** Finds a crew as soon as it is worth it, of all threads but one: this one plays as well. */
export function recruitFor<Game>(
  crewOf: (size: number) => Crew<Game>,
  threads: number,
  outside: Outside,
): Recruit<Game> {
  const startMs = outside.clockMs();
  return (most) => {
    const isWorthIt = threads > 1 && outside.clockMs() - startMs >= PATIENCE_MS;
    return isWorthIt ? crewOf(Math.min(threads - 1, most)) : null;
  };
}
