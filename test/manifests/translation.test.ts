import { expect, test } from 'vitest';
import { mirrorsOf } from '../../src/mesh/index.js';
import { BASE, istio, load, OPTIONS, policy, routed, rule, SUBSETS } from './support.js';

const firstRule = (text: string) => load(text).mesh.routeSets[0]!.http[0]!;
const firstPolicy = (text: string) => load(text).mesh.destinationRules[0]!.policy!;

test('short hosts and gateways are of the namespace of the resource that names them', () => {
  const text = `apiVersion: networking.istio.io/v1beta1
kind: VirtualService
metadata: { name: x, namespace: shop }
spec:
  hosts: [a, a.other, "*.x.com"]
  gateways: [gw, other/gw, mesh]
  http: [{ route: [{ destination: { host: b } }] }]`;
  const [set] = load(text).mesh.routeSets;
  expect(set!.hosts).toEqual(['a.shop.svc.cluster.local', 'a.other', '*.x.com']);
  expect(set!.gateways).toEqual(['shop/gw', 'other/gw', 'mesh']);
  expect(set!.exportTo).toEqual(['*']);
  const { action } = set!.http[0]!;
  expect(action.kind === 'forward' && action.destinations[0]!.host).toBe('b.shop.svc.cluster.local');
});

test('a rule keeps what is written and leaves the rest null', () => {
  const { origin, ...plain } = firstRule(
    rule('  - route: [{ destination: { host: a, subset: v1, port: { number: 80 } }, weight: 20 }]'),
  );
  expect(origin).toMatchObject({ file: 'test.yaml', line: 7, column: 5, path: 'spec.http[0]' });
  expect(plain).toMatchObject({
    name: null,
    matches: [],
    action: { kind: 'forward', destinations: [{ subset: 'v1', port: 80, weight: 20, requestHeaders: null }] },
    timeoutMs: null,
    retries: null,
    fault: null,
    mirroring: { one: null, percentage: null, percent: null, several: [] },
    rewrite: null,
  });
});

test('matches of every kind', () => {
  const match = `
    - name: m
      uri: { prefix: /a }
      ignoreUriCase: true
      method: { exact: POST }
      authority: { regex: a.* }
      headers: { End-User: { exact: jason }, present: {} }
      withoutHeaders: { x: { prefix: y } }
      queryParams: { q: { exact: "" } }
      port: 80
      sourceLabels: { app: b }
      sourceNamespace: shop
      gateways: [mesh]`;
  expect(firstRule(routed(`    match:${match}`)).matches[0]).toMatchObject({
    name: 'm',
    uri: { kind: 'prefix', value: '/a' },
    ignoreUriCase: true,
    method: { kind: 'exact', value: 'POST' },
    authority: { kind: 'regex', value: 'a.*' },
    scheme: null,
    headers: { 'end-user': { kind: 'exact', value: 'jason' }, present: { kind: 'present' } },
    withoutHeaders: { x: { kind: 'prefix', value: 'y' } },
    queryParams: { q: { kind: 'exact', value: '' } },
    port: 80,
    sourceLabels: { app: 'b' },
    sourceNamespace: 'shop',
    gateways: ['mesh'],
  });
});

test('timeouts, retries, faults, mirrors and rewrites', () => {
  const fields = `    timeout: 1m30s
    retries: { attempts: 2, perTryTimeout: 250ms, retryOn: "5xx,503", backoff: 10ms, retryIgnorePreviousHosts: false }
    fault:
      delay: { fixedDelay: 2s, percentage: { value: 0.12345678 } }
      abort: { grpcStatus: UNAVAILABLE, percentage: { value: 10 } }
    mirrors: [{ destination: { host: b }, percentage: { value: 50 } }]
    rewrite: { uri: /x, authority: y }
    headers: { request: { set: { a: b }, remove: [c] } }`;
  expect(firstRule(routed(fields))).toMatchObject({
    timeoutMs: 90_000,
    retries: {
      attempts: 2,
      perTryTimeoutMs: 250,
      retryOn: ['5xx', '503'],
      backoffMs: 10,
      retryIgnorePreviousHosts: false,
    },
    fault: { delay: { share: 0.001234, delayMs: 2000 }, abort: { share: 0.1, status: null, grpcStatus: 14 } },
    mirroring: { several: [{ share: 0.5, destination: { host: 'b.default.svc.cluster.local' } }] },
    rewrite: { uri: '/x', authority: 'y', uriRegex: null },
    requestHeaders: { set: { a: 'b' }, add: {}, remove: ['c'] },
  });
});

