import type { GatewayServer } from './gateway.js';
import type { LocalityPreference } from './locality.js';
import type { Origin } from './origin.js';
import type { Balancer, TlsMode, Warmup } from './policies.js';
import type { RateLimitPolicy } from './rate-limits.js';
import type { CorsPolicy, FaultPolicy, HeaderOperations, HttpMatch, Redirect, Rewrite } from './routes.js';
import type { Labels, Service } from './service.js';
import type { Workload } from './workload.js';

/**
 * What a proxy really does: every default filled in, every static condition settled. Limits that are not set are
 * Infinity. These are the types that `explain` prints and the data plane runs.
 */

/** Identifies an upstream cluster as Envoy names it: `outbound|9080|v1|reviews.default.svc.cluster.local`. */
export interface ClusterRef {
  readonly service: Service | null;
  readonly host: string;
  readonly port: number;
  readonly subset: string | null;
}

export interface EffectiveRetry {
  readonly origin: Origin | null;
  /** Retries after the first try. */
  readonly attempts: number;
  /** Words of Envoy's `retry_on`. */
  readonly on: readonly string[];
  readonly statusCodes: readonly number[];
  /** Null: none, also when it was dropped for being no shorter than the route timeout. */
  readonly perTryTimeoutMs: number | null;
  readonly backoffBaseMs: number;
  readonly backoffMaxMs: number;
  readonly avoidPreviousHosts: boolean;
  /** After every two tries the priorities tried so far are left out (`retryRemoteLocalities`). */
  readonly avoidPreviousPriorities: boolean;
}

export interface EffectiveDestination {
  readonly origin: Origin | null;
  readonly cluster: ClusterRef;
  /** Its share of the requests that the rule takes, 0..1; all shares add to 1. */
  readonly share: number;
  readonly requestHeaders: HeaderOperations | null;
}

export type EffectiveAction =
  | {
      readonly kind: 'forward';
      readonly destinations: readonly EffectiveDestination[];
      /** Several were written, even if one alone has weight. Absent: one. */
      readonly isSplit?: true;
      readonly timeoutMs: number | null;
      readonly retry: EffectiveRetry | null;
      readonly mirrors: readonly { readonly cluster: ClusterRef; readonly share: number; readonly origin: Origin }[];
      readonly rewrite: Rewrite | null;
    }
  | { readonly kind: 'redirect'; readonly redirect: Redirect }
  | { readonly kind: 'direct-response'; readonly status: number };

export interface EffectiveRule {
  /** Null: the default route, which nobody wrote. */
  readonly origin: Origin | null;
  readonly name: string | null;
  /** What is left of the matches once this proxy's own conditions are settled; empty: takes every request. */
  readonly matches: readonly HttpMatch[];
  readonly action: EffectiveAction;
  readonly fault: FaultPolicy | null;
  /** Null where the proxy answers in any case. */
  readonly cors: CorsPolicy | null;
  readonly requestHeaders: HeaderOperations | null;
}

/** What a proxy does with a host and port. */
export type EffectiveHost =
  | {
      readonly kind: 'routes';
      /** The domain that matched. */
      readonly domain: string;
      readonly service: Service | null;
      readonly rules: readonly EffectiveRule[];
      /** The port answers every plaintext request with 301 (`httpsRedirect`). */
      readonly httpsRedirect: boolean;
      /** Of a gateway: whether requests come in TLS, which ends there. */
      readonly isTls?: boolean;
    }
  /** TCP port: one destination drawn by share, no HTTP. */
  | { readonly kind: 'tcp'; readonly service: Service | null; readonly destinations: readonly EffectiveDestination[] }
  /**
   * Unknown host under ALLOW_ANY: no timeout, no retries, no pool. `service`: whom the address belongs to all the same.
   * `isHttp`: a listener for HTTP takes the port, and sees requests; else connections alone are passed on.
   */
  | { readonly kind: 'passthrough'; readonly service: Service | null; readonly isHttp: boolean }
  /** Unknown host under REGISTRY_ONLY: 502 where `isHttp`, else the connection is closed. */
  | { readonly kind: 'blocked'; readonly isHttp: boolean }
  /** No virtual host: 404 NR. `isTls`: as above. */
  | { readonly kind: 'no-route'; readonly isTls?: boolean }
  /** A gateway's port on which connections must be in TLS, for other server names: they are closed, NR. */
  | { readonly kind: 'no-chain' }
  /** Nobody listens on that port: connection refused. */
  | { readonly kind: 'no-listener' };

/** A filter chain of a proxy's listener, for what it is sent to pass on. */
export interface EffectiveListener {
  readonly port: number;
  /** Whose address it has; null: every address. */
  readonly service: Service | null;
  /** Of which server names it takes connections in TLS; none: it takes all that nobody takes by name. */
  readonly serverNames: readonly string[];
  /** Whose TLS ends there; null: nobody's. */
  readonly server: GatewayServer | null;
  readonly chain:
    | { readonly kind: 'http'; readonly virtualHosts: readonly EffectiveVirtualHost[] }
    | { readonly kind: 'tcp'; readonly destinations: readonly EffectiveDestination[] };
}

