import { expect, test } from 'vitest';
import { type Destination, type HttpMatch, type HttpRoute, MeshResolver } from '../../src/mesh/index.js';
import {
  destination,
  destinationRule,
  exact,
  httpMatch,
  httpRoute,
  mesh,
  mirror,
  mirroring,
  port,
  prefix,
  regex,
  routeSet,
  ruleTo,
  service,
  subset,
  workload,
} from '../support/mesh.js';
import { forwardOf, namesOf, rulesOf, sharesOf } from '../support/resolved.js';

const CLIENT = workload('client');
const SERVER = service('server', { ports: [port(80), port(81)] });

function resolve(http: readonly HttpRoute[], number = 80) {
  const subsets = [subset('v1'), subset('v2')];
  const parts = { services: [SERVER], destinationRules: [destinationRule('server', { subsets })] };
  const resolver = new MeshResolver(mesh({ ...parts, routeSets: [routeSet('server', http)] }));
  return { resolver, host: resolver.host(CLIENT, 'server', number) };
}

// Reference section 2.1; istiogen check `match`: which rules the client's proxy gets, by port.
const CHECK: readonly (readonly [string, readonly Partial<HttpMatch>[]])[] = [
  ['regex', [{ uri: regex('/a.*') }]],
  ['port', [{ port: 81 }]],
  ['labels-no', [{ sourceLabels: { app: 'nobody' } }]],
  ['labels-yes', [{ uri: prefix('/yes'), sourceLabels: { app: 'client' } }]],
  ['ns-no', [{ sourceNamespace: 'other' }]],
  ['ns-yes', [{ uri: prefix('/ns'), sourceNamespace: 'default' }]],
  [
    'gw-and-labels',
    [{ uri: prefix('/gwl'), gateways: ['mesh'], sourceLabels: { app: 'nobody' }, sourceNamespace: 'other' }],
  ],
  ['gw-other', [{ uri: prefix('/gwo'), gateways: ['istio-system/gw'] }]],
  ['alt', [{ uri: exact('/p') }, { uri: exact('/q') }]],
  ['all', []],
  ['after', [{ uri: prefix('/never') }]],
];
const CHECKED = CHECK.map(([name, matches]) => ruleTo(name, matches.map(httpMatch)));

test.each([
  { number: 80, names: ['regex', 'labels-yes', 'ns-yes', 'gw-and-labels', 'alt', 'all'] },
  { number: 81, names: ['regex', 'port'] }, // a rule that asks for the port alone takes everything there
])('conditions on the caller are settled: port $number gets $names', ({ number, names }) => {
  expect(namesOf(resolve(CHECKED, number).host)).toEqual(names);
});

test('what is left of a match does not ask for the caller again', () => {
  const [, yes] = rulesOf(resolve(CHECKED).host);
  expect(yes!.matches).toEqual([httpMatch({ uri: prefix('/yes') })]);
  expect(rulesOf(resolve(CHECKED, 81).host).at(-1)!.matches).toEqual([]);
});

test('alternatives that are not for this proxy go, those after one that takes everything too', () => {
  const matches = [{ gateways: ['default/gw'] }, { uri: exact('/a') }, { uri: prefix('/') }, { uri: exact('/b') }];
  const [rule] = rulesOf(resolve([ruleTo('r', matches.map(httpMatch)), ruleTo('never')]).host);
  expect(rule!.matches.map((match) => match.uri)).toEqual([exact('/a'), prefix('/')]);
});

test('a VirtualService without a rule for this proxy leaves the default route', () => {
  expect(namesOf(resolve([ruleTo('r', [httpMatch({ sourceLabels: { app: 'nobody' } })])]).host)).toEqual(['default']);
});

