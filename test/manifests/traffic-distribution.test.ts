import { expect, test } from 'vitest';
import { load } from './support.js';

// Istio 1.31, pilot/pkg/model/service.go, GetTrafficDistribution; recorded in validation/istiod/traffic-distribution.

const ANNOTATION = 'networking.istio.io/traffic-distribution';

interface Written {
  readonly field?: string;
  readonly annotation?: string;
  readonly namespace?: string;
}

function manifests({ field, annotation, namespace }: Written): string {
  const annotated = (word: string | undefined) => (word === undefined ? {} : { annotations: { [ANNOTATION]: word } });
  const ports = [{ name: 'http', port: 80 }];
  const distribution = field === undefined ? {} : { trafficDistribution: field };
  const documents = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', ...annotated(namespace) } },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'cart', namespace: 'shop', ...annotated(annotation) },
      spec: { selector: { app: 'cart' }, ports, ...distribution },
    },
    {
      apiVersion: 'networking.istio.io/v1',
      kind: 'ServiceEntry',
      metadata: { name: 'api', namespace: 'shop', ...annotated(annotation) },
      spec: { hosts: ['api.com'], ports: [{ name: 'http', number: 80, protocol: 'HTTP' }], resolution: 'DNS' },
    },
  ];
  return documents.map((document) => JSON.stringify(document, null, 1)).join('\n---\n');
}

const ROWS: readonly (Written & { readonly service: string; readonly entry: string })[] = [
  { service: 'any', entry: 'any' },
  { field: 'PreferClose', service: 'zone', entry: 'any' },
  { field: 'PreferSameZone', service: 'zone', entry: 'any' },
  { field: 'PreferSameNode', service: 'node', entry: 'any' },
  { annotation: 'PreferClose', service: 'zone', entry: 'zone' },
  { annotation: 'prefersamenode', service: 'node', entry: 'node' },
  { annotation: 'Any', service: 'any', entry: 'any' },
  { namespace: 'PreferClose', service: 'zone', entry: 'zone' },
  { namespace: 'PREFERSAMENODE', service: 'node', entry: 'node' },
  { namespace: 'Any', service: 'any', entry: 'any' },
  { annotation: 'Any', namespace: 'PreferClose', service: 'any', entry: 'any' },
  { annotation: '', namespace: 'PreferClose', service: 'zone', entry: 'zone' },
  { field: 'PreferSameNode', annotation: 'PreferClose', namespace: 'Any', service: 'node', entry: 'zone' },
];

test.each(ROWS)('field $field, annotation $annotation, namespace $namespace: $service', (row) => {
  const { mesh } = load(manifests(row));
  const prefers = (host: string) => mesh.services.find((service) => service.host === host)?.prefers;
  expect(prefers('cart.shop.svc.cluster.local')).toBe(row.service);
  expect(prefers('api.com')).toBe(row.entry);
});

// The node of a pod is not known.
test.each([
  { field: 'PreferSameNode', says: ['trafficDistribution'] },
  { annotation: 'PreferSameNode', says: [ANNOTATION, ANNOTATION] },
  { namespace: 'PreferSameNode', says: [ANNOTATION] },
])('$field $annotation $namespace is said not to be modelled where it stands', ({ says, ...row }) => {
  const text = manifests(row).split('\n');
  const { diagnostics } = load(text.join('\n'));
  const found = diagnostics.filter(({ code }) => code === 'not-modelled');
  expect(found.map(({ line }) => /"([^"]+)":/.exec(text[line - 1]!)?.[1])).toEqual(says);
});
