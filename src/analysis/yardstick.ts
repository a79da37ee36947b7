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
/** Fewer blocks say nothing about how they scatter. */
const LEAST_BLOCKS = 4;
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

/** What a source was before: a stretch of windows for each replication. */
export function yardsticksOf(former: readonly (readonly Window[])[]): readonly Yardstick[] {
  const latency = new Histogram(WINDOW_BITS);
  for (const window of former.flat()) latency.merge(window.latency);
  const known = QUANTILES.filter((q) => latency.count >= SAMPLES_BEYOND / (1 - q));
  const slow = known.map((q) => slowerThan(SLOWER * latency.quantileMs(q)!, 1 - q, former));
  return [failed(former), ...slow];
}

type Count = Pick<Yardstick, 'worse' | 'of'>;
type Stretches = readonly (readonly Window[])[];

function failed(former: Stretches): Yardstick {
  const count: Count = { worse: ({ arrived, succeeded }) => arrived - succeeded, of: ({ arrived }) => arrived };
  return calibrated(count, { least: 0, tolerance: SUCCESS_TOLERANCE }, former);
}

/** `share`: of the former requests that were slower than the quantile itself. */
function slowerThan(ms: number, share: number, former: Stretches): Yardstick {
  const bucket = new Histogram(WINDOW_BITS).bucketOf(ms);
  const count: Count = {
    worse: ({ latency }) => latency.count - latency.countThrough(bucket),
    of: ({ latency }) => latency.count,
  };
  return calibrated(count, { least: share, tolerance: SLOW_TOLERANCE }, former);
}

function calibrated(
  count: Count,
  { least, tolerance }: { readonly least: number; readonly tolerance: number },
  former: Stretches,
): Yardstick {
  const { worse, of } = totalOf(count, former.flat());
  const share = Math.max(least, worse / of);
  const dispersion = dispersionOf(count, worse / of, former);
  const deviation = Math.sqrt((dispersion * share * (1 - share)) / of);
  return { ...count, allowed: share + tolerance + FORMER_DEVIATIONS * deviation, dispersion };
}

/**
 * Pearson's statistic by its degrees of freedom, the greatest over blocks of 1, 2, 4, ... windows: 1 where each request
 * fails or is slow by itself, more where they come in clusters, as they do in busy periods that outlast a window.
 */
function dispersionOf(count: Count, share: number, former: Stretches): number {
  if (share === 0 || share === 1) return 1;
  let greatest = 1;
  for (let length = 1; ; length *= 2) {
    const blocks = former.flatMap((windows) => blocksOf(windows, length));
    if (blocks.length < LEAST_BLOCKS) return greatest;
    let squares = 0;
    for (const block of blocks) {
      const { worse, of } = totalOf(count, block);
      if (of > 0) squares += (worse - share * of) ** 2 / of;
    }
    greatest = Math.max(greatest, squares / (share * (1 - share)) / (blocks.length - 1));
  }
}

/** Whole ones. */
function blocksOf<T>(items: readonly T[], length: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.floor(items.length / length) }, (_, i) => items.slice(i * length, (i + 1) * length));
}

/** Over all of these windows. */
export function totalOf(yardstick: Count, windows: readonly Window[]) {
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
  return worse - yardstick.allowed * of > scatterOf(yardstick, of);
}

/**
 * After how many windows the source is as before and stays so: where the sum of what is worse beyond what is allowed is
 * greatest, since from there on it can only fall. A single bad window long after does not move it, and what scatters by
 * itself counts for nothing.
 */
export function settledAfter(yardstick: Yardstick, windows: readonly Window[]): number {
  let [worse, of, most, settled] = [0, 0, 0, 0];
  windows.forEach((window, i) => {
    worse += yardstick.worse(window);
    of += yardstick.of(window);
    const beyond = worse - yardstick.allowed * of;
    if (beyond <= most || beyond <= scatterOf(yardstick, of)) return;
    most = beyond;
    settled = i + 1;
  });
  return settled;
}

/** By how many requests a sum over so many may be off when nothing is wrong. */
function scatterOf({ allowed, dispersion }: Yardstick, of: number): number {
  return BELIEVED_DEVIATIONS * Math.sqrt(dispersion * allowed * Math.max(0, 1 - allowed) * of);
}
