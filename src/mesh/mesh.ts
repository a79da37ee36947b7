import type { Alias } from './alias.js';
import type { Gateway } from './gateway.js';
import type { Origin } from './origin.js';
import type { ConnectionPoolPolicy, DestinationRule, LocalitySetting, OutlierPolicy } from './policies.js';
import type { RateLimitPatch } from './rate-limits.js';
import type { RetryPolicy, RouteSet } from './routes.js';
import type { AuthorizationPolicy, PeerAuthentication, RequestAuthentication } from './security.js';
import type { Service } from './service.js';
import type { SidecarScope } from './sidecar.js';
import type { Workload } from './workload.js';

/** How istiod gathers changes and pushes them. Source: Istio 1.31, pilot/pkg/features. */
export interface PushSettings {
  /** Quiet time until a push (PILOT_DEBOUNCE_AFTER). */
  readonly debounceAfterMs: number;
  /** No change waits for quiet much longer (PILOT_DEBOUNCE_MAX). */
  readonly debounceMaxMs: number;
  /** Whether changes of endpoints wait too (PILOT_ENABLE_EDS_DEBOUNCE). */
  readonly debouncesEndpoints: boolean;
  /** Pushes at once (PILOT_PUSH_THROTTLE). Null: by the cores that istiod can use. */
  readonly throttle: number | null;
}

/** What holds for the whole mesh unless something nearer says otherwise. */
export interface MeshSettings {
  /** `[1, 31]`. */
  readonly istioVersion: readonly [number, number];
  /** Where people wrote any of it; null: nowhere, all are Istio's own. */
  readonly origin: Origin | null;
  readonly rootNamespace: string;
  readonly connectTimeoutMs: number;
  readonly outboundTrafficPolicy: 'allow-any' | 'registry-only';
  /** Of routes without retries of their own. Null: Istio's built-in policy. */
  readonly defaultRetry: RetryPolicy | null;
  /** Mutual TLS towards endpoints with a sidecar where no DestinationRule speaks of TLS. */
  readonly autoMtls: boolean;
  /** Whom a CUSTOM policy can ask. Null: nobody has said who there is. */
  readonly authorizationProviders: readonly string[] | null;
  /** HTTP/2 towards ports that are declared as HTTP/1.1. */
  readonly h2Upgrade: boolean;
  /** Of clusters whose DestinationRule has none, each as a whole. Null: Istio's own defaults. */
  readonly connectionPool: ConnectionPoolPolicy | null;
  readonly outlierDetection: OutlierPolicy | null;
  /** Of clusters for which neither a DestinationRule nor the Service says which endpoints come first. */
  readonly locality: LocalitySetting | null;
  readonly pushes: PushSettings;
}

/** Istio's own settings. Source: Istio 1.31, pkg/config/mesh/mesh.go, DefaultMeshConfig. */
export const ISTIO_SETTINGS: Omit<MeshSettings, 'istioVersion'> = {
  origin: null,
  rootNamespace: 'istio-system',
  connectTimeoutMs: 10_000,
  outboundTrafficPolicy: 'allow-any',
  defaultRetry: null,
  autoMtls: true,
  authorizationProviders: null,
  h2Upgrade: false,
  connectionPool: null,
  outlierDetection: null,
  locality: null,
  pushes: { debounceAfterMs: 100, debounceMaxMs: 10_000, debouncesEndpoints: true, throttle: null },
};

/** Everything the proxies are told, in neutral terms. Immutable and plain: it can be printed. */
export interface Mesh {
  readonly settings: MeshSettings;
  readonly services: readonly Service[];
  /** Names that stand for others. */
  readonly aliases: readonly Alias[];
  readonly workloads: readonly Workload[];
  readonly gateways: readonly Gateway[];
  readonly routeSets: readonly RouteSet[];
  readonly destinationRules: readonly DestinationRule[];
  readonly sidecarScopes: readonly SidecarScope[];
  readonly rateLimits: readonly RateLimitPatch[];
  readonly peerAuthentications: readonly PeerAuthentication[];
  readonly requestAuthentications: readonly RequestAuthentication[];
  readonly authorizationPolicies: readonly AuthorizationPolicy[];
}