// Reference section 2.4; istiogen check `weights`.
const WEIGHTS: readonly (readonly [
  string,
  readonly (readonly [string | null, number])[],
  Readonly<Record<string, number>>,
])[] = [
  ['one', [['v1', 7]], { v1: 1 }],
  ['onezero', [['v1', 0]], { v1: 1 }],
  [
    'twenty',
    [
      ['v1', 20],
      ['v2', 20],
    ],
    { v1: 0.5, v2: 0.5 },
  ],
  [
    'zero',
    [
      ['v1', 0],
      ['v2', 100],
    ],
    { v2: 1 },
  ],
  [
    'missing',
    [
      ['v1', 80],
      ['v2', 0],
    ],
    { v1: 1 },
  ],
  [
    'three',
    [
      ['v1', 1],
      ['v2', 1],
      [null, 0],
    ],
    { v1: 0.5, v2: 0.5 },
  ],
  [
    'ninety',
    [
      ['v1', 90],
      ['v2', 10],
    ],
    { v1: 0.9, v2: 0.1 },
  ],
];

test.each(WEIGHTS)('weights, %s', (_, written, expected) => {
  const destinations = written.map(([name, weight]) => destination('server', { subset: name, weight }));
  const shares = sharesOf(resolve([httpRoute({ action: { kind: 'forward', destinations } })]).host);
  const byCluster = Object.entries(expected).map(([name, share]) => [
    `outbound|80|${name}|server.default.svc.cluster.local`,
    share,
  ]);
  expect(shares).toEqual(Object.fromEntries(byCluster));
});

test('a subset that no DestinationRule has is a cluster that does not exist; one without pods does', () => {
  const to = (name: string): readonly Destination[] => [destination('server', { subset: name })];
  const clusterOf = (name: string) => {
    const { resolver, host } = resolve([httpRoute({ action: { kind: 'forward', destinations: to(name) } })]);
    return resolver.cluster(CLIENT, forwardOf(host).destinations[0]!.cluster);
  };
  expect(clusterOf('v9')).toBeNull();
  expect(clusterOf('v2')).toMatchObject({ name: 'outbound|80|v2|server.default.svc.cluster.local' });
});

// Reference section 2.5.
test('a mirror of 0 % is none', () => {
  const { host } = resolve([
    httpRoute({ mirroring: mirroring({ several: [mirror('server', 0), mirror('server', 0.25)] }) }),
  ]);
  expect(forwardOf(host).mirrors.map(({ share }) => share)).toEqual([0.25]);
});

test('the rule’s Host header is a rewrite of the authority; a destination’s stays with it', () => {
  const requestHeaders = (authority: string) => ({ set: { ':authority': authority }, add: {}, remove: [] });
  const destinations = [destination('server', { requestHeaders: requestHeaders('dest') })];
  const action = { kind: 'forward', destinations } as const;
  const forward = forwardOf(resolve([httpRoute({ action, requestHeaders: requestHeaders('rule') })]).host);
  expect(forward.rewrite).toEqual({ uri: null, uriRegex: null, authority: 'rule' });
  expect(forward.destinations[0]!.requestHeaders).toEqual(requestHeaders('dest'));
});

test('redirects and direct responses are passed on, with neither timeout nor retries', () => {
  const redirect = { status: 302, uri: '/new', authority: null, scheme: null, port: null, keepsPort: false };
  const [first, second] = rulesOf(
    resolve([
      httpRoute({ matches: [httpMatch({ uri: prefix('/old') })], action: { kind: 'redirect', redirect } }),
      httpRoute({ action: { kind: 'direct-response', status: 503, bodyBytes: 10 } }),
    ]).host,
  );
  expect(first!.action).toEqual({ kind: 'redirect', redirect });
  expect(second!.action).toEqual({ kind: 'direct-response', status: 503 });
});

// Reference section 2.7; istiogen check `fault`: the route carries all three.
test('fault, timeout and retries stand side by side', () => {
  const fault = { origin: CLIENT.origin, delay: { share: 1, delayMs: 5_000 }, abort: null };
  const [rule] = rulesOf(resolve([httpRoute({ fault, timeoutMs: 1_000 })]).host);
  expect(rule).toMatchObject({ fault, action: { timeoutMs: 1_000, retry: { attempts: 2 } } });
});
