import type { Pod, ProxyProcess } from '../dataplane/index.js';
import type { Simulation } from '../engine/index.js';
import { Debounce } from './debounce.js';
import { PushQueue } from './push-queue.js';

export interface ControlPlaneOptions {
  /** From a single change until the proxies know of it; a debounce and a push included. */
  readonly endpointDelayMs: number;
  /** That istiod can use. */
  readonly cores: number;
}

/** Source: Istio, pilot/pkg/features (PILOT_DEBOUNCE_AFTER, PILOT_DEBOUNCE_MAX). */
const DEBOUNCE_AFTER_MS = 100;
const DEBOUNCE_MAX_MS = 10_000;
/** To make and send one proxy's configuration. Nothing is published; in the smallest bucket of pilot_xds_push_time. */
const PUSH_MS = 10;

/**
 * Who hears of changes, and when. kube-proxy and load balancers hear of each by itself after `endpointDelayMs`. istiod
 * waits until changes come to rest and pushes them to its proxies, so many at a time:
 *
 *     change ─ readiness, EndpointSlice, watch ─▶ istiod ─ debounce ─▶ published ─ queue, push ─▶ proxy
 *
 * A single change reaches the proxies of the first turn `endpointDelayMs` after it happened.
 */
export class ControlPlane {
  readonly #sim: Simulation;
  readonly #proxies: readonly ProxyProcess[];
  readonly #endpointDelayMs: number;
  /** Until istiod has heard of a change. */
  readonly #watchMs: number;
  readonly #debounce: Debounce;
  readonly #queue: PushQueue<ProxyProcess>;
  readonly #heard = new Map<Pod, Pod['listed']>(); // by istiod, not yet published

  constructor(sim: Simulation, proxies: readonly ProxyProcess[], options: ControlPlaneOptions) {
    const { endpointDelayMs, cores } = options;
    const afterMs = Math.min(DEBOUNCE_AFTER_MS, endpointDelayMs);
    const pushMs = Math.min(PUSH_MS, endpointDelayMs - afterMs);
    this.#sim = sim;
    this.#proxies = proxies;
    this.#endpointDelayMs = endpointDelayMs;
    this.#watchMs = endpointDelayMs - afterMs - pushMs;
    this.#debounce = new Debounce(sim, afterMs, DEBOUNCE_MAX_MS, () => this.#publish());
    this.#queue = new PushQueue(sim, pushThrottle(cores), pushMs, tell);
  }

  /** An endpoint has changed now. */
  onEndpoint(pod: Pod, listed: Pod['listed']): void {
    this.#after(this.#endpointDelayMs, () => {
      pod.inService = listed === 'ready';
    });
    this.#after(this.#watchMs, () => {
      this.#heard.set(pod, listed);
      this.#debounce.onChange();
    });
  }

  #after(delayMs: number, then: () => void): void {
    const { queue, nowMs } = this.#sim;
    queue.schedule(this.#sim.event(then, this), nowMs + delayMs);
  }

  #publish(): void {
    for (const [pod, listed] of this.#heard) pod.listed = listed;
    this.#heard.clear();
    for (const proxy of this.#proxies) this.#queue.add(proxy);
  }
}

/** Pushes at once. Source: Istio, pilot/pkg/features (PILOT_PUSH_THROTTLE 0). */
export function pushThrottle(cores: number): number {
  return Math.min(15 + 5 * Math.max(1, Math.floor(cores)), 100);
}

function tell(proxy: ProxyProcess): void {
  for (const cluster of proxy.clusters) cluster?.onEndpoints();
}
