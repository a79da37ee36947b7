import { expect, test } from 'vitest';
import { requestAuthentication } from '../support/security.js';
import { crashed, destinationRule, fails, istio, OK, otherPods, takes } from '../surprises/documents.js';
import { burst, callServer, outcome, type Seen, type Setup } from './call-server.js';

// What passes through a gateway: Istio, pilot/pkg/networking/core/gateway.go; istio-envoy-semantics 1.6.

const SERVERS = `
selector: {istio: ingressgateway}
servers:
- {port: {number: 80, name: http, protocol: HTTP}, hosts: [shop.com, "*.wild.com"]}
- {port: {number: 8000, name: other, protocol: HTTP}, hosts: [shop.com], tls: {httpsRedirect: true}}
- {port: {number: 443, name: https, protocol: HTTPS}, hosts: [shop.com], tls: {mode: SIMPLE, credentialName: shop}}`;

function shop(http: string, hosts = '[shop.com]'): string {
  return (
    istio('Gateway', 'front', SERVERS) +
    istio('VirtualService', 'shop', `hosts: ${hosts}\ngateways: [front]\nhttp:\n${http}`)
  );
}
const TO_SERVER = '- {route: [{destination: {host: server}}]}';
const THROUGH = { traffic: { from: { gateway: 'istio-ingressgateway' } }, url: 'http://shop.com/' };

const ROWS: readonly (readonly [string, string, Setup])[] = [
  ['a host that the gateway serves', '200 -', {}],
  ['another host', '404 NR', { url: 'http://other.com/' }],
  ['a host of the Gateway that no VirtualService has', '404 NR', { url: 'http://a.wild.com/' }],
  [
    'a host of the VirtualService that the Gateway lacks',
    '404 NR',
    { manifests: shop(TO_SERVER, '[a.b.com]'), url: 'http://a.b.com/' },
  ],
  ['HTTPS', '200 -', { url: 'https://shop.com/' }],
  ['HTTPS for a name that no server of it has', '0 NR', { url: 'https://other.com/' }],
  ['HTTPS where plain HTTP is spoken', '0 -', { url: 'https://shop.com:80/' }],
  ['plain HTTP where TLS is spoken', '0 -', { url: 'http://shop.com:443/' }],
  ['plain HTTP where it must be HTTPS', '301 -', { url: 'http://shop.com:8000/' }],
  [
    'a rule that does not match',
    '404 NR',
    { manifests: shop('- {match: [{uri: {exact: /x}}], route: [{destination: {host: server}}]}') },
  ],
  ['nobody behind it', '503 UH', { replicas: 0 }],
  ['a server that refuses: retried by default', '503 UF,URX', { faults: crashed('server') }],
  ['an error of the server', '500 -', { server: fails(500) }],
  // Envoy, source/extensions/clusters/original_dst: nobody has dialled an address there.
  ['a service that passes through', '503 UH', { policy: { loadBalancer: { simple: 'PASSTHROUGH' } } }],
];

test.each(ROWS)('%s: %s', async (_, expected, setup) => {
  const seen = await callServer({ ...THROUGH, manifests: shop(TO_SERVER), seconds: 1, ...setup });
  expect(outcome(seen)).toBe(expected);
});

// istio-envoy-semantics 2.1: routes see the claims of a token that the gateway has verified, forwarded or not.
const VERIFIED = requestAuthentication(
  { selector: { matchLabels: { istio: 'ingressgateway' } }, jwtRules: [{ issuer: 'i' }] },
  { namespace: 'istio-system' },
);
const CLAIMS: readonly (readonly [string, string, object | undefined, string])[] = [
  ['the claim asked for', VERIFIED, { issuer: 'i', claims: { groups: ['a', 'admin'] } }, '200 -'],
  ['another claim', VERIFIED, { issuer: 'i', claims: { groups: ['a'] } }, '404 NR'],
  ['no token', VERIFIED, undefined, '404 NR'],
  ['a token that is refused', VERIFIED, { issuer: 'x', claims: { groups: ['admin'] } }, '401 -'],
  ['a token that nobody verifies', '', { issuer: 'i', claims: { groups: ['admin'] } }, '404 NR'],
];

test.each(CLAIMS)('a route for a claim, %s', async (_, policy, jwt, expected) => {
  const rule =
    '- {match: [{headers: {"@request.auth.claims[groups]": {exact: admin}}}], route: [{destination: {host: server}}]}';
  const requests = [{ to: 'http://shop.com/', ...(jwt === undefined ? {} : { jwt }) }];
  const traffic = { ...THROUGH.traffic, requests };
  expect(outcome(await callServer({ traffic, manifests: shop(rule) + policy, seconds: 1 }))).toBe(expected);
});

const RAW: readonly (readonly [string, string, string])[] = [
  ['a server of HTTP', 'tcp://shop.com:80', 'tcp:reset -'],
  ['a server of TCP without a route', 'tcp://shop.com:5432', '0 -'],
  ['no server', 'tcp://shop.com:5433', '0 -'],
];

