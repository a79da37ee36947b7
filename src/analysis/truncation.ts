/** The end of a series alone tells little: at least so much of it is kept. */
const LEAST_KEPT = 0.25;

/**
 * How many of the first values to leave out, so that the mean of the others is known best (the minimum of MSER); null when
 * that is more than half of them: the series has not settled, or is too short to tell.
 * Source: White, Cobb and Spratt, 'A comparison of five steady-state truncation heuristics for simulation', WSC 2000. There
 * the values are means of five observations each; here of all that fall into one step of time.
 */
export function truncation(values: readonly number[]): number | null {
  let best = Infinity;
  let left = 0;
  let mean = 0;
  let squares = 0; // of the distances from the mean, kept as Welford does
  for (let from = values.length - 1; from >= 0; from--) {
    const kept = values.length - from;
    const off = values[from]! - mean;
    mean += off / kept;
    squares += off * (values[from]! - mean);
    const error = squares / (kept * kept);
    if (kept < LEAST_KEPT * values.length || error > best) continue;
    best = error;
    left = from;
  }
  return left > values.length / 2 ? null : left;
}
