import { expect, test } from 'vitest';
import { load } from './support.js';

// Kubernetes, staging/src/k8s.io/endpointslice/utils.go, `hintsEnabled`; api/core/v1/types.go, ServiceAffinity.

const TOPOLOGY = 'service.kubernetes.io/topology-mode';
const OLDER = 'service.kubernetes.io/topology-aware-hints';

interface Written {
  readonly annotations?: Readonly<Record<string, string>>;
  readonly spec?: object;
  readonly pods?: object;
  readonly more?: readonly object[];
}

const WITHOUT_PROXY = { labels: { app: 'cart', 'sidecar.istio.io/inject': 'false' } };
const SIDECAR = {
  apiVersion: 'networking.istio.io/v1',
  kind: 'Sidecar',
  metadata: { name: 'default', namespace: 'shop' },
  spec: { egress: [{ hosts: ['./*'] }] },
};

function manifests({ annotations = {}, spec = {}, pods = { labels: { app: 'cart' } }, more = [] }: Written): string {
  const documents = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { 'istio-injection': 'enabled' } } },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'cart', namespace: 'shop', annotations },
      spec: { selector: { app: 'cart' }, ports: [{ name: 'http', port: 80 }], ...spec },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'cart', namespace: 'shop' },
      spec: {
        selector: { matchLabels: { app: 'cart' } },
        template: { metadata: pods, spec: { containers: [{ name: 'app', image: 'app' }] } },
      },
    },
    ...more,
  ];
  return documents.map((document) => JSON.stringify(document, null, 1)).join('\n---\n');
}

const AUTO = { annotations: { [TOPOLOGY]: 'Auto' } };
const AFFINITY = { spec: { sessionAffinity: 'ClientIP' } };

test.each<Written & { readonly says: readonly string[] }>([
  { ...AUTO, pods: WITHOUT_PROXY, says: [TOPOLOGY] },
  { ...AUTO, more: [SIDECAR], says: [TOPOLOGY] },
  { ...AUTO, says: [] }, // nobody's calls go by kube-proxy
  { ...AUTO, spec: { clusterIP: 'None' }, pods: WITHOUT_PROXY, says: [] },
  { annotations: { [OLDER]: 'auto' }, pods: WITHOUT_PROXY, says: [OLDER] },
  { annotations: { [OLDER]: 'Disabled', [TOPOLOGY]: 'Auto' }, pods: WITHOUT_PROXY, says: [] },
  { annotations: { [TOPOLOGY]: 'Disabled' }, pods: WITHOUT_PROXY, says: [] },
  { ...AFFINITY, pods: WITHOUT_PROXY, says: ['sessionAffinity'] },
  { ...AFFINITY, says: [] },
  { spec: { sessionAffinity: 'None' }, pods: WITHOUT_PROXY, says: [] },
])('what a Service asks of kube-proxy alone is said not to be modelled: $says', ({ says, ...row }) => {
  const text = manifests(row);
  const { diagnostics } = load(text);
  const found = diagnostics.filter(({ code }) => code === 'not-modelled');
  expect(found.map(({ line }) => /"([^"]+)":/.exec(text.split('\n')[line - 1]!)?.[1])).toEqual(says);
});

// Kubernetes, staging/src/k8s.io/endpointslice/trafficdist: the field alone; pkg/proxy/topology.go.
test.each<Written & { readonly within: true | undefined }>([
  { spec: { trafficDistribution: 'PreferClose' }, within: true },
  { spec: { trafficDistribution: 'PreferSameZone' }, within: true },
  { spec: { trafficDistribution: 'PreferSameNode' }, within: true }, // all pods of a zone share a node
  { annotations: { 'networking.istio.io/traffic-distribution': 'PreferClose' }, within: undefined },
  { ...AUTO, spec: { trafficDistribution: 'PreferClose' }, within: undefined },
])('the address of a Service leads within the zone: $spec $annotations', ({ within, ...row }) => {
  const { mesh } = load(manifests(row));
  expect(mesh.services.find(({ name }) => name === 'cart')!.leadsWithinZone).toBe(within);
});
