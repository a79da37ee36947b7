import { expect, test } from 'vitest';
import type { MeshSettings } from '../../src/mesh/index.js';
import { MeshResolver } from '../../src/mesh/index.js';
import * as given from '../support/mesh.js';
import { forwardOfRule, rulesOf } from '../support/resolved.js';

// istio-envoy-semantics 2.6.1, 3.2, 1.3 and 1.5; the checks `retry` and `pool` of a real istiod 1.31.

const caller = given.workload('client');
const server = given.service('server');

function resolverWith(settings: Partial<MeshSettings>, parts: Parameters<typeof given.mesh>[0] = {}): MeshResolver {
  return new MeshResolver(given.mesh({ services: [server], workloads: [caller], ...parts, settings }));
}

const POOL = { connectionPool: given.pool({ maxConnections: 77 }) };
const OUTLIER = { outlierDetection: given.outlier({ consecutive5xxErrors: 9 }) };
const ref = (subset: string | null = null, port = 80) => ({ service: server, host: server.host, port, subset });

test('the mesh’s retries replace Istio’s where a rule has none, without a VirtualService too', () => {
  const defaultRetry = given.retries({ attempts: 7, retryOn: ['gateway-error'] });
  const own = given.httpRoute({
    retries: given.retries({ attempts: 5 }),
    matches: [given.httpMatch({ uri: given.exact('/five') })],
  });
  const resolver = resolverWith({ defaultRetry }, { routeSets: [given.routeSet('server', [own, given.httpRoute()])] });
  const [five, none] = rulesOf(resolver.host(caller, 'server', 80));
  expect(forwardOfRule(none!).retry).toMatchObject({ attempts: 7, on: ['gateway-error'], statusCodes: [] });
  expect(forwardOfRule(five!).retry).toMatchObject({ attempts: 5, on: expect.arrayContaining(['connect-failure']) });
  const [plain] = rulesOf(resolverWith({ defaultRetry }).host(caller, 'server', 80));
  expect(forwardOfRule(plain!).retry).toMatchObject({ attempts: 7 });
  const off = resolverWith({ defaultRetry: given.retries({ attempts: 0 }) }).host(caller, 'server', 80);
  expect(forwardOfRule(rulesOf(off)[0]!).retry).toBeNull();
});

const FILLED: {
  what: string;
  policy: Parameters<typeof given.policy>[0] | null;
  connections: number;
  errors: number;
}[] = [
  { what: 'no DestinationRule', policy: null, connections: 77, errors: 9 },
  { what: 'a rule with neither', policy: {}, connections: 77, errors: 9 },
  {
    what: 'its own pool',
    policy: { connectionPool: given.pool({ http2MaxRequests: 3 }) },
    connections: Infinity,
    errors: 9,
  },
  { what: 'its own detection', policy: { outlierDetection: given.outlier() }, connections: 77, errors: 5 },
  {
    what: 'settings of the port alone',
    policy: { portLevel: [{ port: 80, policy: given.policy({ loadBalancer: given.balancer('random') }) }] },
    connections: 77,
    errors: 9,
  },
];

test.each(FILLED)('the mesh’s traffic policy with $what', ({ policy, connections, errors }) => {
  const destinationRules = policy === null ? [] : [given.destinationRule('server', { policy: given.policy(policy) })];
  const cluster = resolverWith({ ...POOL, ...OUTLIER }, { destinationRules }).cluster(caller, ref())!;
  expect(cluster.limits.maxConnections).toBe(connections);
  expect(cluster.outlierDetection!.consecutive5xx).toBe(errors);
});

