import type { Warmup } from '../mesh/index.js';
import type { ClusterConfig } from './plan.js';
import type { Pod } from './pod.js';
import type { ProxyProcess } from './proxy.js';
import { warmth } from './warmup.js';

/**
 * What part of the requests each host gets against the others, as one proxy sees it: by its own weight, by how long it
 * has been there, and under LEAST_REQUEST by how busy it is.
 * Source: Envoy, source/extensions/load_balancing_policies/common/load_balancer_impl.cc, refresh and applySlowStartFactor.
 */
export class HostWeights {
  readonly #weights: readonly number[] | null;
  readonly #isLeastRequest: boolean;
  readonly #activeBy: Int32Array;
  readonly #warmup: Warmup | null;
  readonly #nowMs: () => number;
  readonly #joinedMs: Float64Array; // by host, while there is a warm-up; NaN: never seen healthy
  #latestMs: number;

  /** `listed`: by host, as the proxy finds them when it first looks. */
  constructor(
    config: ClusterConfig,
    activeBy: Int32Array,
    listed: readonly Pod['listed'][],
    proxy: Pick<ProxyProcess, 'sinceMs'>,
    nowMs: () => number,
  ) {
    const { effective, weights } = config;
    const { kind } = effective.balancer;
    this.#weights = kind === 'least-request' || kind === 'round-robin' ? weights : null;
    this.#isLeastRequest = kind === 'least-request';
    this.#activeBy = activeBy;
    this.#warmup = effective.warmup;
    this.#nowMs = nowMs;
    // Whoever is ready when a proxy first looks has joined with the cluster, which has been there for long unless the proxy
    // died or was sent another: a dry run begins in a mesh that runs.
    const sinceMs = this.#warmup === null ? -Infinity : proxy.sinceMs(config);
    this.#joinedMs = Float64Array.from(this.#warmup === null ? [] : listed, (known) =>
      known === 'ready' ? sinceMs : Number.NaN,
    );
    this.#latestMs = sinceMs;
  }

  /** Notes who has joined and who has gone since. A host that comes back warms up again only if it had gone. */
  notice(members: readonly number[], healthy: readonly number[]): void {
    if (this.#warmup === null) return;
    const joinedMs = this.#joinedMs;
    const here = new Set(members);
    for (let host = 0; host < joinedMs.length; host++) if (!here.has(host)) joinedMs[host] = Number.NaN;
    for (const host of healthy) {
      if (!Number.isNaN(joinedMs[host]!)) continue;
      joinedMs[host] = this.#nowMs();
      this.#latestMs = this.#nowMs();
    }
  }

  /** Null: these hosts are equals for now, and nobody of the cluster is warming up. */
  of(hosts: readonly number[]): ((host: number) => number) | null {
    const weights = this.#weights;
    const areEqual = weights === null || hosts.every((host) => weights[host] === weights[hosts[0]!]);
    const isWarming = this.#warmup !== null && this.#nowMs() - this.#latestMs <= this.#warmup.windowMs;
    return areEqual && !isWarming ? null : (host) => this.#weight(host);
  }

  #weight(host: number): number {
    const own = this.#weights === null ? 1 : this.#weights[host]!;
    const weight = this.#isLeastRequest ? own / (this.#activeBy[host]! + 1) : own;
    if (this.#warmup === null) return weight;
    return weight * warmth(this.#warmup, this.#nowMs() - this.#joinedMs[host]!);
  }
}
