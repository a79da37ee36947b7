import { expect, test } from 'vitest';
import {
  type DestinationRule,
  explainHost,
  explainRequest,
  GATEWAY_NAME_LABEL,
  type HttpRoute,
  MeshResolver,
  type RouteSet,
  renderExplainedHost,
  renderExplainedRequest,
  type Service,
} from '../../src/mesh/index.js';
import {
  destinationRule,
  httpRoute,
  httpMatch as match,
  mesh,
  origin,
  policy,
  pool,
  port,
  routeSet,
  ruleTo,
  service,
  subset,
  tcpRoute,
  workload,
} from '../support/mesh.js';
import { forwardOf, namesOf, sharesOf } from '../support/resolved.js';

// Source: Istio 1.31, pilot/pkg/networking/core/listener_waypoint.go and cluster_waypoint.go.

const WAYPOINT = workload('w', { namespace: 'infra', role: 'waypoint', labels: { [GATEWAY_NAME_LABEL]: 'w' } });
const BOUND = { waypoint: { origin: origin('Service'), namespace: 'infra', name: 'w', forIngress: false } };
const SERVER = service('server', BOUND);

function resolved(parts: { sets?: RouteSet[]; rules?: DestinationRule[]; services?: Service[] }) {
  const { sets = [], rules = [], services = [SERVER] } = parts;
  const workloads = [WAYPOINT, workload('server', { proxy: null, ambient: true })];
  return new MeshResolver(mesh({ services, workloads, routeSets: sets, destinationRules: rules }));
}

const host = (sets: RouteSet[], services = [SERVER]) => resolved({ sets, services }).host(WAYPOINT, SERVER.host, 80);
const named = (name: string, parts: Partial<HttpRoute> = {}) => httpRoute({ name, ...parts });
const exact = (value: string) => ({ uri: { kind: 'exact', value } }) as const;
const PATH_A = match(exact('/a'));

test.each([
  { what: 'nothing written', sets: [], rules: ['default'] },
  { what: 'a rule', sets: [routeSet('server', [named('one')])], rules: ['one'] },
  {
    what: 'a match on labels of the caller',
    sets: [
      routeSet('server', [named('labelled', { matches: [match({ sourceLabels: { app: 'a' } })] }), named('rest')]),
    ],
    rules: ['rest'],
  },
  {
    what: 'one of two matches on labels of the caller',
    sets: [routeSet('server', [named('half', { matches: [match({ sourceLabels: { app: 'a' } }), PATH_A] })])],
    rules: ['half'],
  },
  {
    what: 'labels of the caller beside gateways',
    sets: [
      routeSet('server', [
        named('labelled', { matches: [match({ sourceLabels: { app: 'a' }, gateways: ['mesh'] })] }),
        named('rest'),
      ]),
    ],
    rules: ['rest'],
  },
  {
    what: 'nothing but a match on labels of the caller',
    sets: [routeSet('server', [named('labelled', { matches: [match({ sourceLabels: { app: 'a' } })] })])],
    rules: ['default'],
  },
  {
    what: 'two VirtualServices add up, the older first',
    sets: [
      routeSet('server', [named('young')], { name: 'y', age: 2 }),
      routeSet('server', [named('old', { matches: [PATH_A] })], { name: 'o', age: 1 }),
    ],
    rules: ['old', 'young'],
  },
  {
    what: 'a catch-all of the older ends it',
    sets: [
      routeSet('server', [named('old')], { name: 'o', age: 1 }),
      routeSet('server', [named('young')], { name: 'y', age: 2 }),
    ],
    rules: ['old'],
  },
  {
    what: 'a wildcard that covers it',
    sets: [routeSet('*.default.svc.cluster.local', [named('wild')])],
    rules: ['wild'],
  },
  {
    what: "the waypoint's namespace",
    sets: [routeSet('server', [named('own')], { namespace: 'infra' })],
    rules: ['own'],
  },
  {
    what: 'a third namespace',
    sets: [routeSet('server', [named('other')], { namespace: 'apps' })],
    rules: ['default'],
  },
  {
    what: 'only for a gateway',
    sets: [routeSet('server', [named('edge')], { gateways: ['default/g'] })],
    rules: ['default'],
  },
])('routes of a waypoint: $what', ({ sets, rules }) => {
  expect(namesOf(host(sets))).toEqual(rules);
});

test('without a VirtualService it retries twice, as a sidecar does', () => {
  expect(forwardOf(host([])).retry).toMatchObject({ attempts: 2, on: expect.arrayContaining(['connect-failure']) });
});

test.each([
  { what: 'nothing written', sets: [], shares: { 'outbound|80||server.default.svc.cluster.local': 1 } },
  {
    what: 'a route',
    sets: [routeSet('server', [], { tcp: [tcpRoute('other')] })],
    shares: { 'outbound|80||other.default.svc.cluster.local': 1 },
  },
  {
    what: 'a route for labels of the caller',
    sets: [
      routeSet('server', [], {
        tcp: [tcpRoute('other', { sourceLabels: { app: 'a' } })],
      }),
    ],
    shares: { 'outbound|80||server.default.svc.cluster.local': 1 },
  },
])('a TCP port is routed by connection: $what', ({ sets, shares }) => {
  const tcp = service('server', { ...BOUND, ports: [port(80, { protocol: 'tcp' })] });
  expect(sharesOf(host(sets, [tcp]))).toEqual(shares);
});

const ref = (name: string | null, to = SERVER) => ({ service: to, host: to.host, port: 80, subset: name });
const LIMITED = policy({ connectionPool: pool({ http2MaxRequests: 5 }) });
const RULE = destinationRule('server', { policy: LIMITED, subsets: [subset('v1')] });

