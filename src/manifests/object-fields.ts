import type { Accounting } from '../reading/index.js';

type Fields = Readonly<Record<string, Accounting>>;

/** What an object of a cluster is made of, leaving out those with `data`. */
export const OBJECT_FIELDS = {
  apiVersion: 'modelled',
  kind: 'modelled',
  metadata: 'modelled',
  spec: 'modelled',
  status: 'no-effect',
} as const satisfies Fields;

/** Source: Kubernetes 1.34, apimachinery/pkg/apis/meta/v1/types.go, ObjectMeta. */
export const METADATA_FIELDS = {
  annotations: 'modelled',
  creationTimestamp: 'modelled',
  deletionGracePeriodSeconds: 'no-effect',
  deletionTimestamp: 'no-effect',
  finalizers: 'no-effect',
  generateName: 'no-effect',
  generation: 'no-effect',
  labels: 'modelled',
  managedFields: 'no-effect',
  name: 'modelled',
  namespace: 'modelled',
  ownerReferences: 'no-effect',
  resourceVersion: 'no-effect',
  selfLink: 'no-effect',
  uid: 'no-effect',
} as const satisfies Fields;
