import type { AddressedRandom } from '../engine/index.js';
import type { Balancer as BalancerPolicy } from '../mesh/index.js';
import type { ProxyProcess } from './proxy.js';

/**
 * Picks one of the eligible hosts, all of equal weight.
 * LEAST_REQUEST: two hosts drawn with replacement, the less busy one, the first of the two on a tie.
 * ROUND_ROBIN: in turn, each worker thread by itself from a random start.
 * Source: Envoy, source/extensions/load_balancing_policies/ (least_request_lb.cc, round_robin_lb.h, random_lb.cc).
 */
export class Balancer {
  /** Whether a pick reads the two first words of the block at hand. */
  readonly draws: boolean;
  readonly #kind: 'least-request' | 'round-robin' | 'random';
  readonly #proxy: ProxyProcess;
  readonly #turn: number[] = []; // by worker

  constructor(policy: BalancerPolicy, proxy: ProxyProcess) {
    this.#kind = policy.kind === 'round-robin' || policy.kind === 'least-request' ? policy.kind : 'random'; // passthrough and consistent hashing, which are reported as not modelled
    this.draws = this.#kind !== 'round-robin';
    this.#proxy = proxy;
  }

  /** The place in `eligible`, which must not be empty, of the host picked. `activeBy`: by host. */
  pick(eligible: readonly number[], activeBy: Int32Array, worker: number, random: AddressedRandom): number {
    const hosts = eligible.length;
    if (this.#kind === 'round-robin') {
      const turn = this.#turn[worker] ?? Math.floor(this.#proxy.draw() * hosts);
      this.#turn[worker] = turn + 1;
      return turn % hosts;
    }
    const first = Math.floor(random.uniform(0) * hosts);
    if (this.#kind === 'random') return first;
    const second = Math.floor(random.uniform(1) * hosts);
    return activeBy[eligible[second]!]! < activeBy[eligible[first]!]! ? second : first;
  }

  /** The hosts have changed: turns begin anew. */
  restart(): void {
    this.#turn.length = 0;
  }
}