// pilot/pkg/networking/core/listener_waypoint.go, getWaypointDestinationCluster.
test.each([
  { to: 'its only port', ports: [port(8000)], number: 8000 },
  { to: 'the port that was called, of two', ports: [port(80), port(81)], number: 80 },
])('a rule without a port sends to $to', ({ ports, number }) => {
  const other = service('other', { ...BOUND, ports });
  const sent = forwardOf(host([routeSet('server', [ruleTo('rule', [], 'other')])], [SERVER, other]));
  expect(sent.destinations[0]!.cluster.port).toBe(number);
});

test('connections to a port that declares HTTP are taken for HTTP', () => {
  expect(resolved({}).connection(WAYPOINT, SERVER.host, 80).kind).toBe('routes');
});

// pilot/pkg/networking/core/cluster_waypoint.go, buildWaypointInboundVIP.
test("what the mesh asks for by default holds for others' clusters alone", () => {
  const other = service('other');
  const parts = mesh({ services: [SERVER, other], workloads: [WAYPOINT] });
  const settings = { ...parts.settings, connectionPool: pool({ http2MaxRequests: 7 }) };
  const resolver = new MeshResolver({ ...parts, settings });
  const limitOf = (to: Service) => resolver.cluster(WAYPOINT, ref(null, to))!.limits.maxRequests;
  expect([limitOf(SERVER), limitOf(other)]).toEqual([Infinity, 7]);
});

test("clusters of its own services stand behind their addresses, others' are outbound", () => {
  const other = service('other');
  const resolver = resolved({ services: [SERVER, other], rules: [RULE] });
  const name = (subsetName: string | null, to = SERVER) =>
    resolver.cluster(WAYPOINT, ref(subsetName, to))?.name ?? null;
  expect(name(null)).toBe('inbound-vip|80|http|server.default.svc.cluster.local');
  expect(name('v1')).toBe('inbound-vip|80|http/v1|server.default.svc.cluster.local');
  expect(name('v2')).toBe(null);
  expect(name(null, other)).toBe('outbound|80||other.default.svc.cluster.local');
});

test('a DestinationRule holds, but for one with a workload selector', () => {
  const limitOf = (rules: DestinationRule[]) => resolved({ rules }).cluster(WAYPOINT, ref(null))!.limits.maxRequests;
  expect(limitOf([RULE])).toBe(5);
  expect(limitOf([{ ...RULE, namespace: 'infra', workloadSelector: WAYPOINT.labels }])).toBe(Infinity);
});

test('explain shows the way over the waypoint, and what it does there', () => {
  const client = workload('client', { proxy: null, ambient: true });
  const parts = mesh({
    services: [SERVER],
    workloads: [WAYPOINT, client, workload('server', { proxy: null, ambient: true })],
  });
  const explained = explainHost(new MeshResolver(parts), parts, client, 'server', 80);
  expect(explained).toMatchObject({ callerKind: 'ambient', waypoint: { name: 'infra/w', replicas: 1 } });
  expect(explained.clusters.map(({ name }) => name)).toEqual(['inbound-vip|80|http|server.default.svc.cluster.local']);
  expect(renderExplainedHost(explained)).toContain('the waypoint infra/w');
  const { waypoint: _, ...bare } = SERVER;
  const straight = mesh({ services: [bare], workloads: [client, workload('server', { proxy: null, ambient: true })] });
  expect(explainHost(new MeshResolver(straight), straight, client, 'server', 80)).toMatchObject({
    callerKind: 'ambient',
    outcome: { kind: 'passthrough' },
  });
});

test("explain request prints the waypoint's clusters that the request reaches", () => {
  const client = workload('client', { proxy: null, ambient: true });
  const parts = mesh({
    services: [SERVER, service('other')],
    workloads: [WAYPOINT, client, workload('server', { proxy: null, ambient: true })],
    routeSets: [routeSet('server', [ruleTo('own', [PATH_A]), ruleTo('away', [], 'other')])],
  });
  const text = (path: string) => {
    const asked = { method: 'GET', scheme: 'http', host: 'server', port: 80, path } as const;
    const request = { ...asked, headers: {}, token: null, sourceIp: null };
    return renderExplainedRequest(explainRequest(new MeshResolver(parts), parts, client, request));
  };
  expect(text('/a').match(/^cluster .*\.local/gm)).toEqual([
    'cluster inbound-vip|80|http|server.default.svc.cluster.local',
  ]);
  expect(text('/b').match(/^cluster .*\.local/gm)).toEqual(['cluster outbound|80||other.default.svc.cluster.local']);
});

test('explain request says whether the waypoint lets the request in', () => {
  const client = workload('client', { proxy: null, ambient: true });
  const targets = [{ origin: origin('AuthorizationPolicy'), kind: 'Service', name: 'server' } as const];
  const text = (method: string) => {
    const asks = { origin: origin(), attribute: 'request.method', names: [], values: [method], notValues: [] } as const;
    const rule = { origin: origin(), from: [], to: [[asks]], when: [] };
    const scope = { origin: origin('AuthorizationPolicy'), name: 'p', namespace: 'default', selector: null, age: 0 };
    const allow = { ...scope, targets, action: 'allow', provider: null, dryRun: false, rules: [rule] } as const;
    const parts = { ...mesh({ services: [SERVER], workloads: [WAYPOINT, client] }), authorizationPolicies: [allow] };
    const asked = { method: 'GET', scheme: 'http', host: 'server', port: 80, path: '/' } as const;
    const request = { ...asked, headers: {}, token: null, sourceIp: null };
    return renderExplainedRequest(explainRequest(new MeshResolver(parts), parts, client, request));
  };
  expect(text('GET')).toMatch(/at the waypoint\n.*allow/s);
  expect(text('POST')).toMatch(/at the waypoint\n.*403/s);
});
