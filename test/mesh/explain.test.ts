import { expect, test } from 'vitest';
import {
  explainHost,
  explainMesh,
  MeshResolver,
  renderExplainedHost,
  renderExplainedMesh,
} from '../../src/mesh/index.js';
import {
  destination,
  destinationRule,
  exact,
  externalService,
  gateway,
  gatewayWorkload,
  httpMatch,
  httpRoute,
  mesh,
  origin,
  outlier,
  policy,
  pool,
  port,
  prefix,
  present,
  retries,
  routeSet,
  ruleTo,
  server,
  service,
  subset,
  workload,
} from '../support/mesh.js';

const at = (line: number) => origin('VirtualService', 'reviews', line);
const destinations = [
  destination('reviews', { origin: at(3), subset: 'v1', weight: 90 }),
  destination('reviews', { origin: at(4), subset: 'v2', weight: 10 }),
];
const CANARY = httpRoute({
  name: 'canary',
  origin: at(2),
  matches: [
    httpMatch({ uri: prefix('/api'), headers: { 'end-user': exact('jason') } }),
    httpMatch({ withoutHeaders: { x: present } }),
  ],
  action: { kind: 'forward', destinations },
  timeoutMs: 1_500,
  retries: retries({ origin: at(6), retryOn: ['5xx', '503'], perTryTimeoutMs: 2_000 }),
  fault: { origin: at(7), delay: { share: 0.1, delayMs: 90_000 }, abort: null },
});
const MESH = mesh({
  services: [
    service('reviews', { ports: [port(9080)] }),
    externalService('api.example.com'),
    service('lonely', { headless: true }),
  ],
  workloads: [
    workload('productpage'),
    workload('reviews-v1', { labels: { app: 'reviews', version: 'v1' }, replicas: 3 }),
    workload('reviews-v2', { labels: { app: 'reviews', version: 'v2' }, proxy: null }),
    gatewayWorkload({ origin: { ...origin(), generated: true } }),
  ],
  gateways: [gateway('gw', [server(80, ['bookinfo.com'])])],
  routeSets: [routeSet('reviews', [CANARY, ruleTo('rest', [], 'ghost')])],
  destinationRules: [
    destinationRule('reviews', {
      policy: policy({
        outlierDetection: outlier({ origin: at(12), consecutive5xxErrors: 7 }),
        connectionPool: pool({ origin: at(11), maxConnections: 10 }),
      }),
      subsets: [subset('v1'), subset('v2')],
    }),
  ],
});
const RESOLVER = new MeshResolver(MESH);

function linesFor(host: string, number: number): readonly string[] {
  const explained = explainHost(RESOLVER, MESH, MESH.workloads[0]!, host, number);
  expect(JSON.parse(JSON.stringify(explained)).host).toBe(host); // plain data
  return renderExplainedHost(explained).split('\n');
}

test('explain tells every rule with what was written where, and what is default', () => {
  const lines = linesFor('reviews', 9080);
  const expected = [
    'productpage (sidecar) calls reviews:9080, Istio 1.31',
    '  domain     reviews',
    '1. canary (mesh.yaml:2)',
    '  when       path starts with /api and header end-user is jason',
    '  or         header x is absent',
    '  fault      delay of 1m30s for 10 % (mesh.yaml:7)',
    '  to         90 % to reviews:9080 subset v1 (mesh.yaml:3)',
    '             10 % to reviews:9080 subset v2 (mesh.yaml:4)',
    '  timeout    1500ms (mesh.yaml:2)',
    '  retries    3 after the first try (mesh.yaml:6)',
    '    on       5xx, retriable-status-codes [503]',
    '    per try  none: what is written is no shorter than the timeout',
    '    back-off 25ms to 250ms (default)',
    '  timeout    none (default)',
    '  retries    2 after the first try (default)',
  ];
  expect(lines).toEqual(expect.arrayContaining(expected));
  expect(lines.filter((line) => line.length > 100)).toEqual([]);
});

test('explain tells each cluster once, with its policy and its endpoints', () => {
  const lines = linesFor('reviews', 9080);
  const start = lines.findIndex((line) => line.startsWith('cluster outbound|9080|v1|'));
  const end = lines.indexOf('', start);
  expect(lines.slice(start + 1, end)).toEqual([
    '  protocol   HTTP/1.1',
    '  balancer   least-request (default)',
    '  zones      its own first, then those of its region (default with outlierDetection)',
    '  limits     10 connections (mesh.yaml:11)',
    '  connect    within 10s (default)',
    '  idle       closed after 1h (default)',
    '  outliers   ejected after 7 errors in a row (mesh.yaml:12)',
    '    for      30s (default) times the ejections so far, at most 5m',
    '    swept    every 10s (default)',
    '    at most  10 % (default) of the hosts',
    '  panic      never (default)',
    '  TLS        mutual with endpoints that have a proxy (default)',
    '  endpoints  reviews-v1: 3 pods, version v1 (mesh.yaml:1)',
    '    over     mutual TLS, mode PERMISSIVE (default)',
  ]);
  expect(lines).toContain('  missing    no such cluster: 503, flag NC');
  expect(lines.filter((line) => line.startsWith('cluster'))).toHaveLength(3);
});

test.each([
  ['nobody.example.com', 80, '  passes     to the address itself: no timeout, no retries, no pool, no subsets'],
  ['reviews', 80, '  refused    nobody listens on that port'],
  ['api.example.com', 80, '  endpoints  none in the manifests'],
])('explain of %s:%i', (host, number, line) => {
  expect(linesFor(host, number)).toContain(line);
});

test('a name cannot steer the terminal', () => {
  const routeSets = [routeSet('reviews', [ruleTo('\u001b[31mred\n', [], 'ghost')])];
  const hostile = { ...MESH, routeSets };
  const explained = explainHost(new MeshResolver(hostile), hostile, MESH.workloads[0]!, 'reviews', 9080);
  expect(renderExplainedHost(explained)).toContain('1. \\u{1b}[31mred\\u{a} (mesh.yaml:1)');
});

test('explain of the mesh: who is there, who is in it, and what belongs to what', () => {
  expect(renderExplainedMesh(explainMesh(RESOLVER, MESH))).toBe(`Istio 1.31, unknown destinations: allow-any

3 services
  api.example.com, external (mesh.yaml:1)
    ports      80 http
    endpoints  none in the manifests
  lonely, headless (mesh.yaml:1)
    ports      80 http
    endpoints  none in the manifests
  reviews (mesh.yaml:1)
    ports      9080 http
    endpoints  reviews-v1, reviews-v2

4 workloads, 3 in the mesh
  istio-ingressgateway: 1 pod, gateway (implied)
    listens    80 for bookinfo.com
  productpage: 1 pod, in the mesh (mesh.yaml:1)
  reviews-v1: 3 pods, version v1, in the mesh (mesh.yaml:1)
    serves     reviews
  reviews-v2: 1 pod, version v2, outside the mesh (mesh.yaml:1)
    serves     reviews
`);
});

test('a retry that leaves localities says so', () => {
  const action = { kind: 'forward', destinations } as const;
  const rule = httpRoute({ retries: retries({ retryRemoteLocalities: true }), action });
  const caller = workload('caller');
  const given = mesh({
    services: [service('reviews', { ports: [port(9080)] })],
    workloads: [caller],
    routeSets: [routeSet('reviews', [rule])],
  });
  const explained = explainHost(new MeshResolver(given), given, caller, 'reviews', 9080);
  expect(renderExplainedHost(explained)).toMatch(/zones +others after every two tries/);
});
