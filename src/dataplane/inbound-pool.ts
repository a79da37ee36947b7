import { LinkedQueue } from '../engine/index.js';
import type { EffectiveInbound } from '../mesh/index.js';
import type { Attempt } from './attempt.js';

/**
 * A server sidecar's own limits towards its application: the DestinationRule's connectionPool is enforced here a second
 * time. Connecting over loopback takes no time. Every worker may hold one connection whatever the limit says, but for
 * TCP, where a connection too many is closed.
 * Source: the reference's sections 1.3 and 3.6 (Envoy, source/common/conn_pool/conn_pool_base.cc).
 */
export class InboundPool {
  readonly effective: EffectiveInbound;
  #active = 0;
  #pending = 0;
  readonly #activeBy: number[]; // by worker
  readonly #waiting: LinkedQueue<Attempt>[]; // by worker

  constructor(effective: EffectiveInbound, workers: number) {
    this.effective = effective;
    this.#activeBy = new Array<number>(workers).fill(0);
    this.#waiting = Array.from({ length: workers }, () => new LinkedQueue<Attempt>());
  }

  /** `admitted`: on to the application; `queued`: it will be, by `release`; `overflow`: UO. */
  enter(attempt: Attempt, worker: number): 'admitted' | 'queued' | 'overflow' {
    const { limits } = this.effective;
    const isTcp = this.#carriesTcp(attempt);
    if (isTcp ? this.#active < limits.maxConnections : this.#hasStream(attempt, worker)) {
      if (!isTcp && this.#active >= limits.maxRequests) return 'overflow';
      this.#admit(worker);
      return 'admitted';
    }
    if (isTcp || this.#pending >= limits.maxPendingRequests) return 'overflow';
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

  /** Requests share a connection in HTTP/2 alone. */
  #hasStream({ message }: Attempt, worker: number): boolean {
    const { protocol, limits } = this.effective;
    const isHttp2 = protocol === 'http2' || (protocol === 'downstream' && message.protocol === 'grpc');
    const streams = isHttp2 ? limits.maxConcurrentStreams : 1;
    return this.#active < limits.maxConnections * streams || this.#activeBy[worker]! < streams;
  }

  #carriesTcp({ message }: Attempt): boolean {
    return this.effective.protocol === 'tcp' || message.protocol === 'tcp';
  }

  #admit(worker: number): void {
    this.#active++;
    this.#activeBy[worker]!++;
  }
}
