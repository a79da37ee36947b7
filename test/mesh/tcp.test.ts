import { expect, test } from 'vitest';
import { MeshResolver } from '../../src/mesh/index.js';
import {
  destination,
  externalService,
  mesh,
  port,
  routeSet,
  ruleTo,
  service,
  tcpRoute,
  workload,
} from '../support/mesh.js';
import { namesOf, routesOf, sharesOf } from '../support/resolved.js';

const CLIENT = workload('client');
const tcpPort = port(3306, { protocol: 'tcp' });

// Reference section 1.2: the address chooses the listener.
test('a TCP port goes to its service, headless or not', () => {
  const services = [service('db', { ports: [tcpPort] }), service('set', { ports: [tcpPort], headless: true })];
  const resolver = new MeshResolver(mesh({ services }));
  const itself = { 'outbound|3306||db.default.svc.cluster.local': 1 };
  expect(sharesOf(resolver.host(CLIENT, 'db', 3306))).toEqual(itself);
  expect(resolver.host(CLIENT, 'pod-0.set', 3306)).toMatchObject({ kind: 'tcp', service: { name: 'set' } });
});

test('TCP routes split connections by weight; HTTP rules do not concern them', () => {
  const destinations = [destination('db', { weight: 75 }), destination('old', { weight: 25 })];
  const routeSets = [routeSet('db', [ruleTo('http')], { tcp: [tcpRoute('db', { destinations })] })];
  const services = [service('db', { ports: [tcpPort] }), service('old', { ports: [tcpPort] })];
  expect(sharesOf(new MeshResolver(mesh({ services, routeSets })).host(CLIENT, 'db', 3306))).toEqual({
    'outbound|3306||db.default.svc.cluster.local': 0.75,
    'outbound|3306||old.default.svc.cluster.local': 0.25,
  });
});

test.each([
  { asks: { port: 3307 }, taken: false },
  { asks: { sourceLabels: { app: 'nobody' } }, taken: false },
  { asks: { sourceLabels: { app: 'client' } }, taken: true },
  { asks: { gateways: ['default/gw'] }, taken: false },
  { asks: { sniHosts: ['db'] }, taken: false }, // plain TCP has no server name
])('a TCP route that asks for $asks is taken: $taken', ({ asks, taken }) => {
  const routeSets = [routeSet('db', [], { tcp: [tcpRoute('old', asks)] })];
  const services = [service('db', { ports: [tcpPort] }), service('old', { ports: [tcpPort] })];
  const [cluster] = Object.keys(sharesOf(new MeshResolver(mesh({ services, routeSets })).host(CLIENT, 'db', 3306)));
  expect(cluster).toContain(taken ? 'old' : 'db');
});

// Reference section 4.1; istiogen check `se`.
const ENTRIES = [
  externalService('static.example.com'),
  externalService('*.dyn.example.com', { resolution: 'dynamic-dns' }),
  externalService('tcp.example.com', { ports: [tcpPort] }),
  externalService('tls.example.com', { ports: [port(443, { protocol: 'tls' })] }),
  externalService('private.example.com', { namespace: 'other', exportTo: ['.'] }),
];

test('ServiceEntries are called like services', () => {
  const routeSets = [routeSet('static.example.com', [ruleTo('vs')])];
  const resolver = new MeshResolver(mesh({ services: ENTRIES, routeSets }));
  expect(namesOf(resolver.host(CLIENT, 'static.example.com', 80))).toEqual(['vs']);
  expect(routesOf(resolver.host(CLIENT, 'a.dyn.example.com', 80))).toMatchObject({
    domain: '*.dyn.example.com',
    service: { host: '*.dyn.example.com' },
  });
  expect(resolver.host(CLIENT, 'tcp.example.com', 3306).kind).toBe('tcp');
  expect(resolver.host(CLIENT, 'tls.example.com', 443).kind).toBe('tcp');
  expect(resolver.host(CLIENT, 'private.example.com', 80)).toMatchObject({ kind: 'passthrough' });
  expect(resolver.host(CLIENT, 'static.example.com', 8080).kind).toBe('passthrough');
});

