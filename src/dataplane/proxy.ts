import type { SequentialRandom, Simulation } from '../engine/index.js';
import { Certificate } from './certificate.js';
import type { ClusterState } from './cluster.js';
import type { CpuQuota } from './cpu-quota.js';
import type { ClusterConfig } from './plan.js';
import type { TokenBucket } from './token-bucket.js';

/** CPU that a proxy burns on a worker thread, ms of one core. See `ProxyCost` of the scenario. */
export interface CpuCost {
  readonly requestCpuMs: number;
  readonly responseCpuMs: number;
  readonly afterCpuMs: number;
  readonly perKiBCpuMs: number;
  readonly mtlsCpuMs: number;
  readonly handshakeCpuMs: number;
}

/**
 * One proxy process. Its worker threads take what comes first come, first served; work on a worker can be neither
 * abandoned nor overtaken, so its end is known when it begins and costs no event of its own.
 */
export class ProxyProcess {
  readonly name: string;
  /** Index of the zone of its pod. */
  readonly zone: number;
  readonly workers: number;
  readonly cost: CpuCost;
  /** CPU used so far, ms of one core. */
  usedMs = 0;
  readonly certificate = new Certificate();
  /** Work done per ms of a core. */
  speed = 1;
  /** When the process began: long ago, unless it has died since. */
  startedMs = -Infinity;
  /** Of the configuration that the control plane has sent it last. */
  version = 0;
  /** The versions before, each with when the next took its place. */
  readonly #replaced: { readonly version: number; readonly atMs: number }[] = [];
  /** By cluster index; what is made at first use. */
  readonly clusters: (ClusterState | undefined)[] = [];
  /** By index of the rate limit; what is made at first use. */
  readonly buckets: (TokenBucket | undefined)[] = [];
  readonly #sim: Simulation;
  readonly #random: SequentialRandom;
  readonly #quota: CpuQuota | null;
  readonly #freeMs: Float64Array; // by worker: when it will have done all it has
  readonly #idleConnections: number[][] = []; // by host: the application's idle connections, endpoint << 16 | worker

  /** `quota`: null, each worker has a core. */
  constructor(
    name: string,
    zone: number,
    workers: number,
    quota: CpuQuota | null,
    cost: CpuCost,
    sim: Simulation,
    random: SequentialRandom,
  ) {
    this.name = name;
    this.zone = zone;
    this.workers = workers;
    this.cost = cost;
    this.#sim = sim;
    this.#random = random;
    this.#quota = quota;
    this.#freeMs = new Float64Array(workers);
  }

  /** The process has died, and all that it knew and kept with it: another takes its place. */
  restart(): void {
    for (const cluster of this.clusters) cluster?.retire();
    this.clusters.length = 0;
    this.#replaced.length = 0;
    this.buckets.length = 0;
    this.#idleConnections.length = 0;
    this.#freeMs.fill(0);
    this.#quota?.clear();
  }

  /**
   * Another version of the configuration has come. A cluster of which nothing has changed goes on as it is; the others
   * take no new requests, and end when they have none left (Envoy, source/common/upstream/cluster_manager_impl.cc).
   */
  configure(version: number): void {
    this.#replaced.push({ version: this.version, atMs: this.#sim.nowMs });
    this.version = version;
    for (const [index, cluster] of this.clusters.entries()) {
      const config = cluster?.config.inVersion(version) ?? null;
      if (config?.index === index) cluster!.config = config;
      else {
        cluster?.retire();
        this.clusters[index] = undefined;
      }
    }
  }

  /** Since when the process has had this cluster, used or not. */
  sinceMs({ index, inVersion }: Pick<ClusterConfig, 'index' | 'inVersion'>): number {
    const since = this.#replaced.findLast(({ version }) => inVersion(version)?.index !== index);
    return since?.atMs ?? this.startedMs;
  }

  /** A number of (0, 1) for what belongs to no request. */
  draw(): number {
    return this.#random.next();
  }

  /** The worker that a new downstream connection falls to. */
  newWorker(): number {
    return this.workers === 1 ? 0 : Math.floor(this.#random.next() * this.workers);
  }

  /**
   * Sets the worker of the application's connection to this host, the one last used of those idle or a new one, and the
   * endpoint that it was made to, if that matters.
   */
  takeConnection(host: number, call: { worker: number; dialled: number }): void {
    const taken = this.#idleConnections[host]?.pop();
    call.worker = taken === undefined ? this.newWorker() : taken & 0xffff;
    call.dialled = taken === undefined ? -1 : taken >> 16;
  }

  giveConnection(host: number, worker: number, dialled: number): void {
    let idle = this.#idleConnections[host];
    if (idle === undefined) {
      idle = [];
      this.#idleConnections[host] = idle;
    }
    idle.push((dialled << 16) | worker);
  }

  /** Has `worker` work for `cpuMs` after all it has to do; returns when it will be done. */
  work(worker: number, cpuMs: number): number {
    const { nowMs } = this.#sim;
    const freeMs = this.#freeMs[worker]!;
    const beginsMs = freeMs > nowMs ? freeMs : nowMs;
    if (cpuMs === 0) return beginsMs;
    const takesMs = this.speed === 1 ? cpuMs : cpuMs / this.speed; // division is slow, and this is done four times a hop
    const doneMs = this.#quota === null ? beginsMs + takesMs : this.#quota.spend(nowMs, beginsMs, takesMs);
    this.#freeMs[worker] = doneMs;
    this.usedMs += takesMs;
    return doneMs;
  }

  /** `work` on a request of this size. */
  workOnRequest(worker: number, sizeBytes: number, mtls: boolean): number {
    return this.#workOn(this.cost.requestCpuMs, worker, sizeBytes, mtls);
  }

  /** `work` on an answer of this size. */
  workOnAnswer(worker: number, sizeBytes: number, mtls: boolean): number {
    return this.#workOn(this.cost.responseCpuMs, worker, sizeBytes, mtls);
  }

  #workOn(cpuMs: number, worker: number, sizeBytes: number, mtls: boolean): number {
    const { perKiBCpuMs, mtlsCpuMs } = this.cost;
    return this.work(worker, cpuMs + (perKiBCpuMs * sizeBytes) / 1024 + (mtls ? mtlsCpuMs : 0));
  }
}