test('a mirror without a percentage copies everything', () => {
  expect(mirrorsOf(firstRule(routed('    mirror: { host: b, subset: v1 }')).mirroring)).toMatchObject([
    { share: 1, destination: { host: 'b.default.svc.cluster.local', subset: 'v1' } },
  ]);
});

const ACTIONS = [
  { text: 'redirect: { uri: /x }', action: { kind: 'redirect', redirect: { status: 301, uri: '/x', port: null } } },
  { text: 'redirect: { scheme: https, derivePort: FROM_REQUEST_PORT }', action: { redirect: { keepsPort: true } } },
  { text: 'redirect: { scheme: https, redirectCode: 307 }', action: { redirect: { status: 307, scheme: 'https' } } },
  { text: 'directResponse: { status: 503, body: { string: "é" } }', action: { status: 503, bodyBytes: 2 } },
  { text: 'delegate: { name: y, namespace: z }', action: { kind: 'delegate', name: 'y', namespace: 'z' } },
];

test.each(ACTIONS)('$text', ({ text, action }) => {
  expect(firstRule(rule(`  - ${text}`)).action).toMatchObject(action);
});

test('tcp and tls rules become one route for each match', () => {
  const text = istio(
    'VirtualService',
    `  hosts: [a.com]
  tls:
  - match: [{ port: 443, sniHosts: [a.com] }, { sniHosts: [a.com], sourceLabels: { app: b } }]
    route: [{ destination: { host: a } }]
  tcp: [{ route: [{ destination: { host: b } }] }]`,
  );
  expect(load(text).mesh.routeSets[0]!.tcp).toMatchObject([
    { sniHosts: ['a.com'], port: 443 },
    { sniHosts: ['a.com'], port: null, sourceLabels: { app: 'b' } },
    { sniHosts: null, port: null },
  ]);
});

test('a traffic policy as written; 0 counts as not written', () => {
  const fields = `    connectionPool:
      tcp: { maxConnections: 0, connectTimeout: 30ms }
      http: { http1MaxPendingRequests: 1, h2UpgradePolicy: UPGRADE, maxRetries: 3 }
    loadBalancer: { simple: LEAST_CONN }
    outlierDetection: { consecutive5xxErrors: 0, interval: 1s, maxEjectionPercent: 100 }
    tls: { mode: ISTIO_MUTUAL }
    retryBudget: { percent: 0, minRetryConcurrency: 0 }
    portLevelSettings: [{ port: { number: 80 }, loadBalancer: { simple: RANDOM } }]`;
  expect(firstPolicy(policy(fields))).toMatchObject({
    connectionPool: {
      maxConnections: null,
      connectTimeoutMs: 30,
      http1MaxPendingRequests: 1,
      h2Upgrade: true,
      maxRetries: 3,
    },
    loadBalancer: { balancer: { kind: 'least-request' } },
    outlierDetection: {
      consecutive5xxErrors: 0,
      consecutiveGatewayErrors: null,
      intervalMs: 1000,
      baseEjectionMs: null,
    },
    tls: { mode: 'istio-mutual' },
    retryBudget: { percent: 0, minRetryConcurrency: 3 },
    portLevel: [{ port: 80, policy: { loadBalancer: { balancer: { kind: 'random' } }, outlierDetection: null } }],
  });
});

test('a ServiceEntry is one service for each host', () => {
  const text = istio(
    'ServiceEntry',
    `  hosts: [a.com, "*.b.com"]
  resolution: DNS
  ports: [{ number: 443, name: https, protocol: HTTPS, targetPort: 8443 }, { number: 80, name: x }]
  endpoints: [{ address: x.a.com, locality: eu/a/rack, weight: 3 }, { address: y.a.com }]`,
  );
  const services = load(text).mesh.services.filter(({ external }) => external);
  expect(services).toMatchObject([
    {
      host: 'a.com',
      resolution: 'dns',
      location: 'external',
      ports: [
        { number: 443, protocol: 'https', targetPort: 8443 },
        { number: 80, protocol: 'auto', targetPort: 80 },
      ],
      endpoints: [
        { address: 'x.a.com', locality: 'eu/a/rack', weight: 3 },
        { locality: null, weight: 1 },
      ],
    },
    { host: '*.b.com' },
  ]);
});

