import type { Plane, Pod } from '../dataplane/index.js';

/** What a pod had used when observation began. */
interface Base {
  appCpuMs: number;
  proxyCpuMs: number;
  received: number;
}

/** What pods did within the observed time. */
export interface Observed {
  received: number;
  appCpuMs: number;
  proxyCpuMs: number;
  busyWorkersMs: number;
  queueMs: number;
  queueMax: number;
}

/** Reads the pods' meters at the beginning and at the end of [0, duration). */
export class Observation {
  observedMs = 0;
  readonly #plane: Plane;
  readonly #pods: readonly Pod[];
  readonly #base = new Map<Pod, Base>();
  readonly #result = new Map<Pod, Observed>();
  #beganMs = 0;

  constructor(plane: Plane, pods: readonly Pod[]) {
    this.#plane = plane;
    this.#pods = pods;
  }

  scheduleAt(fromMs: number, untilMs: number): void {
    const { sim } = this.#plane;
    sim.queue.schedule(
      sim.event(() => this.#begin(), this),
      fromMs,
    );
    sim.queue.schedule(
      sim.event(() => this.close(), this),
      untilMs,
    );
  }

  /** Ends the observation, if that has not been done yet: a run may stop early. */
  close(): void {
    if (!this.#plane.isObserving) return;
    const { nowMs } = this.#plane.sim;
    this.#plane.isObserving = false;
    this.observedMs = nowMs - this.#beganMs;
    for (const pod of this.#pods) {
      const base = this.#base.get(pod)!;
      const { appCpuMs, proxyCpuMs, received } = meters(pod);
      this.#result.set(pod, {
        received: received - base.received,
        appCpuMs: appCpuMs - base.appCpuMs,
        proxyCpuMs: proxyCpuMs - base.proxyCpuMs,
        busyWorkersMs: pod.busy.areaMs(nowMs),
        queueMs: pod.queued.areaMs(nowMs),
        queueMax: pod.queued.max,
      });
    }
  }

  /** Over all these pods; the largest of their queues. */
  sum(pods: readonly Pod[]): Observed {
    const sum = { received: 0, appCpuMs: 0, proxyCpuMs: 0, busyWorkersMs: 0, queueMs: 0, queueMax: 0 };
    for (const pod of pods) {
      const seen = this.#result.get(pod);
      if (seen === undefined) continue;
      sum.received += seen.received;
      sum.appCpuMs += seen.appCpuMs;
      sum.proxyCpuMs += seen.proxyCpuMs;
      sum.busyWorkersMs += seen.busyWorkersMs;
      sum.queueMs += seen.queueMs;
      sum.queueMax = Math.max(sum.queueMax, seen.queueMax);
    }
    return sum;
  }

  #begin(): void {
    const { nowMs } = this.#plane.sim;
    this.#plane.isObserving = true;
    this.#beganMs = nowMs;
    for (const pod of this.#pods) {
      this.#base.set(pod, meters(pod));
      pod.busy.restart(nowMs);
      pod.queued.restart(nowMs);
    }
  }
}

function meters({ cpu, proxy, ztunnel, received }: Pod): Base {
  cpu?.settle();
  return { appCpuMs: cpu?.usedMs ?? 0, proxyCpuMs: proxy?.usedMs ?? ztunnel?.usedMs ?? 0, received };
}
