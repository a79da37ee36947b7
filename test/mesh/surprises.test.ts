import { expect, test } from 'vitest';
import { type HttpRoute, MeshResolver, matchesRequest, type RetryPolicy } from '../../src/mesh/index.js';
import {
  balancer,
  destination,
  destinationRule,
  exact,
  gateway,
  gatewayWorkload,
  httpMatch,
  httpRoute,
  mesh,
  outlier,
  policy,
  pool,
  port,
  prefix,
  retries,
  routeSet,
  ruleTo,
  server,
  service,
  subset,
  workload,
} from '../support/mesh.js';
import { forwardOf, forwardOfRule, namesOf, rulesOf, sharesOf } from '../support/resolved.js';

/** The behaviours of the reference's section 12 that configuration alone decides, by their numbers there. */

const CLIENT = workload('client');

function hostWith(http: readonly HttpRoute[], istioVersion: readonly [number, number] = [1, 31]) {
  const routeSets = http.length > 0 ? [routeSet('server', http)] : [];
  const parts = { services: [service('server')], routeSets, settings: { istioVersion } };
  return new MeshResolver(mesh(parts)).host(CLIENT, 'server', 80);
}

function retryWith(written: Partial<RetryPolicy>, timeoutMs: number | null = null) {
  return forwardOf(hostWith([httpRoute({ retries: retries(written), timeoutMs })])).retry;
}

test('1: without a VirtualService failed connections are retried twice', () => {
  const { retry, timeoutMs } = forwardOf(hostWith([]));
  expect(retry).toMatchObject({ origin: null, attempts: 2, avoidPreviousHosts: true });
  expect(retry?.on).toContain('connect-failure');
  expect(timeoutMs).toBeNull();
});

test('2: a 503 response is retried by default up to 1.23 only', () => {
  expect(forwardOf(hostWith([], [1, 24])).retry?.statusCodes).toEqual([]);
  expect(forwardOf(hostWith([], [1, 23])).retry?.statusCodes).toEqual([503]);
});

test('3: attempts count the tries after the first', () => {
  expect(retryWith({ attempts: 3, retryOn: ['5xx'] })).toMatchObject({ attempts: 3, on: ['5xx'] });
});

test('4: attempts alone do not retry 500s', () => {
  const retry = retryWith({ attempts: 5 });
  expect(retry?.on).not.toContain('5xx');
  expect(retry?.statusCodes).toEqual([]);
});

test('5: the default does not retry a per-try timeout', () => {
  const retry = retryWith({ attempts: 3, perTryTimeoutMs: 200 });
  expect(retry?.perTryTimeoutMs).toBe(200);
  for (const word of ['5xx', 'gateway-error', 'reset']) expect(retry?.on).not.toContain(word);
});

test('7: a per-try timeout no shorter than the timeout is dropped', () => {
  for (const perTryTimeoutMs of [1_000, 2_000])
    expect(retryWith({ perTryTimeoutMs, retryOn: ['5xx'] }, 1_000)?.perTryTimeoutMs).toBeNull();
});

function clusterOf(rule: ReturnType<typeof destinationRule>, name: string | null, number: number) {
  const services = [service('server', { ports: [port(80), port(81)] })];
  const resolver = new MeshResolver(mesh({ services, destinationRules: [rule] }));
  return resolver.cluster(CLIENT, { service: null, host: rule.host, port: number, subset: name });
}

test('18: http2MaxRequests bounds HTTP/1.1 too', () => {
  const rule = destinationRule('server', { policy: policy({ connectionPool: pool({ http2MaxRequests: 5 }) }) });
  expect(clusterOf(rule, null, 80)).toMatchObject({ protocol: 'http1', limits: { maxRequests: 5 } });
});

test('19: subset and port settings are not merged with the top level', () => {
  const rule = destinationRule('server', {
    policy: policy({
      connectionPool: pool({ maxConnections: 10 }),
      outlierDetection: outlier(),
      portLevel: [{ port: 81, policy: policy({ loadBalancer: balancer('random') }) }],
    }),
    subsets: [subset('v1', { policy: policy({ connectionPool: pool({ http2MaxRequests: 100 }) }) })],
  });
  expect(clusterOf(rule, 'v1', 80)).toMatchObject({
    limits: { maxConnections: Infinity, maxRequests: 100 },
    outlierDetection: { consecutive5xx: 5 },
  });
  expect(clusterOf(rule, null, 81)).toMatchObject({
    balancer: { kind: 'random' },
    limits: { maxConnections: Infinity },
    outlierDetection: null,
  });
});

test('20: a split is over clusters, and retries stay in the one that was drawn', () => {
  const destinations = [
    destination('server', { subset: 'stable', weight: 90 }),
    destination('server', { subset: 'canary', weight: 10 }),
  ];
  const rule = httpRoute({ action: { kind: 'forward', destinations }, retries: retries({ retryOn: ['5xx'] }) });
  const host = hostWith([rule]);
  expect(Object.values(sharesOf(host))).toEqual([0.9, 0.1]);
  expect(forwardOf(host).retry?.attempts).toBe(3);
});

test('24a: rules are tried in order, not by how well they match', () => {
  const http = [ruleTo('first', [httpMatch({ uri: prefix('/') })]), ruleTo('exact', [httpMatch({ uri: exact('/a') })])];
  const rules = rulesOf(hostWith(http));
  expect(rules.map((rule) => rule.name)).toEqual(['first']);
  const request = { method: 'GET', path: '/a', authority: 'server', scheme: 'http', headers: {} };
  expect(matchesRequest(rules[0]!.matches[0]!, request)).toBe(true);
});

const GW = gatewayWorkload();
const TWICE = [
  routeSet('server', [ruleTo('old', [httpMatch({ uri: prefix('/old') })]), ruleTo('all')], { name: 'b', age: 0 }),
  routeSet('server', [ruleTo('new', [httpMatch({ uri: prefix('/new') })])], { name: 'a', age: 1 }),
].map((set) => ({ ...set, gateways: ['mesh', 'default/gw'] }));
const BOTH = new MeshResolver(
  mesh({ services: [service('server')], routeSets: TWICE, gateways: [gateway('gw', [server(80, ['*'])])] }),
);

test('24b: of two VirtualServices for one host a sidecar uses the older', () => {
  expect(namesOf(BOTH.host(CLIENT, 'server', 80))).toEqual(['old', 'all']);
});

test('24c: a gateway merges them, the catch-alls last', () => {
  expect(namesOf(BOTH.host(GW, 'server.default.svc.cluster.local', 80))).toEqual(['old', 'new', 'all']);
});

test('24d: a destination without weight gets nothing', () => {
  const destinations = [destination('server', { subset: 'v1', weight: 80 }), destination('server', { subset: 'v2' })];
  const host = hostWith([httpRoute({ action: { kind: 'forward', destinations } })]);
  expect(forwardOfRule(rulesOf(host)[0]!).destinations.map(({ cluster, share }) => [cluster.subset, share])).toEqual([
    ['v1', 1],
  ]);
});
