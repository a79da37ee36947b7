import type { Origin } from './origin.js';
import type { Labels } from './service.js';

/** One local rate limit as an EnvoyFilter writes it. Shares are ratios 0..1. */
export interface RateLimitPolicy {
  readonly origin: Origin;
  /** Null: nothing is limited where this is the nearest setting. */
  readonly bucket: {
    readonly maxTokens: number;
    readonly tokensPerFill: number;
    readonly fillIntervalMs: number;
  } | null;
  /** Of the requests that are counted, and of those beyond the limit that are refused; 0 unless written. */
  readonly enabledShare: number;
  readonly enforcedShare: number;
  readonly status: number;
  /** gRPC callers are told RESOURCE_EXHAUSTED instead of UNAVAILABLE. */
  readonly resourceExhausted: boolean;
}

/** Which proxies' which side. */
export type PatchContext = 'inbound' | 'outbound' | 'gateway';

/** A patch of an EnvoyFilter that limits rates: it puts the filter into a listener, or sets it anew for some routes. */
export interface RateLimitPatch {
  readonly origin: Origin;
  readonly namespace: string;
  /** Null: every workload of the namespace (of the mesh, in the root namespace). */
  readonly workloadSelector: Labels | null;
  readonly contexts: readonly PatchContext[];
  /** Lower ones are applied first, then older ones. */
  readonly priority: number;
  readonly age: number;
  /** The name that ties both kinds of patches together. */
  readonly filterName: string;
  readonly policy: RateLimitPolicy;
  readonly target:
    | {
        readonly kind: 'filter';
        /** Null: every listener. */
        readonly port: number | null;
        /** It stands before faults and authorization, not right before the router. */
        readonly isFirst: boolean;
      }
    | {
        readonly kind: 'virtual-host' | 'route';
        /** Of the route configuration; null: any. */
        readonly configName: string | null;
        readonly port: number | null;
        readonly hostName: string | null;
        readonly domain: string | null;
        readonly routeName: string | null;
        readonly action: 'route' | 'redirect' | 'direct-response' | null;
      };
}
