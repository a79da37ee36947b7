import { describe, expect, test } from 'vitest';
import { callServer, isShare, outcome, type Seen } from '../dataplane/call-server.js';
import { expectBinomial } from '../scenarios/binomial.js';
import { destinationRule, fails, istio, OK, otherPods, takes, virtualService } from './documents.js';

// istio-envoy-semantics 12, continued from connection-pools.test.ts.

function attemptsAt(seen: Seen, workload: string): number {
  return seen.edges.find((edge) => edge.workload === workload)?.attempts ?? 0;
}

const SUBSETS = istio(
  'DestinationRule',
  'server',
  `
host: server
subsets:
- {name: stable, labels: {kind: stable}}
- {name: canary, labels: {kind: canary}}`,
);
const VERSIONS = { manifests: otherPods('stable', 1) + otherPods('canary', 1) + SUBSETS, replicas: 0 };

test('Surprise 20: retries do not move from a broken canary to the stable version', async () => {
  const seen = await callServer({
    ...VERSIONS,
    manifests:
      VERSIONS.manifests +
      virtualService(`
- retries: {attempts: 3, retryOn: 5xx}
  route:
  - {destination: {host: server, subset: stable}, weight: 90}
  - {destination: {host: server, subset: canary}, weight: 10}`),
    workloads: { stable: OK, canary: fails(500) },
    rate: 100,
    seconds: 100,
  });
  const failed = seen.traffic.codes['500']!;
  expectBinomial(failed, seen.requests, 0.1); // measured 176 of 1600
  expect(attemptsAt(seen, 'canary')).toBe(4 * failed);
});

const FAST_FAILURE = [
  { simple: 'LEAST_REQUEST', low: 0.52, high: 5 / 9 }, // measured 53.9 %
  { simple: 'ROUND_ROBIN', low: 0.333, high: 0.3334 },
];

test.each(FAST_FAILURE)('Surprise 21: under $simple a host that fails fast draws its share', async (each) => {
  const seen = await callServer({
    manifests: destinationRule(`loadBalancer: {simple: ${each.simple}}`) + otherPods('bad', 1),
    server: takes('100ms'),
    replicas: 2,
    workloads: { bad: { endpoints: [{ steps: [{ wait: '1ms' }, { fail: 500 }] }] } },
    arrivals: 'poisson',
    rate: 100,
    seconds: 300,
  });
  const share = seen.traffic.codes['500']! / seen.requests;
  expect(share).toBeGreaterThan(each.low);
  expect(share).toBeLessThan(each.high);
});

test('Surprise 21: of two that are well LEAST_REQUEST favours the fast one, ROUND_ROBIN does not', async () => {
  const [leastRequest, roundRobin] = await Promise.all(
    ['LEAST_REQUEST', 'ROUND_ROBIN'].map((simple) =>
      callServer({
        manifests: destinationRule(`loadBalancer: {simple: ${simple}}`) + otherPods('fast', 1),
        server: takes('100ms'),
        workloads: { fast: takes('10ms') },
        arrivals: 'poisson',
        rate: 100,
        seconds: 100,
      }),
    ),
  );
  // Two draws of two hosts: the fast one is drawn with 3/4, unless it is the busier one.
  expect(attemptsAt(leastRequest!, 'fast') / leastRequest!.requests).toBeGreaterThan(0.7);
  expect(attemptsAt(leastRequest!, 'fast') / leastRequest!.requests).toBeLessThan(0.75);
  expect(Math.abs(attemptsAt(roundRobin!, 'fast') - roundRobin!.requests / 2)).toBeLessThan(1);
});

describe('Surprise 22: locality failover with 4 of 10 pods well in my zone', () => {
  const ZONES = { nodes: { cpu: 4, zones: ['r/mine', 'r/other'] } };
  const PODS = {
    manifests: otherPods('sick', 0) + otherPods('far', 0),
    server: { zones: { 'r/mine': 4 }, endpoints: [{}] },
    workloads: {
      sick: { zones: { 'r/mine': 6 }, ...fails(500) },
      far: { zones: { 'r/other': 10 }, ...OK },
    },
    rate: 100,
    seconds: 100,
  };
  const EJECTING = 'outlierDetection: {maxEjectionPercent: 100, baseEjectionTime: 1h}';

  test('a) without outlierDetection zones do not matter', async () => {
    const seen = await callServer({ ...PODS, platform: ZONES });
    expectBinomial(attemptsAt(seen, 'far'), seen.requests, 10 / 20);
  });

  test('b) with it and 6 ejected 56 % stay', async () => {
    const atMs = Array.from({ length: 15_000 }, (_, i) => 10 * i - 50_000);
    const seen = await callServer({
      ...PODS,
      manifests: PODS.manifests + destinationRule(EJECTING),
      platform: ZONES,
      atMs,
    });
    expect(outcome(seen)).toBe('200 -'); // all six are out when counting begins
    expectBinomial(attemptsAt(seen, 'server'), seen.requests, 0.56); // measured 56.4 % of 3999
  });

  const REMOVED = [
    { what: 'drained: they leave EDS', istioVersion: '1.31', fault: { drain: { workload: 'sick' } }, stay: 1 },
    {
      what: 'crashed up to 1.30: they leave EDS',
      istioVersion: '1.30',
      fault: { crash: { workload: 'sick' } },
      stay: 1,
    },
    {
      what: 'crashed since 1.31: they stay as unhealthy',
      istioVersion: '1.31',
      fault: { crash: { workload: 'sick' } },
      stay: 0.56,
    },
  ];

  test.each(REMOVED)('c) 6 $what: $stay stay', async ({ istioVersion, fault, stay }) => {
    const atMs = Array.from({ length: 10_000 }, (_, i) => 10 * i + 10_000);
    const seen = await callServer({
      ...PODS,
      manifests: PODS.manifests + destinationRule(EJECTING),
      platform: { ...ZONES, istioVersion, endpointDelay: '1s' },
      faults: [{ at: '0s', ...fault }],
      atMs,
      seconds: 120,
    });
    expect(outcome(seen)).toBe('200 -');
    if (stay === 1) expect(attemptsAt(seen, 'server')).toBe(seen.requests);
    else expectBinomial(attemptsAt(seen, 'server'), seen.requests, stay);
  });
});

