import type { Version } from './context.js';

/** Variables that decide how istiod pushes, which is modelled. */
export const PUSH_VARIABLES = [
  'PILOT_DEBOUNCE_AFTER',
  'PILOT_DEBOUNCE_MAX',
  'PILOT_ENABLE_EDS_DEBOUNCE',
  'PILOT_PUSH_THROTTLE',
] as const;

/** A value that asks for what is simulated in any case: always, or since a version and before it. */
type Usual = string | { readonly since: Version; readonly now: string; readonly before: string };

/**
 * Variables that change what requests meet and are not modelled, each with its usual value. All others say how istiod works
 * and not what it sends, or speak of what no mesh here has.
 * Source: Istio 1.31, pilot/pkg/features; of earlier versions their release notes.
 */
export const UNMODELLED_VARIABLES: Readonly<Record<string, Usual>> = {
  DISABLE_SHADOW_HOST_SUFFIX: { since: [1, 28], now: 'true', before: 'false' },
  ENABLE_ENHANCED_DESTINATIONRULE_MERGE: 'true',
  ENABLE_LEGACY_LB_ALGORITHM_DEFAULT: 'false',
  ENABLE_LOCALITY_WEIGHTED_LB_CONFIG: 'false',
  ENABLE_NATIVE_SIDECARS: { since: [1, 27], now: 'true', before: 'false' },
  ENABLE_TLS_ON_SIDECAR_INGRESS: 'false',
  ENABLE_WILDCARD_HOST_SERVICE_ENTRIES_FOR_TLS: 'false',
  EXCLUDE_UNSAFE_503_FROM_DEFAULT_RETRY: { since: [1, 24], now: 'true', before: 'false' },
  ISTIO_WATCH_NAMESPACE: '',
  PILOT_ALLOW_SIDECAR_SERVICE_INBOUND_LISTENER_MERGE: 'false',
  PILOT_AUTO_SEND_UNHEALTHY_ENDPOINTS: { since: [1, 31], now: 'true', before: 'false' },
  PILOT_ENABLE_EDS_FOR_HEADLESS_SERVICES: 'false',
  PILOT_ENABLE_K8S_SELECT_WORKLOAD_ENTRIES: 'true',
  PILOT_ENABLE_MULTIPLE_CUSTOM_AUTHZ_PROVIDERS: 'false',
  PILOT_ENABLE_PERSISTENT_SESSION_FILTER: 'false',
  PILOT_ENABLE_SERVICEENTRY_SELECT_PODS: 'true',
  PILOT_IGNORE_RESOURCES: '',
  PILOT_SCOPE_GATEWAY_TO_NAMESPACE: 'false',
  PILOT_SEND_UNHEALTHY_ENDPOINTS: 'false',
  PILOT_SIDECAR_PICK_BEST_SERVICE_NAMESPACE: { since: [1, 30], now: 'true', before: 'false' },
  PILOT_UNIFIED_SIDECAR_SCOPE: 'true',
  PREFER_DESTINATIONRULE_TLS_FOR_EXTERNAL_SERVICES: 'true',
  SHARED_MESH_CONFIG: '',
};
