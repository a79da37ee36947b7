import { expect, test } from 'vitest';
import { envoyFilter, HUNDRED, insertion, limitConfig, override, typedStruct } from '../support/rate-limit.js';
import { authorizationPolicy } from '../support/security.js';
import { station } from '../support/stations.js';
import { istio } from '../surprises/documents.js';
import { burst, callServer, isShare, outcome } from './call-server.js';

// Envoy, source/extensions/filters/http/local_ratelimit/local_ratelimit.cc; istio-envoy-semantics 4.3, measured there on
// Envoy 1.40: 10 tokens per 1 s are a bucket that starts full and then gives one every 100 ms.

const ROUTER = 'envoy.filters.http.router';
const limitOn = (context: string, config: object, subFilter?: string) => insertion(context, config, subFilter);
const atServer = (config: object) => envoyFilter([limitOn('SIDECAR_INBOUND', config)], 'server');
const atCaller = (config: object, subFilter?: string) =>
  envoyFilter([limitOn('SIDECAR_OUTBOUND', config, subFilter)], 'caller');

test('ten per second: the first ten at once, then one every 100 ms', async () => {
  const manifests = atServer(limitConfig(10, '1s'));
  const atMs = [...burst(30), 50, 99, 100, 101, 199, 200, 350, 350, 450, 450];
  const seen = await callServer({ manifests, serverSidecar: true, atMs });
  // After the burst: 100 and 200 take what has come, 350 and 450 one each of what comes every 100 ms.
  expect(seen.traffic.codes).toEqual({ 200: 14, 429: atMs.length - 14 });
});

// Envoy before 1.31, source/extensions/filters/common/local_ratelimit/local_ratelimit_impl.cc: a timer fills the bucket.
test('before Istio 1.23 the tokens of an interval come together, at its end', async () => {
  const manifests = atServer(limitConfig(10, '1s'));
  const atMs = [...burst(12), 500, 900, ...burst(12, 1100)];
  const platform = { istioVersion: '1.22' };
  const steps = await callServer({ manifests, serverSidecar: true, atMs, platform });
  expect(steps.traffic.codes).toEqual({ 200: 20, 429: 6 });
  const always = await callServer({ manifests, serverSidecar: true, atMs, platform: { istioVersion: '1.23' } });
  expect(always.traffic.codes).toEqual({ 200: 10 + 2 + 9, 429: 5 });
});

test('a bucket that nobody touches is full again, and never more than full', async () => {
  const manifests = atServer(limitConfig(10, '1s'));
  const seen = await callServer({ manifests, serverSidecar: true, atMs: [...burst(10), ...burst(15, 60_000)] });
  expect(seen.traffic.codes).toEqual({ 200: 20, 429: 5 });
});

test('at the server it is an answer of the server’s sidecar: the application sees nothing of it', async () => {
  const server = { endpoints: [{ steps: [{ wait: '10ms' }] }] };
  const manifests = atServer(limitConfig(1, '3600s'));
  const seen = await callServer({ manifests, server, serverSidecar: true, atMs: [0, 100, 200], network: '1ms' });
  expect(seen.traffic.codes).toEqual({ 200: 1, 429: 2 });
  expect(seen.traffic.flags).toEqual({}); // the caller's proxy sees an ordinary response
  expect(seen.attempts).toBe(3);
  expect(seen.traffic.latencyMs.p50).toBeCloseTo(2, 1); // there and back, and no work
});

test('at the caller nothing leaves, and the flag is RL', async () => {
  const manifests = atCaller(limitConfig(1, '3600s'));
  const seen = await callServer({ manifests, atMs: [0, 100, 200] });
  expect(seen.traffic.codes).toEqual({ 200: 1, 429: 2 });
  expect(seen.traffic.flags).toEqual({ RL: 2 });
  expect(seen.attempts).toBe(1);
});

// Istio's route for unknown hosts is one of the HTTP listener; where no service is known on the port there is none.
test.each([
  { known: 'known.default.svc.cluster.local', codes: { 200: 2, 429: 3 } },
  { known: 'nobody.default.svc.cluster.local', codes: { 200: 5 } },
])('a call that passes through meets the limits of the listener for HTTP: $known', async ({ known, codes }) => {
  const scope = istio('Sidecar', 'default', `egress: [{hosts: ["./${known}"]}]`);
  const manifests = scope + station('known') + atCaller(limitConfig(2, '3600s'));
  const seen = await callServer({ manifests, workloads: { known: { endpoints: [{}] } }, atMs: burst(5) });
  expect(seen.traffic.codes).toEqual(codes);
});