export interface EffectiveVirtualHost {
  readonly domains: readonly string[];
  /** Null: of no service, or a gateway's. */
  readonly service: Service | null;
  readonly rules: readonly EffectiveRule[];
  /** It answers every plaintext request with 301. */
  readonly httpsRedirect: boolean;
}

export interface EffectiveLimits {
  readonly maxConnections: number;
  readonly maxPendingRequests: number;
  readonly maxRequests: number;
  readonly maxRequestsPerConnection: number;
  readonly maxRetries: number;
  readonly idleTimeoutMs: number;
  readonly maxConnectionDurationMs: number;
  readonly maxConcurrentStreams: number;
}

export interface EffectiveOutlierDetection {
  readonly origin: Origin | null;
  /** Null: not enforced. */
  readonly consecutive5xx: number | null;
  readonly consecutiveGateway: number | null;
  /** Errors of the gateway kind that are noticed though nobody is ejected for them; null: none. */
  readonly noticedGateway: number | null;
  /** Null: errors are not split by origin. */
  readonly consecutiveLocalOrigin: number | null;
  readonly splitLocalOrigin: boolean;
  readonly intervalMs: number;
  readonly baseEjectionMs: number;
  readonly maxEjectionMs: number;
  readonly maxEjectionPercent: number;
  /** What is out already must be less than that share; else, one more must not be more than it. */
  readonly mayExceedMax: boolean;
  /** A request that a limit of the pool refuses counts as a failure to connect. */
  readonly countsOverflow: boolean;
}

export interface EffectiveCluster {
  /** `outbound|9080|v1|reviews.default.svc.cluster.local`. */
  readonly name: string;
  /** Where its policy was written; null: all defaults. */
  readonly origin: Origin | null;
  readonly service: Service;
  readonly port: number;
  readonly subset: string | null;
  /** Labels that endpoints must carry beside the service's selector. */
  readonly subsetLabels: Labels;
  readonly protocol: 'http1' | 'http2' | 'downstream' | 'tcp';
  readonly balancer: Balancer;
  readonly limits: EffectiveLimits;
  /** Where its connection pool was written; null: nowhere. */
  readonly poolOrigin: Origin | null;
  readonly retryBudget: { readonly percent: number; readonly minRetryConcurrency: number } | null;
  readonly outlierDetection: EffectiveOutlierDetection | null;
  /** Below this percentage of healthy hosts all hosts are used; 0: never. */
  readonly panicThresholdPercent: number;
  /** Endpoints that are not ready are known as unhealthy; else not at all. */
  readonly keepsUnready: boolean;
  readonly connectTimeoutMs: number;
  /** Null: endpoints have their full share at once. */
  readonly warmup: Warmup | null;
  /** Null: the endpoints of all localities are alike. */
  readonly locality: LocalityPreference | null;
  readonly tlsMode: ConnectionTls;
  /** That connections in TLS ask for; null: that of each request's host, which a connection without requests lacks. */
  readonly serverName: string | null;
  readonly tunnels: Tunnels;
}

/**
 * How a cluster's connections are encrypted. Null: auto mTLS (mutual to endpoints with a sidecar that takes it, plaintext to
 * others); `mutual-with-sidecars`: without looking at whether they take it.
 */
export type ConnectionTls = TlsMode | 'mutual-with-sidecars' | null;

/** Whose pods a cluster reaches through tunnels of mutual TLS (HBONE), whatever is said of its TLS. */
export type Tunnels = 'nobody' | 'ztunnels' | 'everybody';

/** A local rate limit that a request meets in one proxy. Shares are ratios 0..1, above 0. */
export interface EffectiveRateLimit {
  readonly origin: Origin;
  /** Names the token bucket: what has the same name in one proxy takes from the same tokens. */
  readonly bucket: string;
  readonly maxTokens: number;
  readonly tokensPerSecond: number;
  /** Between two refills; null: it is refilled all the time. */
  readonly refillEveryMs: number | null;
  readonly enabledShare: number;
  readonly enforcedShare: number;
  readonly status: number;
  readonly resourceExhausted: boolean;
  /** It stands before faults and authorization, not right before the router. */
  readonly isFirst: boolean;
}

/** A filter of local rate limits in a listener, and what is set anew for it. */
export interface RateLimitFilter {
  readonly name: string;
  readonly isFirst: boolean;
  readonly policy: RateLimitPolicy;
  /** For a virtual host, and for a route of it; null: nothing. */
  readonly ofHost: RateLimitPolicy | null;
  readonly ofRoute: RateLimitPolicy | null;
}

/** The server side of a sidecar, towards its own application. */
export interface EffectiveInbound {
  readonly origin: Origin | null;
  readonly protocol: EffectiveCluster['protocol'];
  readonly limits: EffectiveLimits;
  readonly retryBudget: EffectiveCluster['retryBudget'];
  readonly connectTimeoutMs: number;
}

/** Whose proxy asks. */
export interface Caller {
  readonly workload: Workload;
}