const PANIC = [
  { bad: 2, panics: false }, // 80 % healthy: min(100, 1.4 x 80) = 100
  { bad: 3, panics: true }, // 70 %: 98 < 100, and 70 < 90
];

test.each(PANIC)('Surprise 23: `minHealthPercent: 90` with $bad of 10 ejected: panic is $panics', async (each) => {
  const seen = await callServer({
    manifests:
      destinationRule('outlierDetection: {minHealthPercent: 90, maxEjectionPercent: 100, baseEjectionTime: 1h}') +
      otherPods('bad', each.bad),
    replicas: 10 - each.bad,
    workloads: { bad: fails(500) },
    atMs: Array.from({ length: 7000 }, (_, i) => 10 * i - 20_000),
    seconds: 50,
  });
  const failed = seen.traffic.codes['500'] ?? 0;
  expect(seen.traffic.flags).toEqual({});
  if (each.panics) expectBinomial(failed, seen.requests, each.bad / 10);
  else expect(failed).toBe(0);
});

/** A rule that answers by itself, so that the status tells which one took the request. */
const answers = (status: number, match = '') => `- {${match}directResponse: {status: ${status}}}\n`;

test('Surprise 24a: rules are tried in order, not by how well they match', async () => {
  const rules = answers(201, 'match: [{uri: {prefix: /}}], ') + answers(202, 'match: [{uri: {exact: /a}}], ');
  const seen = await callServer({ manifests: virtualService(rules), url: 'http://server/a', seconds: 1 });
  expect(outcome(seen)).toBe('201 -');
});

const OLD = answers(201, 'match: [{uri: {prefix: /old}}], ') + answers(203);
const NEW = answers(202, 'match: [{uri: {prefix: /new}}], ') + answers(204);

test.each([
  { path: '/old', expected: '201 -' },
  { path: '/new', expected: '203 -' },
  { path: '/', expected: '203 -' },
])('Surprise 24b: of two VirtualServices for one host a sidecar uses the older alone: $path', async (each) => {
  const manifests = virtualService(OLD, 'z-first') + virtualService(NEW, 'a-second');
  const seen = await callServer({ manifests, url: `http://server${each.path}`, seconds: 1 });
  expect(outcome(seen)).toBe(each.expected);
});

test.each([
  { path: '/old', expected: '201 -' },
  { path: '/new', expected: '202 -' },
  { path: '/', expected: '203 -' },
])('Surprise 24c: a gateway joins them, the catch-alls last, the older first: $path', async (each) => {
  const bound = (name: string, http: string) =>
    istio('VirtualService', name, `hosts: [shop.com]\ngateways: [front]\nhttp:\n${http.trim()}`);
  const front = istio(
    'Gateway',
    'front',
    'selector: {istio: ingressgateway}\nservers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]',
  );
  const seen = await callServer({
    manifests: front + bound('z-first', OLD) + bound('a-second', NEW),
    traffic: { from: { gateway: 'istio-ingressgateway' } },
    url: `http://shop.com${each.path}`,
    seconds: 1,
  });
  expect(outcome(seen)).toBe(each.expected);
});

test('Surprise 24d: of a split the destination without weight gets nothing', async () => {
  const seen = await callServer({
    ...VERSIONS,
    manifests:
      VERSIONS.manifests +
      virtualService(`
- route:
  - {destination: {host: server, subset: stable}, weight: 80}
  - {destination: {host: server, subset: canary}}`),
    workloads: { stable: OK, canary: OK },
    seconds: 10,
  });
  expect(attemptsAt(seen, 'stable')).toBe(seen.requests);
  expect(isShare(attemptsAt(seen, 'canary'), seen.requests, 0)).toBe(true);
});
