import { QUOTA_PERIOD_MS } from '../engine/index.js';

/**
 * The quota of a proxy whose CPU limit is below the number of its workers: `limit` x 100 ms of CPU for all of them in each
 * period of 100 ms. When it is spent, they stand until the period ends; it goes to work in the order in which that comes.
 * Periods begin at multiples of 100 ms plus `phaseMs`. Source: kernel docs, scheduler/sched-bwc.
 */
export class CpuQuota {
  readonly #quotaMs: number;
  readonly #phaseMs: number;
  #first = 0; // the earliest period that is remembered
  #spentMs = new Float64Array(16); // by period modulo the length

  constructor(limit: number, phaseMs: number) {
    this.#quotaMs = limit * QUOTA_PERIOD_MS;
    this.#phaseMs = phaseMs;
  }

  /** When work of `takesMs` is done that could begin at `beginsMs`, not before now. */
  spend(nowMs: number, beginsMs: number, takesMs: number): number {
    this.#forgetBefore(this.#periodOf(nowMs));
    let period = this.#periodOf(beginsMs);
    let atMs = beginsMs;
    let leftMs = takesMs;
    for (;;) {
      this.#remember(period);
      const slot = period % this.#spentMs.length;
      const endMs = this.#startOf(period + 1);
      const givenMs = Math.max(0, Math.min(leftMs, this.#quotaMs - this.#spentMs[slot]!, endMs - atMs));
      this.#spentMs[slot]! += givenMs;
      if (givenMs === leftMs) return atMs + givenMs;
      leftMs -= givenMs;
      atMs = endMs;
      period++;
    }
  }

  /** All work is gone. */
  clear(): void {
    this.#spentMs.fill(0);
  }

  /** Counted from the one before time 0, so that none is negative. */
  #periodOf(ms: number): number {
    return Math.floor((ms - this.#phaseMs) / QUOTA_PERIOD_MS) + 1;
  }

  #startOf(period: number): number {
    return this.#phaseMs + (period - 1) * QUOTA_PERIOD_MS;
  }

  #forgetBefore(period: number): void {
    const { length } = this.#spentMs;
    if (period - this.#first >= length) this.#spentMs.fill(0);
    else for (let each = this.#first; each < period; each++) this.#spentMs[each % length] = 0;
    this.#first = period;
  }

  /** A long queue of work reaches far ahead. */
  #remember(period: number): void {
    const { length } = this.#spentMs;
    if (period - this.#first < length) return;
    const longer = new Float64Array(2 * Math.max(length, period - this.#first));
    for (let each = this.#first; each < this.#first + length; each++)
      longer[each % longer.length] = this.#spentMs[each % length]!;
    this.#spentMs = longer;
  }
}
