import type { IEnvoyFilter } from '@kubernetes-models/istio/networking.istio.io/v1alpha3';
import type { Accounting } from '../../../reading/index.js';
import type { Decisions, EntryOf } from './decision.js';

type Spec = NonNullable<IEnvoyFilter['spec']>;
type Patch = EntryOf<Spec['configPatches']>;

export const ENVOY_FILTER_FIELDS = {
  configPatches: 'modelled',
  priority: 'modelled',
  targetRefs: 'not-modelled',
  workloadSelector: 'modelled',
} as const satisfies Decisions<Spec>;

export const CONFIG_PATCH_FIELDS = {
  applyTo: 'modelled',
  match: 'modelled',
  patch: 'modelled',
} as const satisfies Decisions<Patch>;

/** Source: Envoy 1.37, api/envoy/extensions/filters/http/local_ratelimit/v3/local_rate_limit.proto. */
export const LOCAL_RATE_LIMIT_FIELDS = {
  always_consume_default_token_bucket: 'no-effect', // without descriptors
  descriptors: 'not-modelled',
  enable_x_ratelimit_headers: 'no-effect', // answers have no headers
  filter_enabled: 'modelled',
  filter_enforced: 'modelled',
  local_cluster_rate_limit: 'not-modelled',
  local_rate_limit_per_downstream_connection: 'not-modelled',
  max_dynamic_descriptors: 'no-effect', // without descriptors
  rate_limited_as_resource_exhausted: 'modelled',
  rate_limits: 'not-modelled',
  request_headers_to_add_when_not_enforced: 'not-modelled',
  response_headers_to_add: 'no-effect',
  stage: 'no-effect', // without descriptors
  stat_prefix: 'no-effect',
  status: 'modelled',
  token_bucket: 'modelled',
  vh_rate_limits: 'no-effect', // without descriptors
} as const satisfies Readonly<Record<string, Accounting>>;

/** Source: Envoy 1.37, api/envoy/type/v3/token_bucket.proto. */
export const TOKEN_BUCKET_FIELDS = {
  fill_interval: 'modelled',
  max_tokens: 'modelled',
  tokens_per_fill: 'modelled',
} as const satisfies Readonly<Record<string, Accounting>>;
