import { Breakdown } from './breakdown.js';
import { Histogram, type HistogramCounts } from './histogram.js';
import { addVectorAt, MECHANISMS, newVector, type Vector } from './mechanisms.js';
import { Tally } from './tally.js';

/** Relative error of at most 0.1 %. */
export const TRAFFIC_BITS = 9;
/** Relative error of at most 0.8 %. */
export const WINDOW_BITS = 6;

/** Breakdowns are kept by quarters of an octave. */
const BANDS_PER_OCTAVE_BITS = 2;

/** What a window holds. */
export interface WindowCounts extends Pick<Window, 'arrived' | 'ended' | 'succeeded'> {
  readonly latency: HistogramCounts;
}

/** Requests of one step of the timeline, by intended arrival. */
export class Window {
  arrived = 0;
  ended = 0;
  succeeded = 0;
  readonly latency = new Histogram(WINDOW_BITS);

  merge(other: WindowCounts): void {
    this.arrived += other.arrived;
    this.ended += other.ended;
    this.succeeded += other.succeeded;
    this.latency.merge(other.latency);
  }
}

/** What one traffic source saw in one replication. Counted are the requests meant for [0, duration). */
export class TrafficRecorder {
  requests = 0;
  started = 0;
  inFlight = 0;
  succeeded = 0;
  /** All that arrived within the duration, whoever counts them. */
  readonly latency = new Histogram(TRAFFIC_BITS);
  readonly okLatency = new Histogram(TRAFFIC_BITS);
  readonly codes = new Tally();
  readonly flags = new Tally();
  /** Sums of the vectors by bucket of `latency`: any band of latency decomposes exactly. By octave; within it by bucket. */
  readonly bandCauses: (Float64Array | undefined)[] = [];
  /** Of the sampled requests, by band of latency: so the slowest can be told from the others. */
  readonly breakdowns: (Breakdown | undefined)[] = [];
  readonly windows: Window[];
  readonly stepMs: number;

  constructor(durationMs: number, stepMs: number) {
    this.stepMs = stepMs;
    this.windows = Array.from({ length: Math.max(1, Math.ceil(durationMs / stepMs)) }, () => new Window());
  }

  /** The sum of all vectors, added up anew at each look. */
  get causes(): Vector {
    const sum = newVector();
    for (const bands of this.bandCauses) {
      if (bands === undefined) continue;
      for (let i = 0; i < bands.length; i++) sum[i % MECHANISMS.length]! += bands[i]!;
    }
    return sum;
  }

  /** A request that counts is meant for `intendedMs` from the end of warm-up; returns its step of the timeline. */
  arrive(intendedMs: number): Window {
    this.requests++;
    const window = this.windows[Math.min(Math.floor(intendedMs / this.stepMs), this.windows.length - 1)]!;
    window.arrived++;
    return window;
  }

  /** A counted request has ended, one of `window`. `causes` adds to `latencyMs`. */
  end(window: Window, latencyMs: number, ok: boolean, code: number, flags: number, causes: Vector): void {
    const bucket = this.latency.bucketOf(latencyMs);
    this.#observe(bucket, window, latencyMs, causes);
    window.ended++;
    if (ok) {
      this.succeeded++;
      window.succeeded++;
      this.okLatency.recordAt(bucket, latencyMs);
    }
    this.codes.add(code);
    if (flags !== 0) this.flags.add(flags);
  }

  /** A counted request was still under way when the run ended. */
  leave(window: Window, ageMs: number, causes: Vector): void {
    this.inFlight++;
    this.#observe(this.latency.bucketOf(ageMs), window, ageMs, causes);
  }

  /** Takes over where the time of a sampled request of this latency went. */
  keep(latencyMs: number, breakdown: Breakdown): void {
    const band = bandOf(this.latency.bucketOf(latencyMs));
    let kept = this.breakdowns[band];
    if (kept === undefined) {
      kept = new Breakdown();
      this.breakdowns[band] = kept;
    }
    kept.absorb(breakdown);
  }

  /** `bucket`: the latency's, of `TRAFFIC_BITS`. */
  #observe(bucket: number, window: Window, latencyMs: number, causes: Vector): void {
    this.latency.recordAt(bucket, latencyMs);
    window.latency.recordAt(bucket >> (TRAFFIC_BITS - WINDOW_BITS), latencyMs);
    const octave = bucket >>> TRAFFIC_BITS;
    let bands = this.bandCauses[octave];
    if (bands === undefined) {
      bands = new Float64Array(MECHANISMS.length << TRAFFIC_BITS);
      this.bandCauses[octave] = bands;
    }
    addVectorAt(bands, (bucket & ((1 << TRAFFIC_BITS) - 1)) * MECHANISMS.length, causes);
  }
}

/** The band of breakdowns that a bucket of `TRAFFIC_BITS` lies in. */
export function bandOf(bucket: number): number {
  return bucket >> (TRAFFIC_BITS - BANDS_PER_OCTAVE_BITS);
}
