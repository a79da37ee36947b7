import type { Origin } from './origin.js';
import type { Labels } from './service.js';

export type Balancer =
  | { readonly kind: 'least-request' }
  | { readonly kind: 'round-robin' }
  | { readonly kind: 'random' }
  | { readonly kind: 'passthrough' }
  | {
      readonly kind: 'consistent-hash';
      readonly key: HashKey;
      /** A ring of at least so many entries, or a Maglev table of just so many. */
      readonly table: 'ring' | 'maglev';
      readonly size: number;
    };

/** What of a request is hashed. Names of headers are in lower case. */
export type HashKey =
  | { readonly kind: 'header' | 'cookie' | 'query'; readonly name: string }
  | { readonly kind: 'source-ip' };

/**
 * An endpoint that joined t ago has, while t < `windowMs`, its weight times max(`leastShare`, (t / window)^(1 /
 * `aggression`)). Source: Envoy docs, slow start mode.
 */
export interface Warmup {
  readonly windowMs: number;
  /** 0..1. */
  readonly leastShare: number;
  readonly aggression: number;
}

/** `localityLbSetting` as written; empty lists: not written. Localities are `region/zone/subzone`, perhaps with `*`. */
export interface LocalitySetting {
  readonly enabled: boolean | null;
  /** Where traffic from a locality goes, per cent. */
  readonly distribute: readonly { readonly from: string; readonly to: Readonly<Record<string, number>> }[];
  /** Regions. */
  readonly failover: readonly { readonly from: string; readonly to: string }[];
  /** Labels, or `label=value`; the earlier ones count for more. */
  readonly failoverPriority: readonly string[];
}

/** As written; null: not written. */
export interface LoadBalancing {
  readonly origin: Origin;
  readonly balancer: Balancer | null;
  readonly warmup: Warmup | null;
  readonly locality: LocalitySetting | null;
}

/** As written; null: not written, and so is 0, which Istio takes for 'default'. */
export interface ConnectionPoolPolicy {
  readonly origin: Origin;
  readonly maxConnections: number | null;
  readonly connectTimeoutMs: number | null;
  readonly maxConnectionDurationMs: number | null;
  readonly tcpIdleTimeoutMs: number | null;
  readonly http1MaxPendingRequests: number | null;
  readonly http2MaxRequests: number | null;
  readonly maxRequestsPerConnection: number | null;
  readonly maxRetries: number | null;
  readonly idleTimeoutMs: number | null;
  readonly maxConcurrentStreams: number | null;
  readonly h2Upgrade: boolean | null;
  readonly useClientProtocol: boolean;
}

/** As written; null: not written. Percentages 0..100. */
export interface OutlierPolicy {
  readonly origin: Origin;
  readonly consecutive5xxErrors: number | null;
  readonly consecutiveGatewayErrors: number | null;
  readonly splitExternalLocalOriginErrors: boolean;
  readonly consecutiveLocalOriginFailures: number | null;
  readonly intervalMs: number | null;
  readonly baseEjectionMs: number | null;
  readonly maxEjectionPercent: number | null;
  readonly minHealthPercent: number | null;
}

/** `unverified`: SIMPLE, or MUTUAL, that takes whatever certificate the server has (`insecureSkipVerify`). */
export type TlsMode = 'disable' | 'simple' | 'mutual' | 'unverified' | 'mutual-unverified' | 'istio-mutual';

export interface ClientTls {
  readonly origin: Origin;
  readonly mode: TlsMode;
  /** SIMPLE and MUTUAL by a certificate that a secret of the cluster holds. */
  readonly ofSecret?: boolean;
  /** `sni`. */
  readonly serverName?: string;
}

export interface TrafficPolicy {
  readonly origin: Origin;
  readonly loadBalancer: LoadBalancing | null;
  readonly connectionPool: ConnectionPoolPolicy | null;
  readonly outlierDetection: OutlierPolicy | null;
  readonly tls: ClientTls | null;
  readonly retryBudget: { readonly percent: number; readonly minRetryConcurrency: number } | null;
  readonly portLevel: readonly { readonly port: number; readonly policy: TrafficPolicy }[];
}

export interface Subset {
  readonly origin: Origin;
  readonly name: string;
  readonly labels: Labels;
  readonly policy: TrafficPolicy | null;
}

/** A DestinationRule. */
export interface DestinationRule {
  readonly origin: Origin;
  readonly name: string;
  readonly namespace: string;
  /** Fully qualified or a wildcard. */
  readonly host: string;
  readonly exportTo: readonly string[];
  readonly workloadSelector: Labels | null;
  readonly policy: TrafficPolicy | null;
  readonly subsets: readonly Subset[];
  readonly age: number;
}
