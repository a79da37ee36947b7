import { expect, test } from 'vitest';
import { found, load, OPTIONS } from './support.js';

interface Pod {
  readonly metadata?: string;
  readonly spec?: string;
  readonly namespace?: string;
}

function deployment({ metadata = '', spec = 'containers: [{ name: app }]', namespace = 'default' }: Pod): string {
  return `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: x, namespace: ${namespace} }
spec:
  selector: { matchLabels: { app: x } }
  template:
    metadata: ${metadata || '{ labels: { app: x } }'}
    spec: { ${spec} }
`;
}

const workload = (text: string) => load(text).mesh.workloads[0]!;
const labelled = (label: string) => `{ labels: { app: x, ${label} } }`;
const annotated = (annotation: string) => `{ labels: { app: x }, annotations: { ${annotation} } }`;
const namespace = (labels: string) =>
  `---\napiVersion: v1\nkind: Namespace\nmetadata: { name: default, labels: { ${labels} } }\n`;

const OUTSIDE = null;
const SIDECAR = { cpuLimit: 2, concurrency: 2 };

// CONTRACT 'Membership'; Istio 1.32, pkg/kube/inject/inject.go, and files/injection-template.yaml.
const MEMBERSHIP = [
  { what: 'nothing said', text: deployment({}), proxy: SIDECAR },
  { what: 'label false', text: deployment({ metadata: labelled('sidecar.istio.io/inject: "false"') }), proxy: OUTSIDE },
  {
    what: 'annotation false',
    text: deployment({ metadata: annotated('sidecar.istio.io/inject: "false"') }),
    proxy: OUTSIDE,
  },
  { what: 'hostNetwork', text: deployment({ spec: 'hostNetwork: true, containers: [{ name: app }]' }), proxy: OUTSIDE },
  { what: 'kube-system', text: deployment({ namespace: 'kube-system' }), proxy: OUTSIDE },
  { what: 'namespace enabled', text: namespace('istio-injection: enabled') + deployment({}), proxy: SIDECAR },
  { what: 'namespace disabled', text: namespace('istio-injection: disabled') + deployment({}), proxy: OUTSIDE },
  { what: 'namespace of a revision', text: namespace('istio.io/rev: stable') + deployment({}), proxy: SIDECAR },
  { what: 'namespace without label', text: namespace('team: x') + deployment({}), proxy: OUTSIDE },
  {
    what: 'another namespace without label',
    text: namespace('team: x') + deployment({ namespace: 'shop' }),
    proxy: SIDECAR,
  },
  {
    what: 'pod label against namespace',
    text: namespace('team: x') + deployment({ metadata: labelled('sidecar.istio.io/inject: "true"') }),
    proxy: SIDECAR,
  },
  {
    what: 'proxyCPULimit',
    text: deployment({ metadata: annotated('sidecar.istio.io/proxyCPULimit: 2500m') }),
    proxy: { cpuLimit: 2.5, concurrency: 3 },
  },
  {
    what: 'proxyCPU alone drops the default limit',
    text: deployment({ metadata: annotated('sidecar.istio.io/proxyCPU: 100m') }),
    proxy: { cpuLimit: null, concurrency: 0 },
  },
  {
    what: 'concurrency',
    text: deployment({ metadata: annotated("proxy.istio.io/config: 'concurrency: 4'") }),
    proxy: { cpuLimit: 2, concurrency: 4 },
  },
  {
    what: 'a sidecar that is written out',
    text: deployment({ spec: 'containers: [{ name: app }, { name: istio-proxy, resources: { limits: { cpu: 1 } } }]' }),
    proxy: { cpuLimit: 1, concurrency: 1, native: false },
  },
  {
    what: 'a native sidecar that is written out',
    text: deployment({ spec: 'containers: [{ name: app }], initContainers: [{ name: istio-proxy }]' }),
    proxy: { cpuLimit: null, concurrency: 0, native: true },
  },
  {
    what: 'nativeSidecar',
    text: deployment({ metadata: annotated("sidecar.istio.io/nativeSidecar: 'false'") }),
    proxy: { cpuLimit: 2, concurrency: 2, native: false },
  },
];