test.each(RAW)('bytes that are not HTTP, %s: %s is %s', async (_, url, expected) => {
  const tcp = istio(
    'Gateway',
    'raw',
    'selector: {istio: ingressgateway}\nservers: [{port: {number: 5432, name: tcp, protocol: TCP}, hosts: ["*"]}]',
  );
  const seen = await callServer({ ...THROUGH, manifests: shop(TO_SERVER) + tcp, url, seconds: 1 });
  expect(outcome(seen)).toBe(expected);
});

function gatewayRows({ report }: Seen) {
  return report.edges.filter(({ source }) => source === 'istio-ingressgateway');
}

test('it sends to the endpoints itself, with the policies of the service', async () => {
  const seen = await callServer({
    ...THROUGH,
    manifests:
      shop(TO_SERVER) +
      destinationRule(
        '\noutlierDetection: {maxEjectionPercent: 100, baseEjectionTime: 1h}\nloadBalancer: {simple: ROUND_ROBIN}',
      ) +
      otherPods('bad', 1),
    workloads: { bad: fails(500) },
    rate: 100,
    seconds: 10,
  });
  const [bad, good] = ['bad', 'server'].map((name) => gatewayRows(seen).find(({ workload }) => workload === name)!);
  expect(bad!.counters.ejections_total).toBe(1);
  expect(good!.attempts + bad!.attempts).toBe(seen.requests);
  expect(bad!.attempts).toBe(5);
});

test('each pod of a gateway counts its limits for itself', async () => {
  const seen = await callServer({
    ...THROUGH,
    manifests: shop(TO_SERVER) + destinationRule('connectionPool: {http: {http2MaxRequests: 5}}'),
    server: takes('1s'),
    platform: { gateways: { 'istio-ingressgateway': { replicas: 3 } } },
    network: '0.25ms', // so that every request is on its way before the first is refused
    atMs: burst(100),
    seconds: 10,
  });
  expect(seen.traffic.codes['200']).toBe(3 * 5);
});

// Istio, pilot/pkg/networking/core/cluster_builder.go: a gateway does not sniff what its clients speak.
const PROTOCOLS = [
  { port: 'http', pool: '{}', connections: 20 },
  { port: 'http2', pool: '{}', connections: 1 },
  { port: 'grpc', pool: '{}', connections: 1 },
  { port: 'web', pool: '{}', connections: 20 }, // declares nothing
  { port: 'http', pool: '{h2UpgradePolicy: UPGRADE}', connections: 1 },
  { port: 'http2', pool: '{useClientProtocol: true}', connections: 20 },
];

test.each(PROTOCOLS)('a port named $port with $pool: $connections connections for 20 requests', async (each) => {
  const { port, pool, connections } = each;
  const service = `---
{apiVersion: v1, kind: Service, metadata: {name: main}, spec: {selector: {app: server}, ports: [{name: ${port}, port: 80}]}}
`;
  const rule =
    pool === '{}'
      ? ''
      : istio('DestinationRule', 'main', `host: main\ntrafficPolicy: {connectionPool: {http: ${pool}}}`);
  const given = { server: takes('100ms'), network: '0.25ms', atMs: burst(20), seconds: 10 };
  const cx = (seen: Seen, source: string) =>
    seen.report.edges.find((edge) => edge.source === source && edge.destination === 'main')!.counters.upstream_cx_total;
  const gateway = await callServer({
    ...given,
    ...THROUGH,
    platform: { gateways: { 'istio-ingressgateway': { cpu: 1 } } },
    manifests: shop('- {route: [{destination: {host: main}}]}') + service + rule,
  });
  expect(cx(gateway, 'istio-ingressgateway')).toBe(connections);
  const sidecar = await callServer({ ...given, manifests: service + rule, url: 'http://main/' });
  expect(cx(sidecar, 'caller')).toBe(connections);
});

test('an undeclared port is spoken to as the caller speaks', async () => {
  const service = `---
{apiVersion: v1, kind: Service, metadata: {name: main}, spec: {selector: {app: server}, ports: [{name: web, port: 80}]}}
`;
  const given = { server: takes('100ms'), network: '0.25ms', atMs: burst(20), seconds: 10, manifests: service };
  const grpc = await callServer({ ...given, url: 'grpc://main/a.B/C' });
  expect(grpc.edges.find(({ destination }) => destination === 'main')!.counters.upstream_cx_total).toBe(1);
});

test('an undeclared port has a listener of its own, which does not look at the host', async () => {
  const service = `---
{apiVersion: v1, kind: Service, metadata: {name: main}, spec: {selector: {app: server}, ports: [{name: web, port: 80}]}}
`;
  const rules = istio(
    'VirtualService',
    'main',
    'hosts: [main]\nhttp: [{match: [{authority: {exact: main}}], directResponse: {status: 201}}, {directResponse: {status: 202}}]',
  );
  const seen = await callServer({
    manifests: service + rules,
    workloads: { server: OK },
    url: 'http://main/',
    seconds: 1,
  });
  expect(outcome(seen)).toBe('201 -');
});
