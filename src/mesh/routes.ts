import type { Origin } from './origin.js';
import type { Labels } from './service.js';

export type StringMatch =
  | { readonly kind: 'exact'; readonly value: string }
  | { readonly kind: 'prefix'; readonly value: string }
  | { readonly kind: 'regex'; readonly value: string } // RE2, the whole text
  | { readonly kind: 'present' };

/** One alternative of a route's match; all its conditions must hold. Empty objects and nulls ask for nothing. */
export interface HttpMatch {
  readonly origin: Origin;
  readonly name: string | null;
  readonly uri: StringMatch | null;
  readonly ignoreUriCase: boolean;
  readonly method: StringMatch | null;
  readonly authority: StringMatch | null;
  readonly scheme: StringMatch | null;
  /** By lower-case name; for a claim of the token, by `@request.auth.claims...` as written. */
  readonly headers: Readonly<Record<string, StringMatch>>;
  readonly withoutHeaders: Readonly<Record<string, StringMatch>>;
  readonly queryParams: Readonly<Record<string, StringMatch>>;
  /** Settled before the run, per proxy: */
  readonly port: number | null;
  /** Empty: not asked for. `mesh` or `namespace/name`. */
  readonly gateways: readonly string[];
  readonly sourceLabels: Labels;
  readonly sourceNamespace: string | null;
}

export interface HeaderOperations {
  readonly set: Readonly<Record<string, string>>;
  readonly add: Readonly<Record<string, string>>;
  readonly remove: readonly string[];
}

export interface Destination {
  readonly origin: Origin;
  /** Fully qualified. */
  readonly host: string;
  readonly subset: string | null;
  /** Null: the service's only port, else the port that was called. */
  readonly port: number | null;
  /** Relative weight as written; 0 when absent. */
  readonly weight: number;
  readonly requestHeaders: HeaderOperations | null;
  readonly responseHeaders: HeaderOperations | null;
}

/** As written; null fields fall to Istio's defaults. `attempts: 0` switches retries off. */
export interface RetryPolicy {
  readonly origin: Origin;
  readonly attempts: number;
  /** Words and codes of `retryOn`, split at commas; empty: the built-in list. */
  readonly retryOn: readonly string[];
  readonly perTryTimeoutMs: number | null;
  readonly backoffMs: number | null;
  readonly retryRemoteLocalities: boolean;
  /** Null: yes, but for the only destination of a rule whose balancer hashes. */
  readonly retryIgnorePreviousHosts: boolean | null;
}

/** Shares are ratios 0..1 with a resolution of one millionth. */
export interface FaultPolicy {
  readonly origin: Origin;
  readonly delay: { readonly share: number; readonly delayMs: number } | null;
  readonly abort: { readonly share: number; readonly status: number | null; readonly grpcStatus: number | null } | null;
}

/** Which preflights of browsers a proxy answers itself. */
export interface CorsPolicy {
  readonly origin: Origin;
  readonly allowOrigins: readonly StringMatch[];
  /** Preflights of other origins go on to the service. */
  readonly forwardsUnmatched: boolean;
}

export interface Mirror {
  readonly origin: Origin;
  readonly destination: Destination;
  /** A ratio 0..1. */
  readonly share: number;
}

/** Whom a rule's `mirror`, `mirrorPercentage`, `mirrorPercent` and `mirrors` name; null: not written. */
export interface Mirroring {
  readonly one: Omit<Mirror, 'share'> | null;
  /** Of that one, ratios 0..1; without, all. */
  readonly percentage: number | null;
  /** Deprecated: the other comes before it. */
  readonly percent: number | null;
  readonly several: readonly Mirror[];
}

export interface Rewrite {
  readonly uri: string | null;
  readonly uriRegex: { readonly match: string; readonly rewrite: string } | null;
  readonly authority: string | null;
}

export interface Redirect {
  readonly status: number;
  readonly uri: string | null;
  readonly authority: string | null;
  readonly scheme: string | null;
  readonly port: number | null;
  /** The port is the one that was called. */
  readonly keepsPort: boolean;
}

export type RouteAction =
  | { readonly kind: 'forward'; readonly destinations: readonly Destination[] }
  | { readonly kind: 'redirect'; readonly redirect: Redirect }
  | { readonly kind: 'direct-response'; readonly status: number; readonly bodyBytes: number }
  | { readonly kind: 'delegate'; readonly name: string; readonly namespace: string };

/** One entry of `VirtualService.spec.http`. */
export interface HttpRoute {
  readonly origin: Origin;
  readonly name: string | null;
  /** None: takes every request. */
  readonly matches: readonly HttpMatch[];
  readonly action: RouteAction;
  /** Null: none. */
  readonly timeoutMs: number | null;
  /** Null: Istio's default policy. */
  readonly retries: RetryPolicy | null;
  readonly fault: FaultPolicy | null;
  readonly cors: CorsPolicy | null;
  readonly mirroring: Mirroring;
  readonly rewrite: Rewrite | null;
  readonly requestHeaders: HeaderOperations | null;
  readonly responseHeaders: HeaderOperations | null;
}

/** One entry of `spec.tcp` or `spec.tls`. `sniHosts` is null for tcp. */
export interface TcpRoute {
  readonly origin: Origin;
  readonly sniHosts: readonly string[] | null;
  readonly port: number | null;
  readonly gateways: readonly string[];
  readonly sourceLabels: Labels;
  readonly sourceNamespace: string | null;
  readonly destinations: readonly Destination[];
}

/** A VirtualService. */
export interface RouteSet {
  readonly origin: Origin;
  readonly name: string;
  readonly namespace: string;
  /** Fully qualified or wildcards; empty for a delegate. */
  readonly hosts: readonly string[];
  /** `mesh` or `namespace/name`; `['mesh']` when none was written. */
  readonly gateways: readonly string[];
  readonly exportTo: readonly string[];
  readonly http: readonly HttpRoute[];
  readonly tcp: readonly TcpRoute[];
  readonly age: number;
}
