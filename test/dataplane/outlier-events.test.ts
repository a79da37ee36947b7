import { expect, test } from 'vitest';
import {
  crashed,
  destinationRule,
  fails,
  HANGS,
  OK,
  otherPods,
  takes,
  virtualService,
} from '../surprises/documents.js';
import { burst, callServer, type Setup } from './call-server.js';

// What outlier detection is told of, for each try: Envoy, source/common/router/router.cc and upstream_request.cc,
// `putResult`; the whole way, where outlier-detection.test.ts is about the counters alone. Measured on Envoy 1.40.

const FOR_EVER = 'maxEjectionPercent: 100, baseEjectionTime: 1h';
const ANY_5XX = `outlierDetection: {${FOR_EVER}}`;
const GATEWAY = `outlierDetection: {consecutive5xxErrors: 0, consecutiveGatewayErrors: 5, ${FOR_EVER}}`;
const SPLIT = `outlierDetection: {splitExternalLocalOriginErrors: true, ${FOR_EVER}}`;
const NO_RETRY = virtualService('- {route: [{destination: {host: server}}], retries: {attempts: 0}}');
const TIMED = virtualService('- {route: [{destination: {host: server}}], timeout: 10ms, retries: {attempts: 0}}');
const PER_TRY = virtualService(
  '- {route: [{destination: {host: server}}], retries: {attempts: 1, perTryTimeout: 10ms, retryOn: 5xx}}',
);
const ABORTED = virtualService(
  '- {route: [{destination: {host: server}}], fault: {abort: {httpStatus: 503, percentage: {value: 100}}}}',
);
const FULL = `connectionPool: {tcp: {maxConnections: 1}, http: {http1MaxPendingRequests: 1}}`;

interface Row {
  readonly event: string;
  readonly rules?: string;
  readonly setup: Setup;
  /** Whether it ejects under any 5xx, under gateway errors alone, under errors split by origin. */
  readonly ejects: readonly [any: boolean, gateway: boolean, split: boolean];
}

const ROWS: readonly Row[] = [
  { event: 'a 500', setup: { server: fails(500) }, ejects: [true, false, true] },
  { event: 'a 503', setup: { server: fails(503) }, ejects: [true, true, true] },
  { event: 'a 404', setup: { server: fails(404) }, ejects: [false, false, false] },
  { event: 'a refused connection', setup: { faults: crashed('server') }, ejects: [true, true, true] },
  { event: 'a timeout of the route', rules: TIMED, setup: { server: HANGS }, ejects: [true, true, false] },
  { event: 'a timeout of a try', rules: PER_TRY, setup: { server: HANGS }, ejects: [true, true, false] },
  { event: 'an injected abort', rules: ABORTED, setup: {}, ejects: [false, false, false] },
];
// Under split errors each failure closes its connection, and the next try's successful connect sets the count back.

const POLICIES = [ANY_5XX, GATEWAY, SPLIT] as const;
const CASES = ROWS.flatMap((row) => POLICIES.map((policy, i) => ({ ...row, policy, ejected: row.ejects[i]! })));

test.each(CASES)('$event under $policy: ejected is $ejected', async ({ rules = NO_RETRY, setup, policy, ejected }) => {
  const seen = await callServer({
    ...setup,
    manifests: destinationRule(policy) + rules,
    rate: 10,
    seconds: 10,
  });
  expect(seen.counter('ejections_total')).toBe(ejected ? 1 : 0);
});

test('a connection lost under the request counts as 503', async () => {
  const seen = await callServer({
    manifests: destinationRule(GATEWAY) + NO_RETRY,
    server: takes('10s'),
    faults: [{ at: '5s', for: '1ms', crash: { workload: 'server' } }],
    atMs: burst(5),
    seconds: 20,
  });
  expect(seen.traffic.flags).toEqual({ UC: 5 });
  expect(seen.counter('ejections_total')).toBe(1);
});

// Envoy, source/common/router/upstream_request.cc, `onPoolReady`: whoever gets a connection, a used one too, has connected.
test('split by origin: requests that time out one after the other on a connection that is kept eject nobody', async () => {
  const rules = virtualService('- {route: [{destination: {host: server}}], timeout: 100ms, retries: {attempts: 0}}');
  const manifests = destinationRule(SPLIT) + rules;
  const seen = await callServer({ manifests, server: HANGS, url: 'grpc://server/a.B/C', rate: 1, seconds: 30 });
  expect(seen.counter('ejections_total')).toBe(0);
});

