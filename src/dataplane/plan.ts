import type { TimerLane } from '../engine/index.js';
import type { EffectiveCluster, LocalityGroup, Origin } from '../mesh/index.js';
import type { EdgeRow } from '../telemetry/index.js';
import type { Doors } from './admission.js';
import type { RequestHash } from './hash-table.js';
import type { HashTables } from './hash-tables.js';
import type { InboundPool } from './inbound-pool.js';
import type { Message } from './message.js';
import type { Pod } from './pod.js';
import type { RateLimit } from './rate-limit.js';
import type { RetryRule } from './retry.js';
import type { Status } from './status.js';

/** What one workload's proxies do in each version of the configuration that a run goes through; the first is 0. */
export interface PlanVersions {
  plan(message: Message, version: number): Plan;
  /** What the pods of a caller without a proxy, whose plan stays the first, do when their proxies have this version. */
  serverSide(plan: Plan, version: number): ServerSide;
}

/** What the sidecars of pods do with what one caller sends them, by pod; null: nothing. */
export interface ServerSide extends Doors {
  /** Limits towards the application's port. */
  readonly inbound: readonly (InboundPool | null)[];
  /** Rate limits. */
  readonly limits: readonly (readonly RateLimit[] | null)[];
}

/**
 * By what a node, on behalf of callers without a proxy, chooses among the pods of a service.
 * Sources: ztunnel, src/state.rs, `load_balance`; Kubernetes, pkg/proxy/topology.go.
 */
export interface NodeChoice {
  /** By zone of the caller and by pod: of those that are ready the lowest rank alone is taken. */
  readonly ranks: readonly (readonly number[])[];
  /** By pod. */
  readonly weights: readonly number[];
}

/** An upstream cluster as the proxies of one workload know it. */
export interface ClusterConfig extends ServerSide {
  /** Numbers the clusters of one calling workload: the same in two versions of the configuration if it is the same. */
  readonly index: number;
  /** What has its name in another version; null: nothing. */
  inVersion(version: number): ClusterConfig | null;
  readonly effective: EffectiveCluster;
  /** Every pod that can become an endpoint, in order of configuration. */
  readonly pods: readonly Pod[];
  /** By pod: its weight against the others'; null: all have the same. */
  readonly weights: readonly number[] | null;
  /** Null: the balancer does not hash. */
  readonly hashing: HashTables | null;
  /** Streams of one connection at a time: 1 but for HTTP/2. */
  readonly streams: number;
  /** Rows of the report: by pod, and for what is refused before a pick. */
  readonly rows: readonly EdgeRow[];
  readonly refusedRow: EdgeRow;
  /** The groups in which a proxy in `zone` is told of the pods that are `members`; they count the members. */
  place(zone: number, members: readonly number[]): readonly LocalityGroup[];
}

export interface PlannedDestination {
  /** Cumulated share. */
  readonly upTo: number;
  /** Null: no such cluster, 503 NC. */
  readonly cluster: ClusterConfig | null;
  /** After rewrites and header operations. */
  readonly message: Message;
  /** Of what the cluster's balancer hashes; null: nothing, or the request has none. */
  readonly hash: RequestHash | null;
  /** The host whose own name is called, of a headless service; -1: none. */
  readonly named: number;
  /** Where it was written; null: nobody did. */
  readonly origin: Origin | null;
  /** Who gets copies of what it is sent. */
  readonly mirrors: readonly PlannedMirror[];
}

export interface PlannedMirror {
  readonly origin: Origin;
  readonly share: number;
  readonly plan: Plan;
}

/**
 * What one caller's proxy does with one message: the route that takes it, with everything settled that can be settled
 * before the run.
 */
export interface Plan {
  /** Of the configuration that it follows from, and how to get at the plans of others. */
  readonly version: number;
  readonly versions: PlanVersions;
  /** The row of the report for what ends before a cluster is chosen. */
  readonly row: EdgeRow;
  /** Numbers the hosts that one calling workload speaks to: applications keep connections by host. */
  readonly hostIndex: number;
  /**
   * `forward` by the proxy; `direct` without one; `reply` by the proxy itself; `unknown-host`: the name does not resolve,
   * and nothing is sent; `refused`: nobody listens there.
   */
  readonly kind: 'forward' | 'direct' | 'reply' | 'unknown-host' | 'refused';
  readonly message: Message;
  /** It is a reply because no route takes the request. */
  readonly isUnrouted: boolean;
  /** Of a reply. */
  readonly status: Status;
  readonly flags: number;
  /** Of the caller's proxy; null: none. */
  readonly limits: readonly RateLimit[] | null;
  /** Of a reply that a policy makes: why. */
  readonly refusal: string | null;
  readonly delayShare: number;
  readonly delayMs: number;
  readonly abortShare: number;
  readonly abortStatus: Status;
  /** It is a CORS preflight that the proxy answers. */
  readonly isPreflight: boolean;
  readonly destinations: readonly PlannedDestination[];
  /** Null: none. */
  readonly timeout: TimerLane | null;
  readonly perTryTimeout: TimerLane | null;
  /** Null: no retries. */
  readonly retry: RetryRule | null;
  /** It would be retried, were its body not larger than the proxy's buffer. */
  readonly isTooLargeToRetry: boolean;
  /** Where its settings stand; null: nobody wrote them. */
  readonly written: { readonly fault: Origin | null; readonly retry: Origin | null; readonly route: Origin | null };
  /** The caller's proxy encrypts what it sends. */
  readonly mtls: boolean;
  /** Without a proxy: the pods behind the host, and their rows. */
  readonly pods: readonly Pod[];
  /** Null: they are all alike. */
  readonly choice: NodeChoice | null;
  readonly server: ServerSide;
  readonly rows: readonly EdgeRow[];
}