test.each(MEMBERSHIP)('$what', ({ text, proxy }) => {
  expect(workload(text).proxy).toEqual(proxy);
});

const container = (limit: string, request: string) =>
  `{ name: c, resources: { limits: { ${limit && `cpu: ${limit}`} }, requests: { ${request && `cpu: ${request}`} } } }`;
const CPU = [
  { containers: [container('500m', '100m')], limit: 0.5, request: 0.1 },
  { containers: [container('1', ''), container('500m', '250m')], limit: 1.5, request: 1.25 },
  { containers: [container('1', ''), container('', '250m')], limit: null, request: 1.25 },
  { containers: [container('', '')], limit: null, request: null },
  { containers: [container('"0.25"', '1e-1')], limit: 0.25, request: 0.1 },
];

test.each(CPU)('CPU of $containers', ({ containers, limit, request }) => {
  const { cpuLimit, cpuRequest } = workload(deployment({ spec: `containers: [${containers.join(', ')}]` }));
  expect([cpuLimit, cpuRequest]).toEqual([limit, request]);
});

// Istio 1.32, pkg/config/kube/conversion.go, ConvertProtocol; kubernetes.io/* from the same.
const PROTOCOLS = [
  { port: 'port: 80, name: http', protocol: 'http' },
  { port: 'port: 80, name: http-web', protocol: 'http' },
  { port: 'port: 80, name: HTTP2-x', protocol: 'http2' },
  { port: 'port: 80, name: grpc-web', protocol: 'grpc' },
  { port: 'port: 80, name: web', protocol: 'auto' },
  { port: 'port: 80, name: httpx', protocol: 'auto' },
  { port: 'port: 80', protocol: 'auto' },
  { port: 'port: 3306', protocol: 'tcp' },
  { port: 'port: 80, name: tcp, appProtocol: grpc', protocol: 'grpc' },
  { port: 'port: 80, name: tcp, appProtocol: kubernetes.io/h2c', protocol: 'http2' },
  { port: 'port: 80, name: https-d, appProtocol: http-x', protocol: 'http' },
  { port: 'port: 80, name: https, appProtocol: example.com/x', protocol: 'auto' },
  { port: 'port: 53, name: http, protocol: UDP', protocol: 'udp' },
  { port: 'port: 80, name: redis-main', protocol: 'tcp' },
];

test.each(PROTOCOLS)('a port of $port speaks $protocol', ({ port, protocol }) => {
  const text = `apiVersion: v1\nkind: Service\nmetadata: { name: a }\nspec: { ports: [{ ${port} }] }`;
  expect(load(text).mesh.services[0]!.ports[0]!.protocol).toBe(protocol);
});

test('a Service of every kind of port', () => {
  const text = `apiVersion: v1
kind: Service
metadata: { name: a, namespace: shop, annotations: { networking.istio.io/exportTo: "., other" } }
spec:
  clusterIP: None
  selector: { app: a }
  ports: [{ port: 80, name: a, targetPort: web }, { port: 81, name: b, targetPort: 8081 }, { port: 82, name: c }]`;
  expect(load(text).mesh.services[0]).toMatchObject({
    host: 'a.shop.svc.cluster.local',
    selector: { app: 'a' },
    headless: true,
    exportTo: ['.', 'other'],
    ports: [{ targetPort: 'web' }, { targetPort: 8081 }, { targetPort: 82 }],
  });
});

const CLUSTER_IPS = [
  { clusterIP: '10.96.0.5', addresses: ['10.96.0.5'] },
  { clusterIP: '"fd00::5"', addresses: ['[fd00::5]'] },
  { clusterIP: 'None', addresses: undefined },
  { clusterIP: '""', addresses: undefined },
];

test.each(CLUSTER_IPS)('clusterIP $clusterIP', ({ clusterIP, addresses }) => {
  const text = `apiVersion: v1\nkind: Service\nmetadata: { name: a }\nspec: { clusterIP: ${clusterIP}, ports: [{ port: 80 }] }`;
  expect(load(text).mesh.services[0]!.addresses).toEqual(addresses);
});

