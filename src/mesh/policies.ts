import type { Origin } from './origin.js';
import type { Labels } from './service.js';

export type Balancer =
  | { readonly kind: 'least-request' }
  | { readonly kind: 'round-robin' }
  | { readonly kind: 'random' }
  | { readonly kind: 'passthrough' }
  | { readonly kind: 'consistent-hash' };

/** As written; null: not written. */
export interface LoadBalancing {
  readonly origin: Origin;
  readonly balancer: Balancer | null;
  readonly warmupMs: number | null;
  /** All zones alike, whatever outlier detection says: `enabled: false`, or an order that is not modelled. */
  readonly localityOff?: boolean;
}

/** As written; null: not written, and so is 0, which Istio takes for 'default'. */
export interface ConnectionPoolPolicy {
  readonly origin: Origin;
  readonly maxConnections: number | null;
  readonly connectTimeoutMs: number | null;
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

export type TlsMode = 'disable' | 'simple' | 'mutual' | 'istio-mutual';

export interface TrafficPolicy {
  readonly origin: Origin;
  readonly loadBalancer: LoadBalancing | null;
  readonly connectionPool: ConnectionPoolPolicy | null;
  readonly outlierDetection: OutlierPolicy | null;
  readonly tls: { readonly origin: Origin; readonly mode: TlsMode } | null;
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