test('each proxy process has a bucket of its own, shared by its workers', async () => {
  const manifests = atServer(limitConfig(3, '3600s'));
  const policy = { loadBalancer: { simple: 'ROUND_ROBIN' } };
  const seen = await callServer({
    manifests,
    policy,
    serverSidecar: true,
    replicas: 2,
    atMs: burst(20).map((_, i) => i),
  });
  expect(seen.traffic.codes).toEqual({ 200: 6, 429: 14 });
  const callers = await callServer({ manifests: atCaller(limitConfig(3, '3600s')), concurrency: 4, atMs: burst(20) });
  expect(callers.traffic.codes).toEqual({ 200: 3, 429: 17 });
});

test('a proxy that starts anew has a full bucket', async () => {
  const manifests = atServer(limitConfig(2, '3600s'));
  const faults = [{ at: '10s', for: '1s', crash: { workload: 'server', pods: 1 } }];
  const platform = { endpointDelay: '1ms' };
  const seen = await callServer({
    manifests,
    faults,
    platform,
    serverSidecar: true,
    atMs: [0, 1, 2, 20_000, 20_001, 20_002],
  });
  expect(seen.traffic.codes).toEqual({ 200: 4, 429: 2 });
});

const RETRIES: { on: string; status?: number; tries: number }[] = [
  { on: '5xx', status: 503, tries: 1 }, // the header x-envoy-ratelimited forbids it
  { on: '429', tries: 1 },
  { on: 'envoy-ratelimited', tries: 4 },
  { on: 'envoy-ratelimited', status: 503, tries: 4 },
  { on: '5xx,envoy-ratelimited', tries: 4 },
];

test.each(RETRIES)('retryOn $on and status $status: $tries tries', async ({ on, status, tries }) => {
  const config = limitConfig(1, '3600s', status === undefined ? {} : { status: { code: status } });
  const http = { retries: { attempts: 3, retryOn: on } };
  const seen = await callServer({ http, manifests: atServer(config), serverSidecar: true, atMs: [0, 10_000] });
  expect(seen.traffic.codes).toEqual({ 200: 1, [status ?? 429]: 1 });
  expect(seen.attempts).toBe(1 + tries);
});

test('a status that would not refuse is 429; gRPC callers get UNAVAILABLE, or RESOURCE_EXHAUSTED where asked for', async () => {
  const grpc = { traffic: { requests: [{ name: 'r', to: 'grpc://server:80/a.B/C' }] }, serverSidecar: true };
  const codesOf = async (more: object, setup: object = {}) => {
    const manifests = atServer(limitConfig(1, '3600s', more));
    return Object.keys((await callServer({ manifests, atMs: [0, 1000], serverSidecar: true, ...setup })).traffic.codes);
  };
  expect(await codesOf({ status: { code: 200 } })).toEqual(['200', '429']);
  expect(await codesOf({}, grpc)).toEqual(['grpc:0', 'grpc:14']);
  expect(await codesOf({ rate_limited_as_resource_exhausted: true }, grpc)).toEqual(['grpc:0', 'grpc:8']);
});

const SHARES: { what: string; more: object; refused: number }[] = [
  { what: 'neither share written: none', more: { filter_enabled: undefined, filter_enforced: undefined }, refused: 0 },
  { what: 'enforced not written', more: { filter_enforced: undefined }, refused: 0 },
  { what: 'enabled not written', more: { filter_enabled: undefined }, refused: 0 },
  { what: 'half counted', more: { filter_enabled: { default_value: { numerator: 50 } } }, refused: 0.5 },
  {
    what: 'half counted, half of those refused',
    more: {
      filter_enabled: { default_value: { numerator: 500_000, denominator: 'MILLION' } },
      filter_enforced: { default_value: { numerator: 5000, denominator: 'TEN_THOUSAND' } },
    },
    refused: 0.25,
  },
];