test('TLS is told apart by its server name', () => {
  const tcp = [tcpRoute('tcp.example.com', { sniHosts: ['tls.example.com'] }), tcpRoute('static.example.com')];
  const routeSets = [routeSet('tls.example.com', [], { tcp })];
  const resolver = new MeshResolver(mesh({ services: ENTRIES, routeSets }));
  expect(Object.keys(sharesOf(resolver.host(CLIENT, 'tls.example.com', 443)))[0]).toContain('tcp.example.com');
});

// Istio 1.31, pilot/pkg/networking/core/tls.go; recorded in validation/istiod/tls-routes-of-some.
test('routes of tls for another server name leave a host without a filter chain', () => {
  const tcp = [tcpRoute('tcp.example.com', { sniHosts: ['other.example.com'] })];
  const routeSets = [{ ...routeSet('tls.example.com', [], { tcp }), hosts: ['tls.example.com', 'other.example.com'] }];
  const resolver = new MeshResolver(mesh({ services: ENTRIES, routeSets }));
  expect(resolver.host(CLIENT, 'tls.example.com', 443).kind).toBe('passthrough');
  const elsewhere = tcp.map((route) => ({ ...route, port: 444 }));
  const kept = new MeshResolver(mesh({ services: ENTRIES, routeSets: [{ ...routeSets[0]!, tcp: elsewhere }] }));
  expect(kept.host(CLIENT, 'tls.example.com', 443).kind).toBe('tcp');
});

// The same; recorded in validation/istiod/tls-by-name.
test('without addresses the server name alone tells: a wildcard takes hosts of other services, a route hosts of nobody', () => {
  const tls = { ports: [port(443, { protocol: 'tls' })], listensAnywhere: true } as const;
  const services = [
    externalService('*.wild.com', tls),
    externalService('a.wild.com', { ports: [port(80)], age: 1 }),
    externalService('routed.com', { ...tls, age: 2 }),
  ];
  const tcp = [tcpRoute('a.wild.com', { sniHosts: ['nobody.com'] })];
  const routeSets = [{ ...routeSet('routed.com', [], { tcp }), hosts: ['routed.com', 'nobody.com'] }];
  const resolver = new MeshResolver(mesh({ services, routeSets }));
  expect(Object.keys(sharesOf(resolver.connection(CLIENT, 'a.wild.com', 443)))).toEqual(['outbound|443||*.wild.com']);
  expect(Object.keys(sharesOf(resolver.connection(CLIENT, 'nobody.com', 443)))[0]).toContain('a.wild.com');
  expect(resolver.connection(CLIENT, 'routed.com', 443).kind).toBe('passthrough');
});

test('a port that declares nothing keeps the rules of its service', () => {
  const services = [service('any', { ports: [port(83, { protocol: 'auto' })] })];
  const resolver = new MeshResolver(mesh({ services, routeSets: [routeSet('any', [ruleTo('vs', [], 'any')])] }));
  expect(namesOf(resolver.host(CLIENT, 'any', 83))).toEqual(['vs']);
});

test('headless HTTP services are routed, their pods by name too', () => {
  const resolver = new MeshResolver(mesh({ services: [service('set', { headless: true })] }));
  expect(routesOf(resolver.host(CLIENT, 'set', 80)).domain).toBe('set');
  expect(routesOf(resolver.host(CLIENT, 'pod-0.set.default', 80)).domain).toBe('*.set.default');
});

// Reference section 1.2: on a shared HTTP port, bytes that are not HTTP go to the listener's default chain.
test.each([
  { protocol: 'tcp', kind: 'tcp' },
  { protocol: 'auto', kind: 'tcp' },
  { protocol: 'http', kind: 'passthrough' },
] as const)('a connection that is not HTTP, to a port declared $protocol: $kind', ({ protocol, kind }) => {
  const services = [service('db', { ports: [port(3306, { protocol })] })];
  expect(new MeshResolver(mesh({ services })).connection(CLIENT, 'db', 3306)).toMatchObject({
    kind,
    service: services[0],
  });
});

test('under REGISTRY_ONLY it is closed', () => {
  const parts = { services: [service('db')], settings: { outboundTrafficPolicy: 'registry-only' } as const };
  expect(new MeshResolver(mesh(parts)).connection(CLIENT, 'db', 80)).toEqual({ kind: 'blocked', isHttp: false });
});

