import { expect, test } from 'vitest';
import { type ConnectionPoolPolicy, MeshResolver, type SidecarScope } from '../../src/mesh/index.js';
import {
  destinationRule,
  gatewayWorkload,
  mesh,
  policy,
  pool,
  port,
  service,
  sidecarScope,
  subset,
  workload,
} from '../support/mesh.js';

const SERVER = workload('server', { namedPorts: { web: 8080 } });
const limited = (http2MaxRequests: number): ConnectionPoolPolicy => pool({ http2MaxRequests });
const TOP = policy({ connectionPool: limited(10) });
const PORT_LEVEL = policy({
  connectionPool: limited(10),
  portLevel: [{ port: 80, policy: policy({ connectionPool: limited(9) }) }],
});
const EMPTY_PORT = policy({ connectionPool: limited(10), portLevel: [{ port: 80, policy: policy() }] });
const MESH_WIDE = sidecarScope({ inboundConnectionPool: limited(8) });
const INGRESS = sidecarScope({
  inboundConnectionPool: limited(8),
  ingress: [{ port: 8080, protocol: 'http', connectionPool: limited(7) }],
});
const BARE_INGRESS = sidecarScope({ ingress: [{ port: 8080, protocol: 'http', connectionPool: null }] });
const OTHER_INGRESS = sidecarScope({ ingress: [{ port: 9090, protocol: 'http', connectionPool: limited(7) }] });

// Reference section 1.3, item 4: the winner replaces, nothing is merged.
const PRECEDENCE: readonly (readonly [string, typeof TOP | null, SidecarScope | null, number | null])[] = [
  ['nothing', null, null, null],
  ['the DestinationRule', TOP, null, 10],
  ['its settings for the service’s port', PORT_LEVEL, null, 9],
  ['settings for the port without a pool', EMPTY_PORT, null, null],
  ['the Sidecar', PORT_LEVEL, MESH_WIDE, 8],
  ['the Sidecar’s ingress', PORT_LEVEL, INGRESS, 7],
  ['an ingress without a pool', TOP, BARE_INGRESS, 10],
  ['a port that ingress leaves out', TOP, OTHER_INGRESS, null],
];

test.each(PRECEDENCE)('inbound pool, %s', (_, written, scope, expected) => {
  const rule = destinationRule('server', {
    policy: written,
    subsets: [subset('v1', { policy: policy({ connectionPool: limited(1) }) })],
  });
  const services = [service('server', { ports: [port(80, { targetPort: 'web' })] })];
  const parts = { services, destinationRules: [rule], sidecarScopes: scope === null ? [] : [scope] };
  const inbound = new MeshResolver(mesh(parts)).inbound(SERVER, 8080);
  expect(inbound?.limits.maxRequests ?? null).toBe(expected);
});

// Istio 1.31, pilot/pkg/networking/core/listener_inbound.go, buildInboundChainConfigs: the listeners of `ingress` take the
// place of the services' ports; what comes for other ports meets the catch-all chains, which are sniffed.
const LISTENS = (protocol: SidecarScope['ingress'][number]['protocol'], at = 8080) =>
  sidecarScope({ ingress: [{ port: at, protocol, connectionPool: null }] });
test.each([
  ['no Sidecar', null, 'http'],
  ['a Sidecar without ingress', MESH_WIDE, 'http'],
  ['ingress of TCP', LISTENS('tcp'), 'tcp'],
  ['ingress of gRPC', LISTENS('grpc'), 'grpc'],
  ['ingress for another port', LISTENS('tcp', 9090), 'auto'],
] as const)('what a port declares, %s', (_, scope, expected) => {
  const services = [service('server', { ports: [port(80, { targetPort: 8080, protocol: 'http' })] })];
  const resolver = new MeshResolver(mesh({ services, sidecarScopes: scope === null ? [] : [scope] }));
  expect(resolver.inboundProtocol(SERVER, 8080)).toBe(expected);
  expect(resolver.inboundProtocol({ ...SERVER, proxy: null }, 8080)).toBe('http');
});

test('of several services on one target port the oldest one’s rule counts', () => {
  const services = ['young', 'old'].map((name, i) =>
    service(name, { selector: SERVER.labels, ports: [port(80, { targetPort: 8080 })], age: 1 - i }),
  );
  const destinationRules = [
    destinationRule('young', { policy: TOP }),
    destinationRule('old', { policy: policy({ connectionPool: limited(5) }) }),
  ];
  const inbound = new MeshResolver(mesh({ services, destinationRules })).inbound(SERVER, 8080);
  expect(inbound?.limits.maxRequests).toBe(5);
});

test('a rule with a workload selector does not reach the server side', () => {
  const destinationRules = [destinationRule('server', { policy: TOP, workloadSelector: SERVER.labels })];
  expect(new MeshResolver(mesh({ services: [service('server')], destinationRules })).inbound(SERVER, 80)).toBeNull();
});

test('an upgrade to HTTP/2 ends at the server’s proxy (section 1.5)', () => {
  const written = policy({ connectionPool: pool({ h2Upgrade: true, maxConcurrentStreams: 3 }) });
  const destinationRules = [destinationRule('server', { policy: written })];
  const inbound = new MeshResolver(mesh({ services: [service('server')], destinationRules })).inbound(SERVER, 80);
  expect(inbound?.limits.maxConcurrentStreams).toBe(Infinity);
});

test('a pod without a sidecar and a gateway have no server side', () => {
  const destinationRules = [destinationRule('server', { policy: TOP })];
  const resolver = new MeshResolver(mesh({ services: [service('server')], destinationRules }));
  expect(resolver.inbound({ ...SERVER, proxy: null }, 80)).toBeNull();
  expect(resolver.inbound(gatewayWorkload({ labels: SERVER.labels, namespace: 'default' }), 80)).toBeNull();
});
