import { Histogram, WINDOW_BITS, type Window } from '../telemetry/index.js';

/** As good as before: so many more of the requests may fail, */
const SUCCESS_TOLERANCE = 0.01;
/** or so many more be slower than a former quantile, */
const SLOW_TOLERANCE = 0.05;
/** times this. */
const SLOWER = 1.25;
const QUANTILES = [0.5, 0.9];
/** A quantile is known when so many values lie beyond it. */
const SAMPLES_BEYOND = 10;
/** For how uncertain the former state itself is. */
const FORMER_DEVIATIONS = 2;
/** Before a difference is believed. */
const BELIEVED_DEVIATIONS = 3;

/** Counts the requests that are worse than a source's were before the faults: failed, or slow. */
export interface Yardstick {
  /** How many of a window's requests are, and of how many. */
  worse(window: Window): number;
  of(window: Window): number;
  /** As large a share as passes for the former state. */
  readonly allowed: number;
  /** How much more the share scatters from window to window than that of independent requests, squared; 1 or more. */
  readonly dispersion: number;
}

/** What a source was before: one group of windows for each replication. */
export function yardsticksOf(former: readonly (readonly Window[])[]): readonly Yardstick[] {
  const windows = former.flat();
  const latency = new Histogram(WINDOW_BITS);
  for (const window of windows) latency.merge(window.latency);
  const known = QUANTILES.filter((q) => latency.count >= SAMPLES_BEYOND / (1 - q));
  const slow = known.map((q) => slowerThan(SLOWER * latency.quantileMs(q)!, 1 - q, windows));
  return [failed(windows), ...slow];
}

function failed(windows: readonly Window[]): Yardstick {
  const count = {
    worse: ({ arrived, succeeded }: Window) => arrived - succeeded,
    of: ({ arrived }: Window) => arrived,
  };
  return calibrated(count, { least: 0, tolerance: SUCCESS_TOLERANCE }, windows);
}

/** `share`: of the former requests that were slower than the quantile itself. */
function slowerThan(ms: number, share: number, windows: readonly Window[]): Yardstick {
  const bucket = new Histogram(WINDOW_BITS).bucketOf(ms);
  const count = {
    worse: ({ latency }: Window) => latency.count - latency.countThrough(bucket),
    of: ({ latency }: Window) => latency.count,
  };
  return calibrated(count, { least: share, tolerance: SLOW_TOLERANCE }, windows);
}

function calibrated(
  count: Pick<Yardstick, 'worse' | 'of'>,
  { least, tolerance }: { readonly least: number; readonly tolerance: number },
  windows: readonly Window[],
): Yardstick {
  const { worse, of } = totalOf(count, windows);
  const share = Math.max(least, worse / of);
  const dispersion = dispersionOf(count, worse / of, windows);
  const deviation = Math.sqrt((dispersion * share * (1 - share)) / of);
  return { ...count, allowed: share + tolerance + FORMER_DEVIATIONS * deviation, dispersion };
}

/** Pearson's statistic by its degrees of freedom: 1 where each request fails or is slow by itself. */
function dispersionOf(count: Pick<Yardstick, 'worse' | 'of'>, share: number, windows: readonly Window[]): number {
  if (share === 0 || share === 1 || windows.length < 2) return 1;
  let squares = 0;
  for (const window of windows) {
    const of = count.of(window);
    if (of > 0) squares += (count.worse(window) - share * of) ** 2 / of;
  }
  return Math.max(1, squares / (share * (1 - share)) / (windows.length - 1));
}

/** Over all of these windows. */
export function totalOf(yardstick: Pick<Yardstick, 'worse' | 'of'>, windows: readonly Window[]) {
  let [worse, of] = [0, 0];
  for (const window of windows) {
    worse += yardstick.worse(window);
    of += yardstick.of(window);
  }
  return { worse, of };
}

/** Whether more are worse than pass for the former state, beyond doubt. */
export function isWorse(yardstick: Yardstick, windows: readonly Window[]): boolean {
  const { worse, of } = totalOf(yardstick, windows);
  if (of === 0) return false;
  const { allowed, dispersion } = yardstick;
  const deviation = Math.sqrt((dispersion * allowed * Math.max(0, 1 - allowed)) / of);
  return worse / of > allowed + BELIEVED_DEVIATIONS * deviation;
}

/**
 * After how many windows the source is as before and stays so: where the sum of what is worse beyond what is allowed is
 * greatest, since from there on it can only fall. A single bad window long after does not move it.
 */
export function settledAfter(yardstick: Yardstick, windows: readonly Window[]): number {
  let [sum, most, settled] = [0, 0, 0];
  windows.forEach((window, i) => {
    sum += yardstick.worse(window) - yardstick.allowed * yardstick.of(window);
    if (sum <= most) return;
    most = sum;
    settled = i + 1;
  });
  return settled;
}
