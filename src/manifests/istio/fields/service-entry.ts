import type { IServiceEntry } from '@kubernetes-models/istio/networking.istio.io/v1';
import type { Decisions, EntryOf } from './decision.js';

type Spec = IServiceEntry['spec'];

export const SERVICE_ENTRY_FIELDS = {
  addresses: 'modelled',
  endpoints: 'modelled',
  exportTo: 'modelled',
  hosts: 'modelled',
  location: 'modelled',
  ports: 'modelled',
  resolution: 'modelled',
  subjectAltNames: 'no-effect',
  workloadSelector: 'modelled',
} as const satisfies Decisions<Spec>;

export const SERVICE_ENTRY_PORT_FIELDS = {
  name: 'modelled',
  number: 'modelled',
  protocol: 'modelled',
  targetPort: 'modelled',
} as const satisfies Decisions<EntryOf<Spec['ports']>>;

export const ENDPOINT_FIELDS = {
  address: 'modelled',
  labels: 'modelled',
  locality: 'modelled',
  network: 'not-modelled',
  ports: 'no-effect', // endpoints are told apart by address, whatever port they listen on
  serviceAccount: 'no-effect', // of an endpoint within the mesh it is reported apart
  weight: 'modelled',
} as const satisfies Decisions<EntryOf<Spec['endpoints']>>;

export const WORKLOAD_SELECTOR_FIELDS = { labels: 'modelled' } as const satisfies Decisions<
  NonNullable<Spec['workloadSelector']>
>;
