import { expect, test } from 'vitest';
import { MeshResolver, type RouteSet } from '../../src/mesh/index.js';
import {
  destination,
  exact,
  gateway,
  gatewayWorkload,
  httpMatch,
  httpRoute,
  mesh,
  port,
  prefix,
  routeSet,
  ruleTo,
  server,
  service,
  tcpRoute,
  workload,
} from '../support/mesh.js';
import { namesOf, routesOf, rulesOf, sharesOf } from '../support/resolved.js';

const GATEWAY = gatewayWorkload();
const INGRESS = service('istio-ingressgateway', {
  namespace: 'istio-system',
  selector: { istio: 'ingressgateway' },
  ports: [port(80, { targetPort: 8080 }), port(443, { targetPort: 8443 }), port(8081)],
});
const TLS = { mode: 'SIMPLE', httpsRedirect: false };
const bound = (host: string, name: string, rules: RouteSet['http'], parts: Partial<RouteSet> = {}) =>
  routeSet(host, rules, { name, gateways: ['default/gw'], ...parts });

// The mesh of istiogen's check `gateway`, in order of creation.
const ROUTE_SETS: readonly RouteSet[] = [
  bound('a.com', 'one', [ruleTo('/one', [httpMatch({ uri: prefix('/one') })]), ruleTo('all-one')]),
  bound('a.com', 'two', [
    ruleTo('/two', [httpMatch({ uri: prefix('/two') })]),
    ruleTo('all-two', [httpMatch({ uri: prefix('/') })]),
  ]),
  bound(
    'b.com',
    'b-and-mesh',
    [
      ruleTo('both', [
        httpMatch({ gateways: ['default/gw'], uri: prefix('/gwonly') }),
        httpMatch({ gateways: ['mesh'], uri: prefix('/meshonly') }),
      ]),
    ],
    { hosts: ['b.com', 'server.default.svc.cluster.local'], gateways: ['default/gw', 'mesh'] },
  ),
  bound('z.com', 'unrelated', [ruleTo('z')]),
  bound('x.w.com', 'wild', [ruleTo('w')]),
  bound('a.com', 'hidden', [ruleTo('hidden')], { namespace: 'other', exportTo: ['.'] }),
].map((set, age) => ({ ...set, age }));
const PARTS = {
  services: [service('server', { ports: [port(80), port(84)] }), INGRESS],
  workloads: [GATEWAY],
  routeSets: ROUTE_SETS.toReversed(),
};
const RESOLVER = new MeshResolver(
  mesh({
    ...PARTS,
    gateways: [
      gateway('gw', [
        server(80, ['a.com', 'b.com', '*.w.com']),
        server(8081, ['*'], { tls: { mode: 'PASSTHROUGH', httpsRedirect: true } }),
        server(443, ['a.com'], { protocol: 'https', tls: TLS }),
      ]),
      gateway('gw2', [server(80, ['a.com', 'c.com'])], { namespace: 'other', age: 1 }),
    ],
  }),
);

// Reference section 1.6; istiogen check `gateway`.
const OUTCOMES: readonly (readonly [string, string, number, readonly string[] | string])[] = [
  ['merged, the catch-alls last, the oldest first', 'a.com', 80, ['/one', '/two', 'all-one', 'all-two']],
  ['the port of the pods is the same', 'a.com', 8080, ['/one', '/two', 'all-one', 'all-two']],
  ['the rule for the gateway alone', 'b.com', 80, ['both']],
  ['a wildcard server and an exact host', 'x.w.com', 80, ['w']],
  ['a host that no VirtualService has', 'y.w.com', 80, 'no-route'],
  ['a host of a Gateway without VirtualServices', 'c.com', 80, 'no-route'],
  ['a host that the server does not have', 'z.com', 80, 'no-route'],
  ['a server for every host', 'z.com', 8081, ['z']],
  ['HTTPS', 'a.com', 443, ['/one', '/two', 'all-one', 'all-two']],
  ['HTTPS, a host without certificate', 'b.com', 443, 'no-chain'],
  ['a port without server', 'a.com', 15021, 'no-listener'],
];

test.each(OUTCOMES)('gateway, %s: %s:%i', (_, host, number, expected) => {
  const outcome = RESOLVER.host(GATEWAY, host, number);
  expect(outcome.kind === 'routes' ? namesOf(outcome) : outcome.kind).toEqual(expected);
});

test('matches keep what is for the gateway; the sidecar keeps the other half', () => {
  const uris = (host: ReturnType<typeof rulesOf>) => host[0]!.matches.map((match) => match.uri);
  expect(uris(rulesOf(RESOLVER.host(GATEWAY, 'b.com', 80)))).toEqual([prefix('/gwonly')]);
  expect(uris(rulesOf(RESOLVER.host(workload('client'), 'server', 80)))).toEqual([prefix('/meshonly')]);
});

