import { LinkedQueue } from '../engine/index.js';
import type { EffectiveLimits } from '../mesh/index.js';
import type { Attempt } from './attempt.js';

/**
 * A server sidecar's own limits towards its application: the DestinationRule's connectionPool is enforced here a second
 * time. Connecting over loopback takes no time. Every worker may hold one connection whatever the limit says.
 * Source: the reference's sections 1.3 and 3.6 (Envoy, source/common/conn_pool/conn_pool_base.cc).
 */
export class InboundPool {
  readonly limits: EffectiveLimits;
  #active = 0;
  #pending = 0;
  readonly #activeBy: number[]; // by worker
  readonly #waiting: LinkedQueue<Attempt>[]; // by worker

  constructor(limits: EffectiveLimits, workers: number) {
    this.limits = limits;
    this.#activeBy = new Array<number>(workers).fill(0);
    this.#waiting = Array.from({ length: workers }, () => new LinkedQueue<Attempt>());
  }

  /** `admitted`: on to the application; `queued`: it will be, by `release`; `overflow`: 503 UO. */
  enter(attempt: Attempt, worker: number): 'admitted' | 'queued' | 'overflow' {
    if (this.#hasConnection(worker)) {
      if (this.#active >= this.limits.maxRequests) return 'overflow';
      this.#admit(worker);
      return 'admitted';
    }
    if (this.#pending >= this.limits.maxPendingRequests) return 'overflow';
    this.#waiting[worker]!.push(attempt);
    this.#pending++;
    return 'queued';
  }

  /** A request of `worker` is over. Returns the one that takes its place, if one waits. */
  release(worker: number): Attempt | null {
    this.#active--;
    this.#activeBy[worker]!--;
    const next = this.#waiting[worker]!.shift();
    if (next === null) return null;
    this.#pending--;
    this.#admit(worker);
    return next;
  }

  /** A request that waits goes away. */
  leave(attempt: Attempt, worker: number): void {
    this.#waiting[worker]!.remove(attempt);
    this.#pending--;
  }

  #hasConnection(worker: number): boolean {
    return this.#active < this.limits.maxConnections || this.#activeBy[worker] === 0;
  }

  #admit(worker: number): void {
    this.#active++;
    this.#activeBy[worker]!++;
  }
}
