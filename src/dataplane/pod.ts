import { LinkedQueue, type ProcessorSharing, type Sampler } from '../engine/index.js';
import { Level } from '../telemetry/index.js';
import type { Attempt } from './attempt.js';
import type { Certificate } from './certificate.js';
import type { ClusterState } from './cluster.js';
import type { DirectClient } from './direct-client.js';
import type { InboundPool } from './inbound-pool.js';
import type { Site } from './network.js';
import type { Programs } from './program.js';
import type { ProxyProcess } from './proxy.js';
import type { Status } from './status.js';
import type { Ztunnel } from './ztunnel.js';

/** Errors that a fault has the application answer with, in the terms of whoever asks: HTTP or gRPC. */
export interface ErrorFault {
  readonly status: Status;
  readonly share: number;
}

/** What the pods of one workload have in common. */
export interface WorkloadRuntime {
  readonly index: number;
  /** As the report writes it. */
  readonly name: string;
  readonly kind: 'app' | 'gateway' | 'waypoint' | 'external';
  readonly service: string | null;
  readonly version: string | null;
  /** Infinity: unlimited. */
  readonly workers: number;
  readonly queue: number;
  readonly stopsAbandoned: boolean;
  readonly startupMs: number;
  /** From being told to leave to the end of all it has in hand. */
  readonly drainMs: number;
  /** From the end of one of its pods until the cluster notices. Infinity: never, it stays an endpoint. */
  readonly unnoticedMs: number;
  readonly pods: Pod[];
  /** Faults that act now. */
  readonly delays: Sampler[];
  readonly errors: ErrorFault[];
  readonly programs: Programs;
}

/** One pod: an endpoint. */
export class Pod implements Site {
  readonly workloadRuntime: WorkloadRuntime;
  readonly name: string;
  readonly ordinal: number;
  readonly zone: number;
  readonly workload: number;
  readonly proxy: ProxyProcess | null;
  /** Of a pod in ambient mode, which has no proxy. */
  readonly ztunnel: Ztunnel | null;
  /** Of its proxy or ztunnel; null: it has none, and takes no mutual TLS. */
  readonly certificate: Certificate | null;
  /** Null: CPU is never short. */
  readonly cpu: ProcessorSharing | null;
  /** By port, and version of the configuration: what its sidecar limits towards the application; null: nothing. */
  readonly inbound = new Map<number, InboundPool | null>();
  lost = false;
  client: DirectClient | null = null;
  /** Accepts connections. */
  up = true;
  /** kube-proxy and load balancers send to it. */
  inService = true;
  /** What istiod knows of it; whether proxies hear of endpoints that are not ready is the cluster's to say. */
  listed: 'ready' | 'unready' | 'gone' = 'ready';
  /** Grows with every restart: connections of an earlier life are gone. */
  epoch = 0;
  /** Application: requests in work, and those that wait for a worker. */
  readonly busy = new Level();
  readonly queued = new Level();
  readonly queue = new LinkedQueue<Attempt>();
  received = 0;
  /** Calls of its endpoints with `everyNthFails`. */
  arrivals = 0;
  /** Upstream clusters, of whatever proxy, that have it as a host. */
  readonly memberOf: { readonly cluster: ClusterState; readonly host: number }[] = [];

  constructor(
    runtime: WorkloadRuntime,
    options: {
      readonly name: string;
      readonly ordinal: number;
      readonly zone: number;
      readonly proxy: ProxyProcess | null;
      readonly ztunnel: Ztunnel | null;
      readonly cpu: ProcessorSharing | null;
    },
  ) {
    this.workloadRuntime = runtime;
    this.workload = runtime.index;
    this.name = options.name;
    this.ordinal = options.ordinal;
    this.zone = options.zone;
    this.proxy = options.proxy;
    this.ztunnel = options.ztunnel;
    this.certificate = (options.proxy ?? options.ztunnel)?.certificate ?? null;
    this.cpu = options.cpu;
  }
}
