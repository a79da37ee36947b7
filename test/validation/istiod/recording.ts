/** What `validation/istiod/record.mjs` writes: what a real istiod sends to the proxies of a case. Times in ms. */
export interface Recording {
  /** Resources that Istio's validation refuses: `VirtualService name`. */
  readonly refused: readonly string[];
  readonly defaultRetry: SentRetry;
  readonly proxies: Readonly<Record<string, SentProxy>>;
}

/** Keys of `http` and `tcp` are ports, or `host:port` where a service has a listener of its own. */
export interface SentProxy {
  readonly http: Readonly<Record<string, readonly SentVirtualHost[]>>;
  readonly tcp: Readonly<Record<string, readonly SentChain[]>>;
  /** Of a waypoint: by `host:port` and protocol. Absent: none. */
  readonly policies?: Readonly<Record<string, SentPolicies>>;
  /** The cluster of what no listener takes; null at a gateway. */
  readonly unknown: string | null;
  readonly clusters: Readonly<Record<string, SentCluster>>;
  /** By the port that the pods listen on. */
  readonly inbound: Readonly<Record<string, SentCluster>>;
  readonly endpoints: Readonly<Record<string, readonly SentGroup[]>>;
}

export interface SentVirtualHost {
  readonly sni?: readonly string[];
  readonly domains: readonly string[];
  readonly redirectsToHttps?: true;
  readonly routes: readonly SentRoute[];
}

/** Rules of AuthorizationPolicies by name, and whose tokens are verified. */
export interface SentPolicies {
  readonly deny?: readonly string[];
  readonly allow?: readonly string[];
  readonly issuers?: readonly string[];
}

export interface SentChain {
  readonly sni?: readonly string[];
  readonly to: SentDestinations;
  readonly idleTimeoutMs?: number;
}

/** One cluster, or several with their shares. */
export type SentDestinations = string | readonly SentShare[];

export interface SentShare {
  readonly cluster: string;
  readonly share: number;
  readonly requestHeaders?: SentHeaders;
  readonly responseHeaders?: SentHeaders;
  readonly rewrite?: SentRewrite;
}

export interface SentRoute {
  readonly match: SentMatch;
  readonly to?: SentDestinations;
  readonly timeoutMs?: number;
  readonly retry?: 'default' | SentRetry;
  readonly mirrors?: readonly { readonly cluster: string; readonly share: number }[];
  readonly rewrite?: SentRewrite;
  readonly hash?: readonly object[];
  readonly redirect?: object;
  readonly answer?: { readonly status: number; readonly body?: string };
  readonly fault?: object;
  readonly cors?: true;
  readonly requestHeaders?: SentHeaders;
  readonly responseHeaders?: SentHeaders;
}

export interface SentMatch {
  readonly path: SentText;
  readonly ignoreCase?: true;
  readonly headers?: readonly SentCondition[];
  readonly query?: readonly SentCondition[];
  readonly claims?: number;
}

export interface SentText {
  readonly exact?: string;
  readonly prefix?: string;
  readonly regex?: string;
}

export interface SentCondition extends SentText {
  readonly name: string;
  readonly present?: true;
  readonly not?: true;
  readonly missingIsEmpty?: true;
}

export interface SentRetry {
  readonly attempts: number;
  readonly on: readonly string[];
  readonly statusCodes?: readonly number[];
  readonly perTryTimeoutMs?: number;
  readonly backoffBaseMs?: number;
  readonly backoffMaxMs?: number;
  readonly avoidPreviousHosts?: true;
  /** Picks of a host beyond the first before the last one stands. */
  readonly hostPicks?: number;
  /** After so many tries the priorities that were tried are left out. */
  readonly otherPrioritiesEvery?: number;
}

export interface SentRewrite {
  readonly prefix?: string;
  readonly regex?: string;
  readonly substitution?: string;
  readonly authority?: string;
}

export interface SentHeaders {
  readonly set?: Readonly<Record<string, string>>;
  readonly add?: Readonly<Record<string, string>>;
  readonly remove?: readonly string[];
}

export interface SentCluster {
  readonly type: string;
  readonly balancer: string | SentBalancer;
  readonly localityWeighted?: true;
  readonly panicPercent?: number;
  readonly connectTimeoutMs: number;
  readonly limits?: {
    readonly connections?: number;
    readonly pending?: number;
    readonly requests?: number;
    readonly retries?: number;
    readonly retryBudget?: { readonly percent: number; readonly least: number; readonly budgetIntervalMs?: number };
  };
  readonly protocol: string;
  readonly requestsPerConnection?: number;
  readonly idleTimeoutMs?: number;
  readonly connectionDurationMs?: number;
  readonly streams?: number;
  readonly keepalive?: object;
  /** Envoy's own names. */
  readonly outlierDetection?: Readonly<Record<string, number | boolean>>;
  readonly tls?: string;
}

export interface SentBalancer {
  readonly policy: string;
  readonly ringSize?: number;
  readonly tableSize?: number;
  readonly warmUp?: { readonly windowMs: number; readonly aggression?: number; readonly leastPercent?: number };
}

export interface SentGroup {
  readonly priority?: number;
  readonly locality?: string;
  readonly weight?: number;
  readonly hosts: readonly SentHost[];
}

export interface SentHost {
  /** How many are alike. */
  readonly n: number;
  /** The workload or, of a ServiceEntry, the address. */
  readonly of: string;
  readonly port: number;
  readonly weight?: number;
  readonly health?: string;
  readonly mutualTls?: true;
}
