import type { Histogram } from '../telemetry/index.js';
import type { Interval } from './report-document.js';
import { student975 } from './student.js';

/** Half the width of an interval, on its wider side of the estimate. */
export function halfWidth(estimate: number, [low, high]: Interval): number {
  return Math.max(high - estimate, estimate - low);
}

/** Whether an interval of a difference does not exclude that there is none. */
export function holdsZero([low, high]: Interval): boolean {
  return low <= 0 && high >= 0;
}

/**
 * A 95 % interval by sectioning: Student's t on the values of the replications around the pooled estimate. Null with
 * fewer than two. Asmussen and Glynn, Stochastic Simulation (2007), III.4.
 */
export function sectionInterval(pooled: number, values: readonly number[]): Interval | null {
  if (values.length < 2) return null;
  let squares = 0;
  for (const value of values) squares += (value - pooled) * (value - pooled);
  const half = student975(values.length - 1) * Math.sqrt(squares / (values.length - 1) / values.length);
  return [pooled - half, pooled + half];
}

/**
 * A 95 % interval of a quantile: which shares of all values may lie below the estimate goes by how the replications' own
 * shares scatter, and the values at the ends of these shares are the interval's. Where values come in clusters, as they do
 * in busy periods, the replications' own quantiles scatter too little. Null with fewer than two replications.
 * Woodruff, 'Confidence intervals for medians and other position measures', JASA 47 (1952), with clusters as samples.
 */
export function quantileInterval(q: number, pooled: Histogram, replications: readonly Histogram[]): Interval | null {
  const bucket = pooled.bucketAt(q);
  if (bucket === null || replications.length < 2) return null;
  // Many values may be one, as those of a timeout are: then how many lie below it scatters, and not how many through it.
  const below = shareScatter(bucket - 1, pooled, replications);
  const through = shareScatter(bucket, pooled, replications);
  const low = pooled.bucketAt(Math.max(0, q - below))!;
  const high = pooled.bucketAt(Math.min(1, q + through))!;
  return [pooled.edgesMs(low)[0], pooled.edgesMs(high)[1]];
}

/** Half of the 95 % interval of the share of values in the bucket and below. */
function shareScatter(bucket: number, pooled: Histogram, replications: readonly Histogram[]): number {
  const share = pooled.countThrough(bucket) / pooled.count;
  let squares = 0;
  for (const histogram of replications) {
    const off = histogram.countThrough(bucket) - share * histogram.count;
    squares += off * off;
  }
  const { length } = replications;
  return (student975(length - 1) * Math.sqrt((squares / (length - 1)) * length)) / pooled.count;
}

/** The interval of a ratio: within 0..1, and Clopper and Pearson's where all or none succeeded. */
export function ratioInterval(succeeded: number, of: number, values: readonly number[]): Interval | null {
  if (values.length < 2) return null;
  if (succeeded === 0) return [0, 1 - rootOf25Thousandths(of)];
  if (succeeded === of) return [rootOf25Thousandths(of), 1];
  const interval = sectionInterval(succeeded / of, values)!;
  return [Math.max(0, interval[0]), Math.min(1, interval[1])];
}

/** 0.025^(1/n), by bisection on whole powers: the same digits on every engine. */
export function rootOf25Thousandths(n: number): number {
  let low = 0;
  let high = 1;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (wholePower(middle, n) < 0.025) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function wholePower(base: number, exponent: number): number {
  let result = 1;
  for (let square = base, left = exponent; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result *= square;
    square *= square;
  }
  return result;
}