test('split by origin: five that time out together, without a connect between them, do eject', async () => {
  const rules = virtualService('- {route: [{destination: {host: server}}], timeout: 100ms, retries: {attempts: 0}}');
  const manifests = destinationRule(SPLIT) + rules;
  const together = await callServer({ manifests, server: HANGS, atMs: burst(5), seconds: 10 });
  expect(together.counter('ejections_total')).toBe(1);
});

test('a connection that fails counts once for each request that waited for it', async () => {
  const seen = await callServer({
    manifests: destinationRule(`${ANY_5XX}\nconnectionPool: {tcp: {maxConnections: 1, connectTimeout: 1s}}`) + NO_RETRY,
    faults: [{ at: '0s', partition: { between: ['caller', 'server'] } }],
    atMs: burst(5),
    seconds: 10,
  });
  expect(seen.counter('upstream_cx_total')).toBe(1);
  expect(seen.traffic.flags).toEqual({ UF: 5 });
  expect(seen.counter('ejections_total')).toBe(1);
});

test('overflow counts for nothing', async () => {
  const seen = await callServer({
    manifests: destinationRule(`${ANY_5XX}\n${FULL}`) + NO_RETRY,
    server: takes('1s'),
    rate: 100,
    seconds: 10,
  });
  expect(seen.traffic.flags.UO).toBeGreaterThan(900);
  expect(seen.counter('ejections_total')).toBe(0);
});

test('tries count, not requests: two requests with retries eject', async () => {
  const rules = virtualService(
    '- {route: [{destination: {host: server}}], retries: {attempts: 3, retryOn: 5xx, backoff: 1ms}}',
  );
  const seen = await callServer({
    manifests: destinationRule(ANY_5XX) + rules,
    server: fails(500),
    atMs: [0, 1000, 2000],
    seconds: 10,
  });
  expect(seen.attempts).toBe(5);
  expect(seen.traffic.codes).toEqual({ 500: 1, 503: 2 }); // the second finds nobody for its third try
});

test('what is in flight at a host that is ejected goes on, and who waits there is served there', async () => {
  const seen = await callServer({
    manifests: destinationRule(`${ANY_5XX}\nconnectionPool: {tcp: {maxConnections: 1}}`) + NO_RETRY,
    server: { endpoints: [{ steps: [{ wait: '100ms' }], respond: { status: 500 } }] },
    atMs: burst(11),
    seconds: 10,
  });
  // Measured: 6 of 6 that waited were answered by it.
  expect(seen.traffic.codes).toEqual({ 500: 11 });
  expect(seen.counter('ejections_total')).toBe(1);
});

// Envoy, source/common/upstream/cluster_manager_impl.cc, `onHostHealthFailure`. Measured: docs/validation.md, panic-half-ejected.
test('the connections to a host that is ejected are not used again', async () => {
  const rule = 'outlierDetection: {maxEjectionPercent: 100, interval: 1s, baseEjectionTime: 1s}';
  const server = { endpoints: [{ steps: [{ wait: '10ms' }], respond: { status: 500 } }] };
  const times = Array.from({ length: 5 }, (_, i) => 100 * i);
  const atMs = [...times, ...times.map((ms) => 5000 + ms)];
  const seen = await callServer({ manifests: destinationRule(rule) + NO_RETRY, server, atMs, seconds: 10 });
  expect(seen.counter('ejections_total')).toBe(2);
  expect(seen.counter('upstream_cx_total')).toBe(2); // one until the first ejection, one after it
});

test('workers of a proxy count together: five errors in all', async () => {
  const seen = await callServer({
    manifests: destinationRule(ANY_5XX) + NO_RETRY,
    concurrency: 2,
    server: fails(500),
    atMs: [...burst(10), ...burst(10, 1000)],
    seconds: 10,
  });
  expect(seen.counter('ejections_total')).toBe(1);
  expect(seen.traffic.codes['503']).toBeGreaterThanOrEqual(10);
});

