import type { Histogram, TrafficRecorder } from '../telemetry/index.js';
import { rootOf25Thousandths, sectionInterval } from './intervals.js';
import { isSampled, merged } from './latency.js';
import type { Interval } from './report-document.js';
import { student975 } from './student.js';
import { sum } from './traffic-findings.js';

/** A figure of two variants that played the same replications, and by how much they differ. */
export interface PairedEstimate {
  readonly base: number | null;
  readonly candidate: number | null;
  /** Candidate less base. */
  readonly difference: number | null;
  /** Of the difference; null with fewer than two replications, or where a replication has too little data. */
  readonly ci95: Interval | null;
}

const NOTHING: PairedEstimate = { base: null, candidate: null, difference: null, ci95: null };
const NO_DIFFERENCE: Interval = [0, 0];

/** A figure with one value for each replication; `base` and `candidate` are those of all replications together. */
export function pairedValues(
  base: number,
  candidate: number,
  replications: readonly (readonly [base: number, candidate: number])[],
): PairedEstimate {
  const difference = candidate - base;
  const differences = replications.map(([b, c]) => c - b);
  return { base, candidate, difference, ci95: sectionInterval(difference, differences) };
}

export function pairedMean(base: readonly Histogram[], candidate: readonly Histogram[]): PairedEstimate {
  const [before, after] = [merged(base).meanMs, merged(candidate).meanMs];
  if (before === null || after === null) return NOTHING;
  const pairs = base.map(({ meanMs }, r) => [meanMs, candidate[r]!.meanMs] as const);
  const whole = pairs.filter((pair): pair is readonly [number, number] => pair[0] !== null && pair[1] !== null);
  const estimate = pairedValues(before, after, whole);
  return whole.length === pairs.length ? estimate : { ...estimate, ci95: null };
}

/**
 * The ratio of requests that succeeded. Where every one did in both, or none, the interval is as wide as Clopper and
 * Pearson's, unless both saw the very same: then nothing that was changed reaches these requests.
 */
export function pairedSuccess(base: readonly TrafficRecorder[], candidate: readonly TrafficRecorder[]): PairedEstimate {
  const [before, after] = [successOf(base), successOf(candidate)];
  if (before === null || after === null) return NOTHING;
  const pairs = base.map((recorder, r) => [successOf([recorder]), successOf([candidate[r]!])] as const);
  const whole = pairs.filter((pair): pair is readonly [number, number] => pair[0] !== null && pair[1] !== null);
  const estimate = pairedValues(before, after, whole);
  if (base.length < 2 || base.every((recorder, r) => isSame(recorder.latency, candidate[r]!.latency))) return estimate;
  if (before !== after || (before !== 0 && before !== 1)) return estimate;
  const beyond = 1 - rootOf25Thousandths(Math.min(requestsOf(base), requestsOf(candidate)));
  return { ...estimate, ci95: [-beyond, beyond] };
}

/**
 * Quantiles. By how much a replication has too many values below each of the two estimates says, times the slope of the
 * quantiles there, how far it is off in ms; the two go up and down together where the same requests draw the same numbers,
 * and the interval goes by how their difference scatters (Bahadur's linear form of a quantile; the slope is that between the
 * ends of Woodruff's interval). To it comes what two buckets leave open, except where both saw the very same.
 */
export function pairedQuantile(q: number, base: readonly Histogram[], candidate: readonly Histogram[]): PairedEstimate {
  const [before, after] = [excessOf(q, base), excessOf(q, candidate)];
  if (before === null || after === null) return NOTHING;
  const estimate = { base: before.ms, candidate: after.ms, difference: after.ms - before.ms };
  if (base.length < 2 || !isSampled(q, base) || !isSampled(q, candidate)) return { ...estimate, ci95: null };
  if (base.every((histogram, r) => isSame(histogram, candidate[r]!))) return { ...estimate, ci95: NO_DIFFERENCE };
  const squares = after.offMs.map((off, r) => (off - before.offMs[r]!) ** 2);
  const half = scatterHalf(squares) + before.openMs + after.openMs;
  return { ...estimate, ci95: [estimate.difference - half, estimate.difference + half] };
}

/** The quantile of all, and for each replication how far its own values would move it. */
interface Excess {
  readonly ms: number;
  readonly offMs: readonly number[];
  /** Half the width of the bucket that the quantile lies in. */
  readonly openMs: number;
}

function excessOf(q: number, replications: readonly Histogram[]): Excess | null {
  const pooled = merged(replications);
  const bucket = pooled.bucketAt(q);
  if (bucket === null) return null;
  const share = pooled.countThrough(bucket) / pooled.count;
  const each = pooled.count / replications.length;
  const shares = replications.map((histogram) => (histogram.countThrough(bucket) - share * histogram.count) / each);
  const slope = slopeAt(q, pooled, shares);
  const [low, high] = pooled.edgesMs(bucket);
  return { ms: pooled.quantileMs(q)!, offMs: shares.map((off) => -slope * off), openMs: (high - low) / 2 };
}

/** Milliseconds by share of the values, over as much of the distribution as the shares of the replications scatter. */
function slopeAt(q: number, pooled: Histogram, shares: readonly number[]): number {
  if (shares.length < 2) return 0;
  const half = scatterHalf(shares.map((off) => off * off));
  if (half === 0) return 0;
  const [from, to] = [Math.max(0, q - half), Math.min(1, q + half)];
  const low = pooled.edgesMs(pooled.bucketAt(from)!)[0];
  const high = pooled.edgesMs(pooled.bucketAt(to)!)[1];
  return (high - low) / (to - from);
}

/** Half of the 95 % interval of a mean, of the squares of the replications' distances from it. */
function scatterHalf(squares: readonly number[]): number {
  const { length } = squares;
  return student975(length - 1) * Math.sqrt(sum(squares) / (length - 1) / length);
}

/** Whether two histograms counted the very same. */
export function isSame(a: Histogram, b: Histogram): boolean {
  if (a.count !== b.count || a.sumMs !== b.sumMs || a.minMs !== b.minMs || a.maxMs !== b.maxMs) return false;
  return a.octaves.every((counts, octave) => {
    const other = b.octaves[octave] ?? null;
    return counts === null || other === null ? counts === other : counts.every((count, i) => count === other[i]);
  });
}

function successOf(recorders: readonly TrafficRecorder[]): number | null {
  const requests = requestsOf(recorders);
  return requests === 0 ? null : sum(recorders.map(({ succeeded }) => succeeded)) / requests;
}

function requestsOf(recorders: readonly TrafficRecorder[]): number {
  return sum(recorders.map(({ requests }) => requests));
}
