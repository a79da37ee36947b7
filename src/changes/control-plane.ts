import type { Pod, ProxyProcess } from '../dataplane/index.js';
import type { Simulation } from '../engine/index.js';
import { Debounce } from './debounce.js';
import type { Undo } from './disturbances.js';
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
  #heardVersion = 0;
  #version = 0; // published
  #slowMs = 0;
  #lastHeardMs = 0;

  constructor(sim: Simulation, proxies: readonly ProxyProcess[], options: ControlPlaneOptions) {
    const { endpointDelayMs, cores } = options;
    const afterMs = Math.min(DEBOUNCE_AFTER_MS, endpointDelayMs);
    const pushMs = Math.min(PUSH_MS, endpointDelayMs - afterMs);
    this.#sim = sim;
    this.#proxies = proxies;
    this.#endpointDelayMs = endpointDelayMs;
    this.#watchMs = endpointDelayMs - afterMs - pushMs;
    this.#debounce = new Debounce(sim, afterMs, DEBOUNCE_MAX_MS, () => this.#publish());
    this.#queue = new PushQueue(sim, pushThrottle(cores), pushMs, (proxy) => this.#tell(proxy));
  }

  /** An endpoint has changed now. */
  onEndpoint(pod: Pod, listed: Pod['listed']): void {
    this.#at(this.#sim.nowMs + this.#endpointDelayMs, () => {
      pod.inService = listed === 'ready';
    });
    this.#hear(() => this.#heard.set(pod, listed));
  }

  /** Other manifests hold from now on. */
  onConfiguration(version: number): void {
    this.#hear(() => {
      this.#heardVersion = version;
    });
  }

  /** istiod hears of everything so much later. */
  slow(byMs: number): Undo {
    this.#slowMs += byMs;
    return () => {
      this.#slowMs -= byMs;
    };
  }

  /** In the order in which things happen, also when it has become faster meanwhile. */
  #hear(take: () => void): void {
    this.#lastHeardMs = Math.max(this.#lastHeardMs, this.#sim.nowMs + this.#watchMs + this.#slowMs);
    this.#at(this.#lastHeardMs, () => {
      take();
      this.#debounce.onChange();
    });
  }

  #at(atMs: number, then: () => void): void {
    this.#sim.queue.schedule(this.#sim.event(then, this), atMs);
  }

  #publish(): void {
    for (const [pod, listed] of this.#heard) pod.listed = listed;
    this.#heard.clear();
    this.#version = this.#heardVersion;
    for (const proxy of this.#proxies) this.#queue.add(proxy);
  }

  /** Clusters before endpoints, as over ADS. */
  #tell(proxy: ProxyProcess): void {
    if (proxy.version !== this.#version) proxy.configure(this.#version);
    for (const cluster of proxy.clusters) cluster?.onEndpoints();
  }
}

/** Pushes at once. Source: Istio, pilot/pkg/features (PILOT_PUSH_THROTTLE 0). */
export function pushThrottle(cores: number): number {
  return Math.min(15 + 5 * Math.max(1, Math.floor(cores)), 100);
}