test('httpsRedirect holds for every host of the server, also without a VirtualService', () => {
  expect(routesOf(RESOLVER.host(GATEWAY, 'a.com', 8081)).httpsRedirect).toBe(true);
  expect(RESOLVER.host(GATEWAY, 'unknown.com', 8081)).toMatchObject({ domain: '*', httpsRedirect: true, rules: [] });
  expect(routesOf(RESOLVER.host(GATEWAY, 'a.com', 80)).httpsRedirect).toBe(false);
});

test('only the alternative that takes everything moves to the end', () => {
  const first = ruleTo('first', [httpMatch({ uri: exact('/a') }), httpMatch({ uri: prefix('/') })]);
  const second = ruleTo('second', [httpMatch({ uri: exact('/b') })]);
  const routeSets = [bound('a.com', 'x', [first]), bound('a.com', 'y', [second], { age: 1 })];
  const gateways = [gateway('gw', [server(80, ['a.com'])])];
  const rules = rulesOf(new MeshResolver(mesh({ ...PARTS, routeSets, gateways })).host(GATEWAY, 'a.com', 80));
  expect(rules.map((rule) => [rule.name, rule.matches[0]?.uri])).toEqual([
    ['first', exact('/a')],
    ['second', exact('/b')],
    ['first', prefix('/')],
  ]);
});

// A Gateway's port is the Service's where it has it, else the pods' own: both servers share the listener 8080.
test('servers 80 and 8080 are both reached on port 80', () => {
  const gateways = [gateway('gw', [server(80, ['a.com']), server(8080, ['b.com'])])];
  const routeSets = [bound('a.com', 'a', [ruleTo('a')]), bound('b.com', 'b', [ruleTo('b')])];
  const resolver = new MeshResolver(mesh({ ...PARTS, routeSets, gateways }));
  expect(namesOf(resolver.host(GATEWAY, 'a.com', 80))).toEqual(['a']);
  expect(namesOf(resolver.host(GATEWAY, 'b.com', 80))).toEqual(['b']);
  expect(resolver.gatewayListeners(GATEWAY).map((listener) => listener.port)).toEqual([8080]);
});

// Reference section 1.6: domains are the intersection of the hosts; `./` and names limit whose VirtualServices count.
const INTERSECTIONS: readonly (readonly [string, string, string, string | null])[] = [
  ['*', 'a.com', 'a.com', 'a.com'],
  ['a.com', '*', 'a.com', 'a.com'],
  ['*.com', '*.a.com', 'x.a.com', '*.a.com'],
  ['*', '*', 'any.org', '*'],
  ['a.com', 'b.com', 'a.com', null],
  ['./a.com', 'a.com', 'a.com', 'a.com'],
  ['other/a.com', 'a.com', 'a.com', null],
  ['default/a.com', 'a.com', 'a.com', 'a.com'],
];

test.each(INTERSECTIONS)(
  'a server for %s and a VirtualService for %s: %s is in %s',
  (served, written, host, domain) => {
    const parts = {
      ...PARTS,
      routeSets: [bound(written, 'x', [ruleTo('x')])],
      gateways: [gateway('gw', [server(80, [served])])],
    };
    const outcome = new MeshResolver(mesh(parts)).host(GATEWAY, host, 80);
    if (domain === null) expect(outcome.kind).toBe('no-route');
    else expect(routesOf(outcome).domain).toBe(domain);
  },
);

test('a Gateway whose selector does not fit is not the gateway’s', () => {
  const gateways = [gateway('gw', [server(80, ['a.com'])], { selector: { istio: 'other' } })];
  expect(new MeshResolver(mesh({ ...PARTS, gateways })).host(GATEWAY, 'a.com', 80).kind).toBe('no-listener');
});

test('TCP takes any host, TLS that passes through goes by its name', () => {
  const tcp = { protocol: 'tcp' } as const;
  const tls = { protocol: 'tls', tls: { mode: 'PASSTHROUGH', httpsRedirect: false } } as const;
  const gateways = [gateway('gw', [server(3306, ['*'], tcp), server(9443, ['a.com'], tls)])];
  const set = bound('*', 'x', [], {
    tcp: [tcpRoute('server', { port: 3306 }), tcpRoute('server', { port: 9443, sniHosts: ['a.com'] })],
  });
  const resolver = new MeshResolver(mesh({ ...PARTS, routeSets: [set], gateways }));
  expect(sharesOf(resolver.host(GATEWAY, 'whoever', 3306))).toEqual({
    'outbound|3306||server.default.svc.cluster.local': 1,
  });
  expect(resolver.host(GATEWAY, 'a.com', 9443).kind).toBe('tcp');
  expect(resolver.host(GATEWAY, 'b.com', 9443).kind).toBe('no-chain');
});

test('a gateway keeps a destination’s own port, and knows services whatever Sidecars say', () => {
  const to = httpRoute({ action: { kind: 'forward', destinations: [destination('server', { port: 84 })] } });
  const gateways = [gateway('gw', [server(80, ['a.com'])])];
  const resolver = new MeshResolver(mesh({ ...PARTS, routeSets: [bound('a.com', 'x', [to])], gateways }));
  expect(sharesOf(resolver.host(GATEWAY, 'a.com', 80))).toEqual({ 'outbound|84||server.default.svc.cluster.local': 1 });
});
