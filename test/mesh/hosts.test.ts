import { expect, test } from 'vitest';
import { MeshResolver, type RouteSet } from '../../src/mesh/index.js';
import {
  externalService,
  httpMatch,
  mesh,
  port,
  prefix,
  routeSet,
  ruleTo,
  service,
  workload,
} from '../support/mesh.js';
import { forwardOf, namesOf, routesOf, sharesOf } from '../support/resolved.js';

const CLIENT = workload('client');

// The mesh of istiogen's checks `base` and `hosts`, its VirtualServices in order of creation.
const SERVICES = [
  service('server', {
    ports: [port(80), port(81, { protocol: 'grpc' }), port(82, { protocol: 'tcp' }), port(83, { protocol: 'auto' })],
    addresses: ['10.96.0.5', '[fd00::5]'],
  }),
  service('client', { ports: [port(8000)], age: 1 }),
  service('far', { namespace: 'other', age: 2 }),
];
const ROUTES: readonly RouteSet[] = [
  ['old', 'default', 'server.default.svc.cluster.local', []],
  ['new', 'default', 'server.default.svc.cluster.local', []],
  ['wild', 'default', '*.default.svc.cluster.local', []],
  ['hidden', 'other', 'far.other.svc.cluster.local', ['.']],
  ['outside', 'default', 'ext.example.com', []],
  ['nowhere', 'default', 'nowhere.example.com', []],
  ['short', 'other', 'server.other.svc.cluster.local', []],
  ['wild-ext', 'default', '*.wild.com', []],
].map(([name, namespace, host, exportTo], age) => {
  const rule = ruleTo(
    name as string,
    [httpMatch({ uri: prefix(`/${name}`) })],
    name === 'nowhere' ? 'not-there' : 'server',
  );
  return routeSet(host as string, [rule], { name, namespace, exportTo, age } as Partial<RouteSet>);
});
const RESOLVER = new MeshResolver(mesh({ services: SERVICES, routeSets: ROUTES.toReversed() }));

// Reference section 2.2; istiogen check `hosts`.
const OUTCOMES: readonly (readonly [string, string, number, readonly string[] | string])[] = [
  ['the oldest VirtualService wins', 'server', 80, ['old']],
  ['an exact host beats a wildcard on every port', 'server', 81, ['old']],
  ['a wildcard serves the other services it covers', 'client', 8000, ['wild']],
  ['a wildcard over services is no virtual host', 'nobody.default.svc.cluster.local', 80, 'passthrough'],
  ['exportTo hides routes, not the service', 'far.other', 80, ['default']],
  ['a host that is no service is known on port 80', 'ext.example.com', 80, ['outside']],
  ['and on no other', 'ext.example.com', 8000, 'passthrough'],
  ['a wildcard over no service is a virtual host', 'a.wild.com', 80, ['wild-ext']],
  ['but not for its suffix alone', 'wild.com', 80, 'passthrough'],
  ['the full name', 'server.default.svc.cluster.local', 80, ['old']],
  ['the full name with its dot', 'server.default.svc.cluster.local.', 80, ['old']],
  ['in capitals', 'SERVER', 80, ['old']],
  ['its address', '10.96.0.5', 80, ['old']],
  ['its address of the sixth version', '[fd00::5]', 80, ['old']],
  ['the address of nobody', '10.96.0.6', 80, 'passthrough'],
  ['name and namespace', 'server.default', 80, ['old']],
  ['name, namespace and svc', 'server.default.svc', 80, ['old']],
  ['the bare name of another namespace is unknown', 'far', 80, 'passthrough'],
  ['a port that the service does not have', 'client', 80, 'no-listener'],
  ['an unknown host', 'unknown.example.com', 443, 'passthrough'],
  ['a hostile host', '__proto__', 80, 'passthrough'],
  ['an empty host', '', 80, 'passthrough'],
];

test.each(OUTCOMES)('host, %s: %s:%i', (_, host, number, expected) => {
  const outcome = RESOLVER.host(CLIENT, host, number);
  expect(outcome.kind === 'routes' ? namesOf(outcome) : outcome.kind).toEqual(expected);
});