// Recorded in validation/istiod/mesh-default-policy: filled in before the subset has its say.
test.each([
  { of: 'same', policy: null, connections: 77, errors: 9 },
  { of: 'own pool', policy: { connectionPool: given.pool({ http2MaxRequests: 3 }) }, connections: Infinity, errors: 9 },
  {
    of: 'settings of a port',
    policy: { portLevel: [{ port: 80, policy: given.policy({ loadBalancer: given.balancer('random') }) }] },
    connections: Infinity,
    errors: undefined,
  },
])('the mesh’s traffic policy for a subset, $of', ({ policy, connections, errors }) => {
  const subsets = [given.subset('s', { policy: policy && given.policy(policy) })];
  const destinationRules = [given.destinationRule('server', { subsets })];
  const cluster = resolverWith({ ...POOL, ...OUTLIER }, { destinationRules }).cluster(caller, ref('s'))!;
  expect(cluster.limits.maxConnections).toBe(connections);
  expect(cluster.outlierDetection?.consecutive5xx).toBe(errors);
});

test('the mesh’s pool holds at the server’s side too, below the service’s and the Sidecar’s', () => {
  const workloads = [caller, given.workload('server')];
  const destinationRules = [
    given.destinationRule('server', { policy: given.policy({ connectionPool: given.pool({ maxConnections: 5 }) }) }),
  ];
  const limit = (parts: Parameters<typeof given.mesh>[0]) =>
    resolverWith(POOL, { workloads, ...parts }).inbound(workloads[1]!, 80)?.limits.maxConnections;
  expect(limit({})).toBe(77);
  expect(limit({ destinationRules })).toBe(5);
  const inboundConnectionPool = given.pool({ maxConnections: 6 });
  expect(limit({ sidecarScopes: [given.sidecarScope({ inboundConnectionPool })] })).toBe(6);
  expect(resolverWith(POOL, { workloads }).inbound(workloads[1]!, 9999)).toBeNull(); // a port that no service names
});

test('calls that pass through have the mesh’s limits and time to connect, never its idle time', () => {
  const connectionPool = given.pool({ maxConnections: 77, idleTimeoutMs: 1, connectTimeoutMs: 3 });
  const cluster = resolverWith({ connectionPool, ...OUTLIER }).passthrough(server, 80);
  expect(cluster).toMatchObject({ connectTimeoutMs: 3, outlierDetection: null });
  expect(cluster.limits).toMatchObject({ maxConnections: 77, idleTimeoutMs: 300_000 });
  expect(resolverWith({ connectTimeoutMs: 4 }).passthrough(server, 80).connectTimeoutMs).toBe(4);
});

const UPGRADES: { protocol: 'http' | 'http2' | 'auto' | 'tcp'; own: boolean | null; gives: string }[] = [
  { protocol: 'http', own: null, gives: 'http2' },
  { protocol: 'http', own: false, gives: 'http1' },
  { protocol: 'http2', own: null, gives: 'http2' },
  { protocol: 'auto', own: null, gives: 'downstream' },
  { protocol: 'tcp', own: null, gives: 'tcp' },
];

test.each(UPGRADES)('a mesh that upgrades to HTTP/2, port $protocol, rule $own: $gives', ({ protocol, own, gives }) => {
  const services = [given.service('server', { ports: [given.port(80, { protocol })] })];
  const connectionPool = given.pool({ h2Upgrade: own });
  const destinationRules = [given.destinationRule('server', { policy: given.policy({ connectionPool }) })];
  const resolver = resolverWith({ h2Upgrade: true }, { services, destinationRules });
  expect(resolver.cluster(caller, ref())!.protocol).toBe(gives);
});

test('without automatic mutual TLS only a DestinationRule encrypts', () => {
  const tls = { origin: given.origin(), mode: 'istio-mutual' } as const;
  const destinationRules = [given.destinationRule('server', { policy: given.policy({ tls }) })];
  expect(resolverWith({ autoMtls: false }).cluster(caller, ref())!.tlsMode).toBe('disable');
  expect(resolverWith({ autoMtls: false }, { destinationRules }).cluster(caller, ref())!.tlsMode).toBe('istio-mutual');
  expect(resolverWith({}).cluster(caller, ref())!.tlsMode).toBeNull();
});
