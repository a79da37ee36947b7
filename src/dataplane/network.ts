import type { Sampler } from '../engine/index.js';
import type { DirectClient } from './direct-client.js';

/** Where packets come from or go to. */
export interface Site {
  /** Index of its zone; -1: whichever the other end is in. */
  readonly zone: number;
  /** Index of its workload; -1 for clients outside. */
  readonly workload: number;
  /** The zone that holds it has vanished: packets to and from it are lost. */
  lost: boolean;
  /** What sends from here without a proxy; made at first use. */
  client: DirectClient | null;
}

/** Packets between two workloads are held up, from one to the other. */
export interface Slowdown {
  readonly from: number;
  readonly to: number;
  readonly by: Sampler;
}

/** Packets between two workloads are lost, both ways, until `untilMs`. */
export interface Partition {
  readonly a: number;
  readonly b: number;
  readonly untilMs: number;
}

/** First wait of TCP before it sends again, ms; it doubles each time. Data: RFC 6298 with Linux's minimum. SYN: 1 s. */
const RESEND_DATA_MS = 200;
const RESEND_SYN_MS = 1000;

/** One-way delays between zones, and what faults do to them. */
export class Network {
  /** Nothing has ever been slowed, cut off or lost: a packet gets onto its way at once, and only its delay counts. */
  isCalm = true;
  readonly slowdowns: Slowdown[] = [];
  readonly partitions: Partition[] = [];
  readonly #zones: number;
  readonly #delay: readonly Sampler[]; // by way
  readonly #constantMs: Float64Array; // by way; NaN: it is drawn

  /** `delay(from, to)`: the one-way delay between two zones. */
  constructor(zones: number, delay: (from: number, to: number) => Sampler) {
    this.#zones = zones;
    this.#delay = Array.from({ length: zones * zones }, (_, i) => delay(Math.floor(i / zones), i % zones));
    this.#constantMs = Float64Array.from(this.#delay, ({ constantMs }) => constantMs ?? Number.NaN);
  }

  /** The way from one site to the other: a number. */
  way(from: Site, to: Site): number {
    const fromZone = from.zone < 0 ? to.zone : from.zone;
    return fromZone * this.#zones + (to.zone < 0 ? fromZone : to.zone);
  }

  /** The delay on a way where nothing needs drawing; else NaN. Faults apart. */
  constantMs(way: number): number {
    return this.#constantMs[way]!;
  }

  /** The delay on a way that a number of (0, 1) gives. */
  delayMs(way: number, u: number): number {
    return this.#delay[way]!.quantileMs(u);
  }

  /** The slowdown that acts from one site to the other; null: none. */
  slowdown(from: Site, to: Site): Sampler | null {
    if (this.slowdowns.length === 0) return null;
    for (const slowdown of this.slowdowns) {
      if (slowdown.from === from.workload && slowdown.to === to.workload) return slowdown.by;
    }
    return null;
  }

  /**
   * When a packet that is sent at `nowMs` gets onto its way: TCP sends it again until the partition is over. Infinity
   * when one of the two sites has vanished.
   */
  passesAtMs(from: Site, to: Site, nowMs: number, isSyn: boolean): number {
    if (from.lost || to.lost) return Infinity;
    if (this.partitions.length === 0) return nowMs;
    let passesMs = nowMs;
    for (const { a, b, untilMs } of this.partitions) {
      const between = (from.workload === a && to.workload === b) || (from.workload === b && to.workload === a);
      if (!between) continue;
      for (
        let waitMs = isSyn ? RESEND_SYN_MS : RESEND_DATA_MS;
        passesMs < untilMs && passesMs < Infinity;
        waitMs *= 2
      ) {
        passesMs = untilMs === Infinity ? Infinity : passesMs + waitMs;
      }
    }
    return passesMs;
  }
}