test('the domain that matched is told', () => {
  expect(routesOf(RESOLVER.host(CLIENT, 'server', 80)).domain).toBe('server');
  expect(routesOf(RESOLVER.host(CLIENT, 'a.wild.com', 80)).domain).toBe('*.wild.com');
  // An undeclared port has a listener of its own, which does not look at the host (section 1.2).
  expect(routesOf(RESOLVER.host(CLIENT, 'server', 83)).domain).toBe('*');
});

test('a destination that does not exist has no cluster: 503 NC', () => {
  const [to] = forwardOf(RESOLVER.host(CLIENT, 'nowhere.example.com', 80)).destinations;
  expect(RESOLVER.cluster(CLIENT, to!.cluster)).toBeNull();
});

test('without a VirtualService everything goes to the service, without timeout', () => {
  const host = RESOLVER.host(workload('x', { namespace: 'other' }), 'far', 80);
  expect(sharesOf(new MeshResolver(mesh({ services: SERVICES })).host(CLIENT, 'far.other', 80))).toEqual({
    'outbound|80||far.other.svc.cluster.local': 1,
  });
  expect(namesOf(host)).toEqual(['hidden']); // its own namespace sees the private VirtualService
});

// `destination.port` left out: istiod's routes of a port know each service by that port alone.
// Source: Istio 1.31, core/httproute.go, BuildSidecarOutboundVirtualHosts; recorded in validation/istiod/virtual-service-hosts.
const PORTS: readonly (readonly [string, readonly number[], number, number, boolean])[] = [
  ['the port that was called', [80, 9080], 80, 80, true],
  ['which may not exist there', [9080, 9090], 80, 80, false],
  ['even where there is only one', [9080], 80, 80, false],
];

test.each(PORTS)('destination port, %s', (_, ports, called, expected, exists) => {
  const services = [service('server', { ports: ports.map((number) => port(number)) }), service('front', { age: 1 })];
  const resolver = new MeshResolver(mesh({ services, routeSets: [routeSet('front', [ruleTo('r')])] }));
  const [to] = forwardOf(resolver.host(CLIENT, 'front', called)).destinations;
  expect(to!.cluster.port).toBe(expected);
  expect(resolver.cluster(CLIENT, to!.cluster) !== null).toBe(exists);
});

test('a caller outside the mesh passes through, and is refused where nobody listens', () => {
  const outside = workload('outside', { proxy: null });
  expect(RESOLVER.host(outside, 'server', 80)).toEqual({ kind: 'passthrough', service: SERVICES[0], isHttp: false });
  expect(RESOLVER.host(outside, 'server', 8080)).toEqual({ kind: 'no-listener' });
});

// Reference section 0.2: PILOT_SIDECAR_PICK_BEST_SERVICE_NAMESPACE.
test.each([
  { minor: 29, namespace: 'a' },
  { minor: 30, namespace: 'b' },
])('Istio 1.$minor takes a host of two namespaces from $namespace', ({ minor, namespace }) => {
  const services = ['b', 'a'].map((owner, age) => externalService('api.example.com', { namespace: owner, age }));
  const resolver = new MeshResolver(mesh({ services, settings: { istioVersion: [1, minor] } }));
  expect(resolver.service('default', 'api.example.com')?.namespace).toBe(namespace);
});

// Istio 1.31, pilot/pkg/model/sidecar.go, selectServices; recorded in validation/istiod/external-conflicts.
test('of a host in several namespaces proxies take that of their own', () => {
  const services = [
    service('web', { namespace: 'b' }),
    externalService('web.b.svc.cluster.local', { namespace: 'default', age: 1 }),
    externalService('hidden.example.com', { namespace: 'default', exportTo: ['b'] }),
    externalService('hidden.example.com', { namespace: 'b', age: 1 }),
    externalService('twice.example.com', { namespace: 'default', resolution: 'dns' }),
    externalService('twice.example.com', { namespace: 'default', age: 1, exportTo: ['.'], resolution: 'static' }),
  ];
  const resolver = new MeshResolver(mesh({ services }));
  const ownerOf = (host: string) => {
    const answer = resolver.host(CLIENT, host, 80);
    return answer.kind === 'routes' ? answer.service!.namespace : null;
  };
  expect(ownerOf('web.b.svc.cluster.local')).toBe('default');
  expect(ownerOf('hidden.example.com')).toBe('b');
  expect(resolver.service('default', 'twice.example.com')?.resolution).toBe('static'); // by name before by all
  expect(resolver.service('b', 'web.b.svc.cluster.local')).toBe(services[0]);
});

