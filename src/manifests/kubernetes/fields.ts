import type { Accounting } from '../../reading/index.js';

type Fields = Readonly<Record<string, Accounting>>;

/** Source: Kubernetes 1.34, api/core/v1/types.go, ServiceSpec. */
export const SERVICE_FIELDS = {
  allocateLoadBalancerNodePorts: 'no-effect',
  clusterIP: 'modelled',
  clusterIPs: 'no-effect',
  externalIPs: 'no-effect',
  externalName: 'modelled',
  externalTrafficPolicy: 'no-effect',
  healthCheckNodePort: 'no-effect',
  internalTrafficPolicy: 'no-effect', // `Local` is reported apart
  ipFamilies: 'no-effect',
  ipFamilyPolicy: 'no-effect',
  loadBalancerClass: 'no-effect',
  loadBalancerIP: 'no-effect',
  loadBalancerSourceRanges: 'no-effect',
  ports: 'modelled',
  publishNotReadyAddresses: 'no-effect',
  selector: 'modelled',
  sessionAffinity: 'no-effect', // kube-proxy's; reported apart where its callers go by kube-proxy
  sessionAffinityConfig: 'no-effect',
  trafficDistribution: 'modelled',
  type: 'modelled',
} as const satisfies Fields;

/** Source: as above, ServicePort. */
export const SERVICE_PORT_FIELDS = {
  appProtocol: 'modelled',
  name: 'modelled',
  nodePort: 'no-effect',
  port: 'modelled',
  protocol: 'modelled',
  targetPort: 'modelled',
} as const satisfies Fields;

const POD_SET_FIELDS = {
  minReadySeconds: 'no-effect',
  replicas: 'modelled',
  selector: 'modelled',
  template: 'modelled',
} as const satisfies Fields;

/** Of the kinds whose spec is short. Source: Kubernetes 1.34, api/apps/v1/types.go and api/core/v1/types.go. */
export const WORKLOAD_FIELDS: ReadonlyMap<string, Fields> = new Map<string, Fields>([
  [
    'Deployment',
    {
      ...POD_SET_FIELDS,
      paused: 'no-effect',
      progressDeadlineSeconds: 'no-effect',
      revisionHistoryLimit: 'no-effect',
      strategy: 'no-effect',
    },
  ],
  [
    'StatefulSet',
    {
      ...POD_SET_FIELDS,
      ordinals: 'no-effect',
      persistentVolumeClaimRetentionPolicy: 'no-effect',
      podManagementPolicy: 'no-effect',
      revisionHistoryLimit: 'no-effect',
      serviceName: 'no-effect',
      updateStrategy: 'no-effect',
      volumeClaimTemplates: 'no-effect',
    },
  ],
  ['ReplicaSet', POD_SET_FIELDS],
  ['ReplicationController', POD_SET_FIELDS],
]);