test('each subset has a state of its own', async () => {
  const subsets = 'subsets: [{name: one, labels: {app: server}}, {name: two, labels: {app: server}}]';
  const rules = virtualService(`
- match: [{uri: {prefix: /one}}]
  route: [{destination: {host: server, subset: one}}]
- route: [{destination: {host: server, subset: two}}]`);
  const seen = await callServer({
    manifests: destinationRule(`\n${ANY_5XX}`, subsets) + rules,
    server: fails(500),
    traffic: { requests: [{ to: 'http://server/one' }, { to: 'http://server/two' }] },
    rate: 10,
    seconds: 60,
  });
  expect(seen.counter('ejections_total')).toBe(2);
  expect(seen.traffic.codes['500']).toBe(10);
});

test('maxEjectionPercent is of the hosts of all priorities together', async () => {
  // Measured: 2 bad hosts in the first of two priorities, 8 hosts in the other, 10 %: one out.
  const seen = await callServer({
    manifests:
      destinationRule('outlierDetection: {maxEjectionPercent: 10, baseEjectionTime: 1h}') + otherPods('far', 0),
    platform: { nodes: { cpu: 4, zones: ['r/mine', 'r/other'] } },
    server: { zones: { 'r/mine': 2 }, ...fails(500) },
    workloads: { far: { zones: { 'r/other': 8 }, ...OK } },
    rate: 100,
    seconds: 60,
  });
  expect(seen.counter('ejections_total')).toBe(1);
});

test('maxEjectionPercent is of the hosts that the proxy was sent', async () => {
  // `distribute` sends all to four of twenty: of these one is more than 10 %.
  const rule = `
outlierDetection: {maxEjectionPercent: 10, baseEjectionTime: 1h}
loadBalancer: {localityLbSetting: {distribute: [{from: r/mine/*, to: {r/mine/*: 100}}]}}`;
  const seen = await callServer({
    manifests: destinationRule(rule) + otherPods('far', 0),
    platform: { nodes: { cpu: 4, zones: ['r/mine', 'r/other'] } },
    server: { zones: { 'r/mine': 4 }, ...fails(500) },
    workloads: { far: { zones: { 'r/other': 16 }, ...OK } },
    rate: 100,
    seconds: 20,
  });
  expect(seen.counter('ejections_total')).toBe(0);
  expect(seen.counter('ejections_overflow')).toBeGreaterThan(0);
});

test('a host that leaves and comes back begins anew', async () => {
  // Ejected at its fifth error for an hour, and gone for a second.
  const seen = await callServer({
    manifests: destinationRule(ANY_5XX) + NO_RETRY,
    platform: { istioVersion: '1.30', endpointDelay: '0s' },
    server: fails(500),
    faults: [{ at: '10s', for: '1s', crash: { workload: 'server' } }],
    rate: 1, // so that its next five errors take longer than the second in which a change of health is held back
    seconds: 30,
  });
  expect(seen.traffic.codes['500']).toBe(10);
  expect(seen.counter('ejections_total')).toBe(2);
});

// Envoy, source/common/upstream/cluster_manager_impl.cc, `scheduleUpdate`: what goes out at once cancels what was held back.
test('a change of health that goes out at once leaves no timer behind that lets a later one out too early', async () => {
  // Ejected at 1.0 s, at 1.5 s (held back until 2.5 s), at 2.2 s (out at once, and the one before with it), at 2.3 s (held
  // back until 3.3 s). Until it is out a host goes on failing: 0.7 s of 250 requests a second, then 1 s of 500.
  const failing = { b: '1s', c: '1500ms', d: '2200ms', e: '2300ms' };
  const names = Object.keys(failing);
  const seen = await callServer({
    manifests:
      destinationRule(`
outlierDetection: {consecutive5xxErrors: 1, ${FOR_EVER}}
loadBalancer: {simple: ROUND_ROBIN}`) +
      NO_RETRY +
      names.map((name) => otherPods(name, 0)).join(''),
    workloads: Object.fromEntries(names.map((name) => [name, { replicas: 1, ...OK }])),
    faults: Object.entries(failing).map(([workload, at]) => ({ at, errors: { workload, status: 500, share: '100%' } })),
    arrivals: 'constant',
    rate: 1000,
    seconds: 5,
  });
  expect(seen.traffic.codes['500']).toBeGreaterThan(650);
  expect(seen.traffic.codes['500']).toBeLessThan(700);
});