test('an ExternalName is an alias, and must name a host', () => {
  const text = (externalName: string) =>
    `apiVersion: v1\nkind: Service\nmetadata: { name: a }\nspec:\n  type: ExternalName\n  externalName: ${externalName}`;
  const { mesh } = load(text('x.com.'));
  expect(mesh.services.some(({ name }) => name === 'a')).toBe(false);
  expect(mesh.aliases).toMatchObject([{ host: 'a.default.svc.cluster.local', target: 'x.com', ports: [] }]);
  expect(found(text('x.com'), '')).toEqual([]);
  expect(found(text('"X_1"'), '')).toEqual(['6: bad-name!']);
  expect(found(text('""'), '')).toEqual(['6: bad-name!']);
  expect(found(text('x.com'), '', { ...OPTIONS, istioVersion: [1, 20] })).toEqual(['5: not-modelled']);
});

const KINDS = [
  {
    head: 'apiVersion: apps/v1\nkind: StatefulSet',
    spec: 'replicas: 3, selector: { matchLabels: { a: b } }, template: T',
    replicas: 3,
  },
  {
    head: 'apiVersion: apps/v1\nkind: DaemonSet',
    spec: 'selector: { matchLabels: { a: b } }, template: T',
    replicas: 1,
  },
  { head: 'apiVersion: v1\nkind: ReplicationController', spec: 'replicas: 2, template: T', replicas: 2 },
  { head: 'apiVersion: batch/v1\nkind: Job', spec: 'parallelism: 4, template: T', replicas: 4 },
  { head: 'apiVersion: batch/v1\nkind: CronJob', spec: 'jobTemplate: { spec: { template: T } }', replicas: 1 },
];

test.each(KINDS)('$head', ({ head, spec, replicas }) => {
  const template =
    '{ metadata: { labels: { a: b } }, spec: { serviceAccountName: sa, containers: [{ ports: [{ name: p, containerPort: 1 }] }] } }';
  const { workloads } = load(`${head}\nmetadata: { name: x }\nspec: { ${spec.replace(/\bT\b/, template)} }`).mesh;
  expect(workloads[0]).toMatchObject({ replicas, labels: { a: 'b' }, serviceAccount: 'sa', namedPorts: { p: 1 } });
});

const PORTS =
  'apiVersion: v1\nkind: Service\nmetadata: { name: a }\nspec:\n  ports:\n  - { port: 80, name: http }\n  - ';
const REFUSED = [
  { code: 'unknown-field', text: deployment({}).replace('spec:', 'spec:\n  replica: 3'), line: 6 },
  { code: 'unknown-field', text: deployment({}).replace('spec:', 'specs: {}\nspec:'), line: 5 },
  { code: 'unknown-field', text: deployment({}).replace('{ name: x,', '{ name: x, lables: {},'), line: 4 },
  { code: 'bad-port-name', text: `${PORTS}{ port: 81 }`, line: 7 },
  { code: 'bad-port-name', text: `${PORTS}{ port: 81, name: http }`, line: 7 },
  { code: 'bad-replicas', text: deployment({}).replace('spec:', 'spec:\n  replicas: 2147483648'), line: 6 },
  { code: 'no-spec', text: 'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: x }', line: 2 },
  { code: 'bad-type', text: deployment({}).replace('spec:', 'spec:\n  replicas: many'), line: 6 },
  { code: 'bad-type', text: deployment({}).replace('spec:', 'spec:\n  replicas: -1'), line: 6 },
  { code: 'selector-mismatch', text: deployment({ metadata: '{ labels: { app: y } }' }), line: 6 },
  { code: 'bad-label', text: deployment({ metadata: labelled('x: "a b"') }), line: 8 },
  { code: 'bad-quantity', text: deployment({ spec: `containers: [${container('lots', '')}]` }), line: 9 },
  {
    code: 'bad-port',
    text: 'apiVersion: v1\nkind: Service\nmetadata: { name: a }\nspec:\n  ports:\n  - port: 65536',
    line: 6,
  },
];

test.each(REFUSED)('$code in line $line', ({ code, text, line }) => {
  expect(load(text).diagnostics.filter(({ refuses }) => refuses)).toMatchObject([{ code, line }]);
});