test('a Sidecar', () => {
  const text = istio(
    'Sidecar',
    `  workloadSelector: { labels: { app: a } }
  egress: [{ hosts: ["./*", "istio-system/*"] }]
  ingress: [{ port: { number: 80, protocol: HTTP, name: http }, connectionPool: { tcp: { maxConnections: 5 } } }]
  inboundConnectionPool: { http: { http2MaxRequests: 7 } }
  outboundTrafficPolicy: { mode: REGISTRY_ONLY }`,
  );
  expect(load(text).mesh.sidecarScopes[0]).toMatchObject({
    workloadSelector: { app: 'a' },
    egress: [
      {
        port: null,
        hosts: [
          { namespace: '.', host: '*' },
          { namespace: 'istio-system', host: '*' },
        ],
      },
    ],
    ingress: [{ port: 80, protocol: 'http', connectionPool: { maxConnections: 5 } }],
    inboundConnectionPool: { http2MaxRequests: 7 },
    outboundTrafficPolicy: 'registry-only',
  });
});

test('a Gateway', () => {
  const { mesh } = load(BASE);
  expect(mesh.gateways).toMatchObject([
    {
      name: 'gw',
      selector: { istio: 'ingressgateway' },
      servers: [{ port: 80, protocol: 'http', hosts: [{ namespace: '*', host: '*' }], tls: null }],
    },
  ]);
});

test('istio-ingressgateway exists without being declared, others if the platform has them', () => {
  const options = { istioVersion: [1, 31], impliedGateways: { 'istio-egress': { replicas: 3, cpu: 0.5 } } } as const;
  const { mesh } = load('', options);
  expect(mesh.workloads).toMatchObject([
    {
      name: 'istio-ingressgateway',
      namespace: 'istio-system',
      replicas: 1,
      role: 'gateway',
      proxy: { cpuLimit: 2, concurrency: 2 },
      labels: { app: 'istio-ingressgateway', istio: 'ingressgateway' },
    },
    {
      name: 'istio-egress',
      replicas: 3,
      proxy: { cpuLimit: 0.5, concurrency: 1 },
      origin: { generated: true },
      labels: { istio: 'egress' },
    },
  ]);
  const ports = mesh.services[0]!.ports.map(({ number, targetPort }) => [number, targetPort]);
  expect(ports).toEqual([
    [80, 8080],
    [443, 8443],
    [15021, 15021],
  ]);
});

test('a Deployment of that name stands in for the implied gateway', () => {
  const text = `apiVersion: apps/v1
kind: Deployment
metadata: { name: istio-ingressgateway, namespace: edge }
spec:
  selector: { matchLabels: { istio: ingressgateway } }
  template:
    metadata: { labels: { istio: ingressgateway }, annotations: { inject.istio.io/templates: gateway } }
    spec: { containers: [{ name: istio-proxy, image: auto, resources: { limits: { cpu: 1500m } } }] }`;
  const { workloads } = load(text).mesh;
  expect(workloads).toHaveLength(1);
  expect(workloads[0]).toMatchObject({ namespace: 'edge', role: 'gateway', proxy: { cpuLimit: 1.5, concurrency: 2 } });
});

test('the same object again replaces the earlier one and keeps its age', () => {
  const again = (timeout: string) => `---\n${routed(`    timeout: ${timeout}\n`)}`;
  const { mesh, diagnostics } = load(`${again('1s')}${SUBSETS}${again('2s')}`);
  expect(mesh.routeSets).toMatchObject([{ age: 0, http: [{ timeoutMs: 2000 }] }]);
  expect(mesh.destinationRules[0]!.age).toBe(1);
  expect(diagnostics.filter(({ code }) => code === 'replaced')).toMatchObject([
    { severity: 'info', refuses: false, line: 18 },
  ]);
});

