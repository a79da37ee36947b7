import type { ISidecar } from '@kubernetes-models/istio/networking.istio.io/v1';
import type { Decisions, EntryOf } from './decision.js';

type Spec = NonNullable<ISidecar['spec']>;
type Egress = EntryOf<Spec['egress']>;
type Ingress = EntryOf<Spec['ingress']>;

export const SIDECAR_FIELDS = {
  egress: 'modelled',
  inboundConnectionPool: 'modelled',
  ingress: 'modelled',
  outboundTrafficPolicy: 'modelled',
  workloadSelector: 'modelled',
} as const satisfies Decisions<Spec>;

export const EGRESS_FIELDS = {
  bind: 'not-modelled',
  captureMode: 'not-modelled',
  hosts: 'modelled',
  port: 'modelled',
} as const satisfies Decisions<Egress>;

export const INGRESS_FIELDS = {
  bind: 'not-modelled',
  captureMode: 'not-modelled',
  connectionPool: 'modelled',
  defaultEndpoint: 'no-effect', // the application is reached in any case; only its port differs
  port: 'modelled',
  tls: 'not-modelled',
} as const satisfies Decisions<Ingress>;

export const SIDECAR_PORT_FIELDS = {
  name: 'no-effect',
  number: 'modelled',
  protocol: 'modelled',
  targetPort: 'no-effect', // deprecated, not read by istiod
} as const satisfies Decisions<NonNullable<Egress['port']>>;

export const OUTBOUND_TRAFFIC_POLICY_FIELDS = {
  egressProxy: 'not-modelled',
  mode: 'modelled',
} as const satisfies Decisions<NonNullable<Spec['outboundTrafficPolicy']>>;
