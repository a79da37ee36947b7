import type { Plane, Pod } from '../dataplane/index.js';
import type { ControlPlane } from './control-plane.js';

export interface LifecycleOptions {
  /** Before a node that vanished is given up. */
  readonly nodeLostMs: number;
}

/** A time in which a pod is down, or leaves: from the first fault that holds it to its next start. */
interface Outage {
  /** Faults that hold it. */
  holds: number;
}

/** Pods that die, vanish, leave and come back. Faults may overlap: a pod is back when the last of them is over. */
export class PodLifecycle {
  readonly #plane: Plane;
  readonly #controlPlane: ControlPlane;
  readonly #options: LifecycleOptions;
  readonly #outages = new Map<Pod, Outage>();

  constructor(plane: Plane, controlPlane: ControlPlane, options: LifecycleOptions) {
    this.#plane = plane;
    this.#controlPlane = controlPlane;
    this.#options = options;
  }

  /** Connections are reset; new ones refused until the proxies know. */
  crash(pod: Pod): void {
    const outage = this.#hold(pod);
    if (outage === null) return;
    this.#kill(pod);
    this.#miss(pod, outage, 'unready');
  }

  /** Its packets are lost from now on, both ways; after a while the node is given up. */
  vanish(pod: Pod): void {
    const { network, router, server } = this.#plane;
    network.isCalm = false;
    pod.lost = true;
    const outage = this.#hold(pod);
    if (outage === null) return;
    pod.epoch++;
    server.podLost(pod);
    router.callerDown(pod, false);
    pod.proxy?.restart();
    this.#after(this.#options.nodeLostMs, pod, () => {
      if (outage.holds > 0) this.#miss(pod, outage, 'gone');
    });
  }

  /** It leaves: no new requests once the proxies know, and what it has in hand is cut off after the drain time. */
  drain(pod: Pod): void {
    const outage = this.#hold(pod);
    if (outage === null) return;
    const { drainMs, unnoticedMs } = pod.workloadRuntime;
    if (unnoticedMs === 0) this.#controlPlane.onEndpoint(pod, 'gone');
    this.#after(drainMs, pod, () => {
      if (outage.holds === 0) return;
      this.#kill(pod);
      if (unnoticedMs > 0) this.#miss(pod, outage, 'gone');
    });
  }

  /** One fault less: when it was the last the pod starts, and is ready `startupMs` later. */
  restore(pod: Pod): void {
    const outage = this.#outages.get(pod)!;
    if (--outage.holds > 0) return;
    this.#after(pod.workloadRuntime.startupMs, pod, () => {
      if (outage.holds === 0 && this.#outages.get(pod) === outage) this.#start(pod);
    });
  }

  /** The outage that begins; null when the pod is held already. */
  #hold(pod: Pod): Outage | null {
    const present = this.#outages.get(pod);
    if (present !== undefined && present.holds > 0) {
      present.holds++;
      return null;
    }
    const outage = { holds: 1 };
    this.#outages.set(pod, outage);
    return outage;
  }

  /** The cluster takes notice that it is not there any more, sooner, later or never. */
  #miss(pod: Pod, outage: Outage, listed: 'unready' | 'gone'): void {
    const { unnoticedMs } = pod.workloadRuntime;
    if (unnoticedMs === 0) this.#controlPlane.onEndpoint(pod, listed);
    else if (unnoticedMs < Infinity) {
      this.#after(unnoticedMs, pod, () => {
        const isAway = this.#outages.get(pod) === outage && (pod.lost || !pod.up);
        if (isAway) this.#controlPlane.onEndpoint(pod, 'gone');
      });
    }
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
    if (pod.proxy !== null && (pod.lost || !pod.up)) pod.proxy.startedMs = this.#plane.sim.nowMs;
    pod.lost = false;
    pod.up = true;
    if (pod.workloadRuntime.unnoticedMs < Infinity) this.#controlPlane.onEndpoint(pod, 'ready');
  }

  #after(delayMs: number, pod: Pod, then: () => void): void {
    const { sim } = this.#plane;
    sim.queue.schedule(sim.event(then, pod), sim.nowMs + delayMs);
  }
}
