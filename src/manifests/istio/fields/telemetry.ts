import type { ITelemetry } from '@kubernetes-models/istio/telemetry.istio.io/v1';
import type { Decisions, EntryOf } from './decision.js';

type Spec = NonNullable<ITelemetry['spec']>;
type Metrics = EntryOf<Spec['metrics']>;

/** What a proxy tells of requests changes none of them. `modelled`: looked into for what it costs. */
export const TELEMETRY_FIELDS = {
  accessLogging: 'no-effect',
  metrics: 'modelled',
  selector: 'no-effect',
  targetRef: 'no-effect',
  targetRefs: 'no-effect',
  tracing: 'modelled',
} as const satisfies Decisions<Spec>;

export const TELEMETRY_METRICS_FIELDS = {
  overrides: 'modelled',
  providers: 'no-effect',
  reportingInterval: 'no-effect',
} as const satisfies Decisions<Metrics>;

export const TELEMETRY_OVERRIDE_FIELDS = {
  disabled: 'modelled',
  match: 'no-effect',
  tagOverrides: 'no-effect',
} as const satisfies Decisions<EntryOf<Metrics['overrides']>>;

export const TELEMETRY_TRACING_FIELDS = {
  customTags: 'no-effect',
  disableSpanReporting: 'no-effect',
  enableIstioTags: 'no-effect',
  match: 'no-effect',
  providers: 'no-effect',
  randomSamplingPercentage: 'modelled',
  useRequestIdForTraceSampling: 'no-effect',
} as const satisfies Decisions<EntryOf<Spec['tracing']>>;
