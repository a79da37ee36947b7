import type { Simulation } from '../engine/index.js';

/**
 * Waits until changes have come to rest, and then has them pushed together: `afterMs` after the last one, but not much
 * more than `maxMs` after the first. The longest wait is looked at only when a quiet time could have ended, as in istiod.
 * Source: Istio, pilot/pkg/xds/discovery.go, `debounce`.
 */
export class Debounce {
  readonly #sim: Simulation;
  readonly #afterMs: number;
  readonly #maxMs: number;
  readonly #push: () => void;
  readonly #event: number;
  #firstMs = 0;
  #lastMs = 0;

  constructor(sim: Simulation, afterMs: number, maxMs: number, push: () => void) {
    this.#sim = sim;
    this.#afterMs = afterMs;
    this.#maxMs = maxMs;
    this.#push = push;
    this.#event = sim.event(onQuiet, this);
  }

  /** Something has changed now. */
  onChange(): void {
    const { queue, nowMs } = this.#sim;
    this.#lastMs = nowMs;
    if (queue.isScheduled(this.#event)) return;
    this.#firstMs = nowMs;
    queue.schedule(this.#event, nowMs + this.#afterMs);
  }

  /** A quiet time could be over. */
  onQuiet(): void {
    const { queue, nowMs } = this.#sim;
    const quietMs = this.#lastMs + this.#afterMs;
    if (nowMs < quietMs && nowMs < this.#firstMs + this.#maxMs) queue.schedule(this.#event, quietMs);
    else this.#push();
  }
}

function onQuiet(debounce: Debounce): void {
  debounce.onQuiet();
}
