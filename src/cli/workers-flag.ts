import { UsageError } from './usage.js';

const MOST_THREADS = 256;

/** Reads `--workers`. Throws UsageError. */
export function threadsOf(written: string): number {
  const threads = Number(written);
  if (Number.isInteger(threads) && threads >= 1 && threads <= MOST_THREADS) return threads;
  throw new UsageError(`--workers ${written}: write a whole number from 1 to ${MOST_THREADS}`);
}
