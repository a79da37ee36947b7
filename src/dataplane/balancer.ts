import type { AddressedRandom } from '../engine/index.js';
import type { Balancer as BalancerPolicy } from '../mesh/index.js';
import { EdfSchedule } from './edf-schedule.js';
import type { ProxyProcess } from './proxy.js';

/** What the balancers of one proxy and cluster have in common. */
export interface Balancing {
  readonly kind: BalancerPolicy['kind'];
  readonly proxy: ProxyProcess;
  /** By host: requests that have a connection to it. */
  readonly activeBy: Int32Array;
  /** What part of the requests a host gets against others, above 0; null: all the same. */
  readonly weightOf: ((host: number) => number) | null;
}

/**
 * Picks one of the hosts that can be picked now.
 * LEAST_REQUEST: two hosts drawn with replacement, the less busy one, the first of the two on a tie.
 * ROUND_ROBIN: in turn, each worker thread by itself from a random start.
 * With unequal weights both take the host with the earliest deadline, LEAST_REQUEST with weights divided by one more than
 * the host's active requests. RANDOM knows no weights.
 * Source: Envoy, source/extensions/load_balancing_policies/ (least_request_lb.cc, round_robin_lb.h, random_lb.cc, common/
 * load_balancer_impl.cc, EdfLoadBalancerBase).
 */
export class Balancer {
  readonly hosts: readonly number[];
  /** Whether a pick reads the two first words of the block at hand. */
  readonly draws: boolean;
  readonly #balancing: Balancing;
  readonly #turn: number[] = []; // by worker
  readonly #schedules: (EdfSchedule | undefined)[] = []; // by worker

  constructor(hosts: readonly number[], balancing: Balancing) {
    this.hosts = hosts;
    this.#balancing = balancing;
    this.draws = hosts.length > 1 && balancing.weightOf === null && balancing.kind !== 'round-robin';
  }

  /** -1 when there is none. */
  pick(worker: number, random: AddressedRandom): number {
    const { hosts } = this;
    if (hosts.length <= 1) return hosts[0] ?? -1;
    const { kind, weightOf, activeBy } = this.#balancing;
    if (weightOf !== null) return hosts[this.#scheduleOf(worker, weightOf).next()]!;
    if (kind === 'round-robin') {
      const turn = this.#turn[worker] ?? Math.floor(this.#balancing.proxy.draw() * hosts.length);
      this.#turn[worker] = turn + 1;
      return hosts[turn % hosts.length]!;
    }
    const first = hosts[Math.floor(random.uniform(0) * hosts.length)]!;
    if (kind !== 'least-request') return first;
    const second = hosts[Math.floor(random.uniform(1) * hosts.length)]!;
    return activeBy[second]! < activeBy[first]! ? second : first;
  }

  #scheduleOf(worker: number, weightOf: (host: number) => number): EdfSchedule {
    let schedule = this.#schedules[worker];
    if (schedule === undefined) {
      const { hosts } = this;
      schedule = new EdfSchedule(hosts.length, (i) => weightOf(hosts[i]!), this.#balancing.proxy.draw());
      this.#schedules[worker] = schedule;
    }
    return schedule;
  }
}
