import type { Plane, Pod } from '../dataplane/index.js';

export interface LifecycleOptions {
  /** From a pod's change to every proxy's knowledge of it. */
  readonly endpointDelayMs: number;
  /** Before a node that vanished is given up. */
  readonly nodeLostMs: number;
  /** Endpoints that are not ready stay known, as unhealthy (Istio 1.31 and later). */
  readonly keepsUnready: boolean;
}

/** How long a sidecar drains before it is killed (ProxyConfig terminationDrainDuration). */
const DRAIN_MS = 5_000;

/**
 * Pods that die, vanish, leave and come back, and when the proxies hear of it. Faults may overlap: a pod is back when the
 * last of them is over.
 */
export class PodLifecycle {
  readonly #plane: Plane;
  readonly #options: LifecycleOptions;
  readonly #down = new Map<Pod, number>(); // faults that hold it down

  constructor(plane: Plane, options: LifecycleOptions) {
    this.#plane = plane;
    this.#options = options;
  }

  /** Connections are reset; new ones refused until the proxies know. */
  crash(pod: Pod): void {
    if (this.#hold(pod)) return;
    this.#kill(pod);
    this.#announce(pod, this.#options.keepsUnready ? 'unready' : 'gone', this.#options.endpointDelayMs);
  }

  /** Its packets are lost from now on, both ways; after a while the node is given up. */
  vanish(pod: Pod): void {
    pod.lost = true;
    if (this.#hold(pod)) return;
    const { router, server } = this.#plane;
    pod.epoch++;
    server.podLost(pod);
    router.callerDown(pod, false);
    pod.proxy?.restart();
    this.#announce(pod, 'gone', this.#options.nodeLostMs + this.#options.endpointDelayMs);
  }

  /** It leaves: no new requests once the proxies know, and what it has in hand is cut off after the drain time. */
  drain(pod: Pod): void {
    if (this.#hold(pod)) return;
    this.#announce(pod, 'gone', this.#options.endpointDelayMs);
    this.#plane.sim.queue.schedule(
      this.#plane.sim.event(() => {
        if (this.#down.get(pod)! > 0) this.#kill(pod);
      }, pod),
      this.#plane.sim.nowMs + DRAIN_MS,
    );
  }

  /** One fault less: when it was the last the pod starts, and is ready `startupMs` later. */
  restore(pod: Pod): void {
    const holds = this.#down.get(pod)! - 1;
    this.#down.set(pod, holds);
    if (holds > 0) return;
    const { sim } = this.#plane;
    const readyMs = sim.nowMs + pod.workloadRuntime.startupMs;
    sim.queue.schedule(
      sim.event(() => this.#start(pod), pod),
      readyMs,
    );
  }

  /** True when the pod was down already. */
  #hold(pod: Pod): boolean {
    const holds = this.#down.get(pod) ?? 0;
    this.#down.set(pod, holds + 1);
    return holds > 0;
  }

  #kill(pod: Pod): void {
    const { router, server } = this.#plane;
    if (!pod.up) return;
    pod.up = false;
    pod.epoch++;
    server.podDown(pod);
    router.callerDown(pod, true);
    pod.proxy?.restart();
    for (const { cluster, host } of pod.memberOf) cluster.onPodDown(host);
  }

  #start(pod: Pod): void {
    if (this.#down.get(pod)! > 0) return;
    pod.lost = false;
    pod.up = true;
    this.#announce(pod, 'ready', this.#options.endpointDelayMs);
  }

  /** The proxies learn of it later, unless it has changed again by then. */
  #announce(pod: Pod, listed: Pod['listed'], delayMs: number): void {
    const { sim } = this.#plane;
    const isDown = listed !== 'ready';
    const tell = () => {
      if (this.#down.get(pod)! > 0 !== isDown || pod.listed === listed) return;
      const was = pod.listed;
      pod.listed = listed;
      for (const { cluster, host } of pod.memberOf) cluster.onEndpointChange(host, was);
    };
    sim.queue.schedule(sim.event(tell, pod), sim.nowMs + delayMs);
  }
}
