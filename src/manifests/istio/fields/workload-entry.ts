import type { IWorkloadEntry, IWorkloadGroup } from '@kubernetes-models/istio/networking.istio.io/v1';
import type { Decisions } from './decision.js';

export const WORKLOAD_ENTRY_FIELDS = {
  address: 'modelled',
  labels: 'modelled',
  locality: 'modelled',
  network: 'not-modelled',
  ports: 'modelled',
  serviceAccount: 'modelled',
  weight: 'modelled',
} as const satisfies Decisions<IWorkloadEntry['spec']>;

export const WORKLOAD_GROUP_FIELDS = {
  metadata: 'modelled',
  probe: 'no-effect', // its machines are ready until a fault strikes them
  template: 'modelled',
} as const satisfies Decisions<IWorkloadGroup['spec']>;

export const WORKLOAD_GROUP_METADATA_FIELDS = {
  annotations: 'no-effect',
  labels: 'modelled',
} as const satisfies Decisions<NonNullable<IWorkloadGroup['spec']['metadata']>>;