test('creationTimestamp orders by age; what has none is being applied now', () => {
  const named = (name: string, created: string) => `---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ${name}${created && `, creationTimestamp: "${created}"`} }
spec: { hosts: [${name}], http: [{ route: [{ destination: { host: a } }] }] }
`;
  const text = named('none', '') + named('young', '2026-02-01T00:00:00Z') + named('old', '2026-01-01T00:00:00Z');
  const ages = load(text).mesh.routeSets.map(({ name, age }) => [name, age]);
  expect(ages).toEqual([
    ['none', 2],
    ['young', 1],
    ['old', 0],
  ]);
});

test('a List is its items', () => {
  const text = `apiVersion: v1
kind: List
items:
- { apiVersion: v1, kind: Service, metadata: { name: a }, spec: { ports: [{ port: 80, name: http }] } }`;
  expect(load(text).mesh.services[0]).toMatchObject({ name: 'a', origin: { line: 4 } });
});

// Recorded in validation/istiod/faults: 12.3456 * 10000 is a little less than 123456 in floating point.
test.each([
  { percent: 12.3456, share: 0.123455 },
  { percent: 33.33333, share: 0.333333 },
  { percent: 50.5, share: 0.505 },
])('$percent % are $share', ({ percent, share }) => {
  const text = routed(`    fault: { abort: { httpStatus: 500, percentage: { value: ${percent} } } }`);
  expect(firstRule(text).fault?.abort?.share).toBe(share);
});

// Istio 1.31, pilot/pkg/model/sidecar.go, canMergeServices; recorded in validation/istiod/same-host.
test('ServiceEntries of one namespace with the same host are one, with the endpoints and ports of both', () => {
  const entry = (name: string, number: number, address: string) =>
    istio(
      'ServiceEntry',
      `  hosts: [api.example.com]\n  resolution: STATIC\n  ports: [{ number: ${number}, name: p${number}, protocol: HTTP }]\n  endpoints: [{ address: ${address} }]\n`,
      name,
    );
  const { services } = load(`${entry('a', 80, '192.0.2.1')}---\n${entry('b', 81, '192.0.2.2')}`).mesh;
  const merged = services.filter(({ host }) => host === 'api.example.com');
  expect(merged).toMatchObject([
    {
      name: 'a',
      ports: [{ number: 80 }, { number: 81 }],
      endpoints: [
        { address: '192.0.2.1', ports: [80] },
        { address: '192.0.2.2', ports: [81] },
      ],
    },
  ]);
});

test('a host that a Sidecar excludes, since Istio 1.31', () => {
  const text = istio('Sidecar', "  egress: [{ hosts: ['*/*', '~away/*', '~/a.com'] }]\n");
  expect(load(text).mesh.sidecarScopes[0]!.egress![0]!.hosts).toEqual([
    { namespace: '*', host: '*' },
    { namespace: 'away', host: '*', excluded: true },
    { namespace: '*', host: 'a.com', excluded: true },
  ]);
  const older = load(text, { ...OPTIONS, istioVersion: [1, 30] });
  expect(older.mesh.sidecarScopes[0]!.egress![0]!.hosts).toEqual([{ namespace: '*', host: '*' }]);
  expect(older.diagnostics.filter(({ refuses }) => refuses)).toHaveLength(1);
});

// Istio 1.31, pilot/pkg/networking/serviceentry, ShouldV2AutoAllocateIP; release notes 1.25.
test.each([
  { word: 'false', minor: 31, refuses: true },
  { word: 'False', minor: 25, refuses: true },
  { word: 'false', minor: 24, refuses: undefined },
  { word: 'true', minor: 31, refuses: undefined },
])('the label enable-autoallocate-ip: $word in Istio 1.$minor', ({ word, minor, refuses }) => {
  const entry = {
    apiVersion: 'networking.istio.io/v1',
    kind: 'ServiceEntry',
    metadata: { name: 'api', labels: { 'networking.istio.io/enable-autoallocate-ip': word } },
    spec: { hosts: ['api.com'], resolution: 'DNS', ports: [{ number: 80, name: 'tcp', protocol: 'TCP' }] },
  };
  const { mesh } = load(JSON.stringify(entry), { istioVersion: [1, minor], impliedGateways: {} });
  expect(mesh.services.find(({ host }) => host === 'api.com')!.refusesAddress).toBe(refuses);
});
