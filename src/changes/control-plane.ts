import type { Pod, ProxyProcess } from '../dataplane/index.js';
import type { Simulation } from '../engine/index.js';
import { ISTIO_SETTINGS, type PushSettings } from '../mesh/index.js';
import { Debounce } from './debounce.js';
import type { Undo } from './disturbances.js';
import { PushQueue } from './push-queue.js';

export interface ControlPlaneOptions {
  /** From a single change until the proxies know of it; a debounce and a push included. */
  readonly endpointDelayMs: number;
  /** That istiod can use. */
  readonly cores: number;
  readonly pushes: PushSettings;
}

/** istiod's own, which `endpointDelayMs` counts with. */
const { debounceAfterMs: USUAL_DEBOUNCE_MS } = ISTIO_SETTINGS.pushes;
/** To make and send one proxy's configuration. Nothing is published; in the smallest bucket of pilot_xds_push_time. */
const PUSH_MS = 10;

/**
 * Who hears of changes, and when. kube-proxy and load balancers hear of each by itself after `endpointDelayMs`. istiod
 * waits until changes come to rest and pushes them to its proxies, so many at a time:
 *
 *     change ─ readiness, EndpointSlice, watch ─▶ istiod ─ debounce ─▶ published ─ queue, push ─▶ proxy
 *
 * A single change reaches the proxies of the first turn `endpointDelayMs` after it happened, later or sooner by as much
 * as istiod is told to wait for quiet longer or less than it would by itself.
 */
export class ControlPlane {
  readonly #sim: Simulation;
  readonly #proxies: readonly ProxyProcess[];
  readonly #endpointDelayMs: number;
  /** Until istiod has heard of a change. */
  readonly #watchMs: number;
  readonly #debouncesEndpoints: boolean;
  readonly #debounce: Debounce;
  readonly #queue: PushQueue<ProxyProcess>;
  readonly #heard = new Map<Pod, Pod['listed']>(); // by istiod, not yet published
  #heardVersion = 0;
  #version = 0; // published
  #slowMs = 0;
  #lastHeardMs = 0;

  constructor(sim: Simulation, proxies: readonly ProxyProcess[], options: ControlPlaneOptions) {
    const { endpointDelayMs, cores, pushes } = options;
    const usualMs = Math.min(USUAL_DEBOUNCE_MS, endpointDelayMs);
    const afterMs = Math.max(0, usualMs + pushes.debounceAfterMs - USUAL_DEBOUNCE_MS);
    const pushMs = Math.min(PUSH_MS, endpointDelayMs - usualMs);
    this.#sim = sim;
    this.#proxies = proxies;
    this.#endpointDelayMs = endpointDelayMs;
    this.#watchMs = endpointDelayMs - usualMs - pushMs;
    this.#debouncesEndpoints = pushes.debouncesEndpoints;
    this.#debounce = new Debounce(sim, afterMs, pushes.debounceMaxMs, () => this.#publish());
    this.#queue = new PushQueue(sim, pushes.throttle ?? pushThrottle(cores), pushMs, (proxy) => this.#tell(proxy));
  }

  /** An endpoint has changed now. */
  onEndpoint(pod: Pod, listed: Pod['listed']): void {
    this.#at(this.#sim.nowMs + this.#endpointDelayMs, () => {
      pod.inService = listed === 'ready';
    });
    const then = this.#debouncesEndpoints ? () => this.#debounce.onChange() : () => this.#publishEndpoints();
    this.#hear(() => this.#heard.set(pod, listed), then);
  }

  /** Other manifests hold from now on. */
  onConfiguration(version: number): void {
    const take = () => {
      this.#heardVersion = version;
    };
    this.#hear(take, () => this.#debounce.onChange());
  }

  /** istiod hears of everything so much later. */
  slow(byMs: number): Undo {
    this.#slowMs += byMs;
    return () => {
      this.#slowMs -= byMs;
    };
  }

  /** In the order in which things happen, also when it has become faster meanwhile. */
  #hear(take: () => void, then: () => void): void {
    this.#lastHeardMs = Math.max(this.#lastHeardMs, this.#sim.nowMs + this.#watchMs + this.#slowMs);
    this.#at(this.#lastHeardMs, () => {
      take();
      then();
    });
  }

  #at(atMs: number, then: () => void): void {
    this.#sim.queue.schedule(this.#sim.event(then, this), atMs);
  }

  #publish(): void {
    this.#version = this.#heardVersion;
    this.#publishEndpoints();
  }

  #publishEndpoints(): void {
    for (const [pod, listed] of this.#heard) pod.listed = listed;
    this.#heard.clear();
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
