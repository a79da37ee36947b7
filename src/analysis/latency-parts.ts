import {
  bandOf,
  type Histogram,
  MECHANISMS,
  type Mechanism,
  newVector,
  type TrafficRecorder,
  type Vector,
} from '../telemetry/index.js';
import { type EdgeShare, edgeShares } from './edge-shares.js';
import { merged } from './latency.js';
import type { CausesMs } from './report-document.js';
import { sum } from './traffic-findings.js';

/** What one edge contributes to a latency by one mechanism. */
export interface LatencyPart {
  /** Null: no sampled request spent time so. */
  readonly edge: { readonly source: string; readonly destination: string } | null;
  readonly mechanism: Mechanism;
  readonly ms: number;
}

/** A latency taken apart: the values of `causesMs` add up to it, and so do the `parts`. */
export interface LatencyParts {
  readonly causesMs: CausesMs;
  readonly parts: readonly LatencyPart[];
}

/** Requests within so much of the distribution on both sides of a quantile tell what it is made of. */
const NEIGHBOURS = 0.05;

/**
 * What the mean of a source is made of, or a quantile `q`: that of the requests about it, a twentieth of all on both sides, or
 * half of what lies beyond where that is less, scaled to its value. By edge it is split as the sampled requests of these
 * bands of latency are. Null: nothing was sent.
 */
export function partsOf(recorders: readonly TrafficRecorder[], q: number | null): LatencyParts | null {
  const pooled = merged(recorders.map(({ latency }) => latency));
  if (pooled.count === 0) return null;
  const [low, high] = bucketsAbout(q, pooled);
  const spent = vectorWithin(recorders, low, high);
  const whole = sum([...spent]);
  const value = q === null ? pooled.meanMs! : pooled.quantileMs(q)!;
  const scale = whole === 0 ? 0 : value / whole;
  const ms = MECHANISMS.map((_, i) => spent[i]! * scale);
  const causesMs = Object.fromEntries(MECHANISMS.map((mechanism, i) => [mechanism, ms[i]!])) as unknown as CausesMs;
  const isIn = (band: number) => q === null || (band >= bandOf(low) && band <= bandOf(high));
  const shares = edgeShares(recorders, isIn);
  return { causesMs, parts: MECHANISMS.flatMap((mechanism, i) => split(mechanism, i, ms[i]!, shares)) };
}

function split(mechanism: Mechanism, index: number, ms: number, all: readonly EdgeShare[]): readonly LatencyPart[] {
  if (ms === 0) return [];
  const shares = all.filter((share) => share.ms[index]! > 0);
  const whole = sum(shares.map((share) => share.ms[index]!));
  if (whole <= 0) return [{ edge: null, mechanism, ms }];
  return shares.map(({ source, destination, ms: spent }) => ({
    edge: { source, destination },
    mechanism,
    ms: (ms * spent[index]!) / whole,
  }));
}

function bucketsAbout(q: number | null, pooled: Histogram): readonly [low: number, high: number] {
  if (q === null) return [0, Infinity];
  const reach = Math.min(NEIGHBOURS, (1 - q) / 2);
  return [pooled.bucketAt(q - reach)!, pooled.bucketAt(q + reach)!];
}

/** The sum of the vectors of all requests in these buckets of latency. */
function vectorWithin(recorders: readonly TrafficRecorder[], low: number, high: number): Vector {
  const spent = newVector();
  for (const { bandCauses, latency } of recorders) {
    bandCauses.forEach((octave, index) => {
      if (octave === undefined) return;
      for (let i = 0; i < octave.length; i++) {
        const bucket = (index << latency.bits) + Math.floor(i / MECHANISMS.length);
        if (bucket >= low && bucket <= high) spent[i % MECHANISMS.length]! += octave[i]!;
      }
    });
  }
  return spent;
}