test.each(SHARES)('filter_enabled and filter_enforced, $what', async ({ more, refused }) => {
  const manifests = atServer(limitConfig(1, '36000s', more));
  const seen = await callServer({ manifests, serverSidecar: true, rate: 100, seconds: 20 });
  expect(isShare(seen.traffic.codes['429'] ?? 0, seen.requests, refused)).toBe(true);
  expect(seen.traffic.codes['429'] ?? 0).toBeGreaterThanOrEqual(refused > 0 ? 1 : 0);
});

test('the filter stands before or after the injected fault, as it is put', async () => {
  const http = { fault: { abort: { httpStatus: 418, percentage: { value: 100 } } } };
  const limit = limitConfig(1, '3600s');
  const before = await callServer({ http, manifests: atCaller(limit), atMs: [0, 1, 2] });
  expect(before.traffic.codes).toEqual({ 418: 1, 429: 2 });
  const after = await callServer({ http, manifests: atCaller(limit, ROUTER), atMs: [0, 1, 2] });
  expect(outcome(after)).toBe('418 FI');
});

// INSERT_BEFORE without a filter puts it before all others, those of security among them.
test.each([
  { what: 'first', subFilter: undefined, codes: { 403: 10, 429: 5 } },
  { what: 'right before the router', subFilter: ROUTER, codes: { 403: 15 } },
])('at the server a limit that stands $what, and a policy that denies all', async ({ subFilter, codes }) => {
  const limit = envoyFilter([limitOn('SIDECAR_INBOUND', limitConfig(10, '3600s'), subFilter)], 'server');
  const manifests = limit + authorizationPolicy({ action: 'DENY', rules: [{}] });
  const seen = await callServer({ manifests, serverSidecar: true, atMs: burst(15) });
  expect(seen.traffic.codes).toEqual(codes);
});

test('a route’s bucket takes the place of the listener’s', async () => {
  const http = [
    { match: [{ uri: { prefix: '/slow' } }], name: 'slow', route: [{ destination: { host: 'server' } }] },
    { route: [{ destination: { host: 'server' } }] },
  ];
  const requests = ['/slow', '/fast', '/slow', '/fast', '/slow', '/fast'].map((path, i) => ({
    name: `r${i}`,
    to: `http://server${path}`,
    weight: 1,
  }));
  const slow = { vhost: { route: { name: 'slow' } } };
  const manifests = envoyFilter(
    [
      limitOn('SIDECAR_OUTBOUND', limitConfig(2, '3600s'), ROUTER),
      override('HTTP_ROUTE', 'SIDECAR_OUTBOUND', slow, limitConfig(1, '3600s')),
    ],
    'caller',
  );
  const seen = await callServer({ http, manifests, rate: 10, seconds: 60, traffic: { requests } });
  expect(seen.traffic.codes['200']).toBe(3); // two of the listener's tokens, one of the route's
});

test('the filter of a listener without a bucket limits nobody but where a virtual host has one', async () => {
  const plain = typedStruct({ stat_prefix: 'x' });
  const one = { vhost: { name: 'inbound|http|80' } };
  const manifests = envoyFilter(
    [limitOn('SIDECAR_INBOUND', plain), override('VIRTUAL_HOST', 'SIDECAR_INBOUND', one, limitConfig(4, '3600s'))],
    'server',
  );
  const seen = await callServer({ manifests, serverSidecar: true, atMs: burst(10) });
  expect(seen.traffic.codes).toEqual({ 200: 4, 429: 6 });
  const bare = envoyFilter([limitOn('SIDECAR_INBOUND', plain)], 'server');
  expect(outcome(await callServer({ manifests: bare, serverSidecar: true, atMs: burst(10) }))).toBe('200 -');
});

test('a limit that nobody reaches moves no draw', async () => {
  const http = { fault: { abort: { httpStatus: 418, percentage: { value: 30 } } } };
  const setup = { http, rate: 50, seconds: 20, arrivals: 'poisson', serverSidecar: true };
  const without = await callServer(setup);
  const shares = { filter_enabled: HUNDRED, filter_enforced: { default_value: { numerator: 50 } } };
  const limited = await callServer({ ...setup, manifests: atServer(limitConfig(1_000_000, '1s', shares)) });
  expect(limited.traffic).toEqual(without.traffic);
});