// Reference section 4.1; recorded in validation/istiod/service-entries-tcp.
test('a TCP port without addresses takes every connection to the port that has no listener of its own', () => {
  const entry = { ports: [port(7000, { protocol: 'tcp' })], listensAnywhere: true } as const;
  const services = [
    externalService('first.example.com', entry),
    externalService('second.example.com', { ...entry, age: 1 }),
    service('db', { ports: [port(7000, { protocol: 'tcp' })], age: 2 }),
  ];
  const resolver = new MeshResolver(mesh({ services }));
  const first = { 'outbound|7000||first.example.com': 1 };
  expect(sharesOf(resolver.connection(CLIENT, 'first.example.com', 7000))).toEqual(first);
  expect(sharesOf(resolver.connection(CLIENT, 'second.example.com', 7000))).toEqual(first);
  expect(sharesOf(resolver.connection(CLIENT, 'nobody.example.com', 7000))).toEqual(first);
  expect(sharesOf(resolver.connection(CLIENT, 'db', 7000))).toEqual({
    'outbound|7000||db.default.svc.cluster.local': 1,
  });
});

// Istio 1.31, pilot/pkg/model/service.go, nodeUsesAutoallocatedIPs: hosts outside then have addresses of their own, but for
// wildcards and resolution NONE. Istio 1.25 release notes: istiod gives them; before the proxy, if it was told to.
test.each([
  { proxy: { capturesDns: true }, toSecond: 'second' },
  { proxy: {}, toSecond: 'first' },
  { proxy: { allocatesAddresses: true }, toSecond: 'first' },
  { proxy: { capturesDns: true }, minor: 24, toSecond: 'first' },
  { proxy: { capturesDns: true, allocatesAddresses: true }, minor: 24, toSecond: 'second' },
  { proxy: { capturesDns: true }, resolution: 'none', toSecond: 'first' },
  { proxy: { capturesDns: true }, refusesAddress: true, toSecond: 'first' },
] as const)('a proxy that $proxy tells TCP to two hosts apart: $toSecond', ({ proxy, toSecond, ...more }) => {
  const {
    minor = 31,
    resolution = 'dns',
    ...refusal
  } = more as {
    readonly minor?: number;
    readonly resolution?: 'none';
    readonly refusesAddress?: true;
  };
  const entry = { ports: [port(5432, { protocol: 'tcp' })], listensAnywhere: true, resolution, ...refusal } as const;
  const services = [
    externalService('first.example.com', entry),
    externalService('second.example.com', { ...entry, age: 1 }),
  ];
  const caller = { ...CLIENT, proxy: { ...CLIENT.proxy!, ...proxy } };
  const resolver = new MeshResolver(mesh({ services, settings: { istioVersion: [1, minor] } }));
  expect(sharesOf(resolver.connection(caller, 'second.example.com', 5432))).toEqual({
    [`outbound|5432||${toSecond}.example.com`]: 1,
  });
});

// Istio 1.31, pilot/pkg/networking/core/listener.go, buildSidecarOutboundListener (HTTPOverTCP, TCPOverHTTP): the filter
// chains are merged, and the protocol is sniffed. Recorded in validation/istiod/external-conflicts.
test('where services share the port for HTTP it takes what is not HTTP', () => {
  const services = [
    externalService('raw.example.com', { ports: [port(7000, { protocol: 'tcp' })], listensAnywhere: true }),
    service('web', { ports: [port(7000, { protocol: 'http' })], age: 1 }),
  ];
  const resolver = new MeshResolver(mesh({ services }));
  const raw = { 'outbound|7000||raw.example.com': 1 };
  expect(sharesOf(resolver.connection(CLIENT, 'web', 7000))).toEqual(raw);
  expect(sharesOf(resolver.connection(CLIENT, 'nobody.example.com', 7000))).toEqual(raw);
  expect(resolver.host(CLIENT, 'web', 7000)).toMatchObject({ kind: 'routes', service: services[1] });
  expect(resolver.host(CLIENT, 'raw.example.com', 7000).kind).toBe('passthrough');
  expect(resolver.host(CLIENT, 'nobody.example.com', 7000).kind).toBe('passthrough');
});