// Istio 1.31, pilot/pkg/model/sidecar.go, collectImportedServices.
test('a destination of the own namespace has a cluster, even if it is exported to others alone', () => {
  const services = [service('server'), service('away', { exportTo: ['other'], age: 1 })];
  const resolver = new MeshResolver(mesh({ services, routeSets: [routeSet('server', [ruleTo('r', [], 'away')])] }));
  const [to] = forwardOf(resolver.host(CLIENT, 'server', 80)).destinations;
  expect(resolver.cluster(CLIENT, to!.cluster)).not.toBeNull();
  expect(resolver.host(CLIENT, 'away', 80).kind).toBe('passthrough');
  const unnamed = new MeshResolver(mesh({ services }));
  expect(unnamed.cluster(CLIENT, { host: services[1]!.host, port: 80, subset: null } as never)).toBeNull();
});

// DNS as a pod sees it; section 2.2.
const NAMES: readonly (readonly [string, string, string | null])[] = [
  ['default', 'server', 'server.default.svc.cluster.local'],
  ['other', 'server', null],
  ['other', 'server.default', 'server.default.svc.cluster.local'],
  ['other', 'server.default.svc.cluster.local.', 'server.default.svc.cluster.local'],
  ['other', 'server.', null],
  ['other', 'pod-0.db.default', 'db.default.svc.cluster.local'],
  ['other', 'pod-0.server.default', null],
  ['other', 'a.example.com', 'a.example.com'],
  ['other', 'b.example.com', '*.example.com'],
  ['other', 'example.com', null],
];

test.each(NAMES)('in namespace %s, %s is %s', (namespace, host, expected) => {
  const hosts = [externalService('a.example.com'), externalService('*.example.com')];
  const services = [...SERVICES, service('db', { headless: true }), ...hosts];
  const resolver = new MeshResolver(mesh({ services }));
  expect(resolver.service(namespace, host)?.host ?? null).toBe(expected);
});

// Recorded in validation/istiod/virtual-service-hosts.
test('a host that is no service on the port has the routes of the service that its VirtualService is for', () => {
  const services = [service('multi', { ports: [port(80), port(81)] }), service('other', { ports: [port(90)], age: 1 })];
  const hosts = ['multi.default.svc.cluster.local', 'ext.example.com', 'other.default.svc.cluster.local'];
  const routeSets = [routeSet('multi', [ruleTo('r')], { hosts })];
  const resolver = new MeshResolver(mesh({ services, routeSets }));
  expect(namesOf(resolver.host(CLIENT, 'ext.example.com', 81))).toEqual(['r']);
  expect(namesOf(resolver.host(CLIENT, 'other.default.svc.cluster.local', 80))).toEqual(['r']);
  expect(resolver.host(CLIENT, 'ext.example.com', 82).kind).toBe('passthrough');
});

// Istio 1.31, pilot/pkg/model/sidecar.go, SelectVirtualServices; recorded in validation/istiod/virtual-service-precedence.
test('a VirtualService for its own namespace alone, or for named ones, comes before everybody’s older ones', () => {
  const routeSets = [['*'], ['default'], ['.']].map((exportTo, age) =>
    routeSet('server', [ruleTo(exportTo[0]!)], { exportTo, age, namespace: age === 1 ? 'other' : 'default' }),
  );
  const [everybodys, named, own] = routeSets;
  const first = (sets: typeof routeSets) =>
    namesOf(new MeshResolver(mesh({ services: SERVICES, routeSets: sets })).host(CLIENT, 'server', 80));
  expect(first([everybodys!, named!, own!])).toEqual(['.']);
  expect(first([everybodys!, named!])).toEqual(['default']);
});
