import { expect, test } from 'vitest';
import { burst, callServer, outcome } from './call-server.js';

// Envoy 1.37, source/common/conn_pool/conn_pool_base.cc. Each of these was measured on Envoy 1.40.

const takes = (wait: string) => ({ endpoints: [{ steps: [{ wait }] }] });
const NEAR = { network: '0.25ms', seconds: 10 };

test('a cold burst of 10 with http2MaxRequests 3 opens 10 connections, and 7 fail when theirs is ready', async () => {
  const policy = { connectionPool: { http: { http2MaxRequests: 3 } } };
  const seen = await callServer({ ...NEAR, policy, server: takes('100ms'), atMs: burst(10) });
  expect(seen.traffic.codes).toEqual({ 200: 3, 503: 7 });
  expect(seen.traffic.flags).toEqual({ UO: 7 });
  expect(seen.counter('upstream_cx_total')).toBe(10);
  expect(seen.counter('upstream_rq_active_overflow')).toBe(7);
  expect(seen.counter('upstream_rq_pending_overflow')).toBe(0);
});

test('requests that wait for a connection are not in flight: one connection and 3 requests serve a burst of 10', async () => {
  const policy = { connectionPool: { tcp: { maxConnections: 1 }, http: { http2MaxRequests: 3 } } };
  const seen = await callServer({ ...NEAR, policy, server: takes('10ms'), atMs: burst(10) });
  expect(outcome(seen)).toBe('200 -');
  expect(seen.counter('upstream_cx_total')).toBe(1);
  expect(seen.traffic.latencyMs.max).toBeCloseTo(0.5 + 10 * 10.5, 6);
});

test('http1MaxPendingRequests 4: of a cold burst of 10, 4 wait for connections and 6 are refused at once', async () => {
  const policy = { connectionPool: { tcp: { maxConnections: 100 }, http: { http1MaxPendingRequests: 4 } } };
  const http = { retries: { attempts: 3, retryOn: '5xx' } };
  const seen = await callServer({ ...NEAR, policy, http, server: takes('10ms'), atMs: [...burst(10), 50] });
  expect(seen.traffic.codes).toEqual({ 200: 5, 503: 6 });
  expect(seen.traffic.flags).toEqual({ UO: 6 });
  expect(seen.counter('upstream_rq_pending_overflow')).toBe(6);
  expect(seen.counter('upstream_rq_retry')).toBe(0);
  expect(seen.report.traffic[0]!.latencyMs.p50).toBeLessThan(0.001);
});

test('maxConnections 1 over 3 hosts: each host may have one', async () => {
  const policy = { connectionPool: { tcp: { maxConnections: 1 } }, loadBalancer: { simple: 'ROUND_ROBIN' } };
  const seen = await callServer({ ...NEAR, policy, replicas: 3, server: takes('10ms'), atMs: burst(30) });
  expect(seen.counter('upstream_cx_total')).toBe(3);
  expect(outcome(seen)).toBe('200 -');
});

test('maxConnections 1 with 2 workers: each may have one', async () => {
  const policy = { connectionPool: { tcp: { maxConnections: 1 } } };
  const seen = await callServer({ ...NEAR, policy, concurrency: 2, server: takes('10ms'), atMs: burst(30) });
  expect(seen.counter('upstream_cx_total')).toBe(2);
});

test('a queue is served first come, first served, and its time is pool wait', async () => {
  const policy = { connectionPool: { tcp: { maxConnections: 1 } } };
  const seen = await callServer({ ...NEAR, policy, server: takes('10ms'), atMs: [-20, ...burst(4)] });
  expect(seen.traffic.latencyMs.mean).toBeCloseTo((10.5 * (1 + 2 + 3 + 4)) / 4, 9);
  expect(seen.traffic.causesMs.poolWait).toBeCloseTo((10.5 * (0 + 1 + 2 + 3)) / 4, 9);
  expect(seen.traffic.causesMs.service).toBeCloseTo(10, 9);
  expect(seen.traffic.causesMs.network).toBeCloseTo(0.5, 9);
});

test('opening a connection is network for the request that opens it', async () => {
  const seen = await callServer({ ...NEAR, server: takes('10ms'), atMs: [0] });
  expect(seen.traffic.causesMs.network).toBeCloseTo(1, 9);
  expect(seen.traffic.causesMs.poolWait).toBe(0);
});

test('of idle connections the one used last is used again, and the others time out', async () => {
  const policy = { connectionPool: { http: { idleTimeout: '1s' } } };
  const every500ms = Array.from({ length: 10 }, (_, i) => 500 * (i + 1));
  const seen = await callServer({
    ...NEAR,
    policy,
    server: takes('10ms'),
    atMs: [...burst(5), ...every500ms, ...burst(5, 6000)],
  });
  expect(seen.counter('upstream_cx_total')).toBe(5 + 4); // one was kept in use
});

test('maxRequestsPerConnection 1 opens a connection for each request', async () => {
  const policy = { connectionPool: { http: { maxRequestsPerConnection: 1 } } };
  const seen = await callServer({ ...NEAR, policy, seconds: 1, rate: 100 });
  expect(seen.counter('upstream_cx_total')).toBe(seen.requests);
  expect(seen.traffic.causesMs.network).toBeCloseTo(1, 9);
});

test('a try that times out closes its connection: the next request connects anew', async () => {
  const http = { timeout: '100ms' };
  const seen = await callServer({ ...NEAR, http, server: takes('10s'), atMs: [0, 1000, 2000] });
  expect(outcome(seen)).toBe('504 UT');
  expect(seen.counter('upstream_cx_total')).toBe(3);
});

test('a connection that fails takes with it all who wait for that host, late as they may have come', async () => {
  const connectTimeout = { connectionPool: { tcp: { connectTimeout: '150ms', maxConnections: 1 } } };
  const seen = await callServer({
    ...NEAR,
    policy: connectTimeout,
    http: { retries: { attempts: 0 } },
    faults: [{ at: '0s', partition: { between: ['caller', 'server'] } }],
    atMs: [10, 60, 110],
  });
  expect(outcome(seen)).toBe('503 UF');
  expect(seen.traffic.latencyMs.mean).toBeCloseTo((150 + 100 + 50) / 3, 6);
  expect(seen.counter('upstream_cx_total')).toBe(1);
  expect(seen.counter('upstream_cx_connect_fail')).toBe(1); // Envoy counts connections, not who waits for them
  expect(seen.counter('upstream_cx_connect_timeout')).toBe(1);
});

test('LEAST_REQUEST does not see who waits for a connection: a slow host keeps its share', async () => {
  // Hosts of 100 and 5 ms with one connection each at 60/s: measured 29 % to the slow one, whose queue grows.
  const policy = { connectionPool: { tcp: { maxConnections: 1 } } };
  const slow = `---
{apiVersion: apps/v1, kind: Deployment, metadata: {name: slow}, spec: {selector: {matchLabels: {app: server, v: slow}},
  template: {metadata: {labels: {app: server, v: slow, sidecar.istio.io/inject: "false"}}, spec: {containers: [{name: a, image: a}]}}}}
`;
  const workloads = { slow: takes('100ms') };
  const seen = await callServer({
    policy,
    server: takes('5ms'),
    manifests: slow,
    workloads,
    rate: 60,
    arrivals: 'poisson',
    seconds: 300,
  });
  const toSlow = seen.edges.find(({ workload }) => workload === 'slow')!;
  expect(toSlow.attempts / seen.attempts).toBeGreaterThan(0.27);
  expect(toSlow.attempts / seen.attempts).toBeLessThan(0.31);
  expect(toSlow.latencyMs.max).toBeGreaterThan(3000);
});

test('TCP: connections beyond the limit are closed, UO', async () => {
  const tcp = `---
{apiVersion: v1, kind: Service, metadata: {name: db}, spec: {selector: {app: server}, ports: [{name: tcp, port: 6379}]}}
---
{apiVersion: networking.istio.io/v1, kind: DestinationRule, metadata: {name: db},
  spec: {host: db, trafficPolicy: {connectionPool: {tcp: {maxConnections: 2}}}}}
`;
  const seen = await callServer({
    ...NEAR,
    manifests: tcp,
    server: takes('100ms'),
    url: 'tcp://db:6379',
    atMs: burst(5),
  });
  expect(seen.traffic.codes).toEqual({ 'tcp:ok': 2, 'tcp:reset': 3 });
  expect(seen.traffic.flags).toEqual({ UO: 3 });
  const row = seen.edges.find(({ destination }) => destination === 'db')!;
  expect(row.counters.upstream_cx_overflow).toBe(3);
});

// Measured: those in flight or queued at a host that leaves EDS are finished by it, each queued one on a new connection.
test('who waits at a host that leaves is served there, over connections of their own', async () => {
  const policy = { connectionPool: { tcp: { maxConnections: 1 } } };
  const given = { policy, server: takes('100ms'), network: '10ms', seconds: 10, platform: { endpointDelay: '0s' } };
  const stays = await callServer({ ...given, atMs: burst(3) });
  expect(stays.counter('upstream_cx_total')).toBe(1);
  expect(stays.traffic.latencyMs.max).toBeCloseTo(20 + 3 * 120, 6);
  const leaves = await callServer({
    ...given,
    atMs: [...burst(3), 1000],
    faults: [{ at: '50ms', drain: { workload: 'server' } }],
  });
  expect(leaves.traffic.codes).toEqual({ 200: 3, 503: 1 });
  expect(leaves.traffic.flags).toEqual({ UH: 1 });
  expect(leaves.counter('upstream_cx_total')).toBe(3);
  expect(leaves.traffic.latencyMs.max).toBeCloseTo(3 * 140, 6);
});

const GRPC = `---
{apiVersion: v1, kind: Service, metadata: {name: cart}, spec: {selector: {app: server}, ports: [{name: grpc, port: 7070}]}}
`;
function http2(connectionPool: object): string {
  const spec = { host: 'cart', trafficPolicy: { connectionPool } };
  return `${GRPC}---\n${JSON.stringify({ apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule', metadata: { name: 'cart' }, spec })}\n`;
}
const cart = (seen: Awaited<ReturnType<typeof callServer>>) =>
  seen.edges.find(({ destination }) => destination === 'cart')!;

// Measured all three: one connection, http2MaxRequests the bound, http1MaxPendingRequests only while connecting.
test('HTTP/2: the pending limit matters only while the connection is being opened', async () => {
  const manifests = http2({ http: { http1MaxPendingRequests: 4 } });
  const given = { ...NEAR, manifests, url: 'grpc://cart:7070/a.B/C', server: takes('100ms') };
  const cold = await callServer({ ...given, atMs: burst(10) });
  expect(cold.traffic.codes).toEqual({ 'grpc:0': 4, 'grpc:14': 6 });
  expect(cold.traffic.flags).toEqual({ UO: 6 });
  const warm = await callServer({ ...given, atMs: [-1000, ...burst(10)] });
  expect(outcome(warm)).toBe('grpc:0 -');
});

test('HTTP/2: a connection carries maxConcurrentStreams, beyond them another is opened', async () => {
  const given = { ...NEAR, url: 'grpc://cart:7070/a.B/C', server: takes('100ms') };
  const one = await callServer({ ...given, manifests: GRPC, atMs: burst(1024) });
  expect(cart(one).counters.upstream_cx_total).toBe(1);
  const three = await callServer({
    ...given,
    manifests: http2({ http: { maxConcurrentStreams: 10 } }),
    atMs: burst(30),
  });
  expect(cart(three).counters.upstream_cx_total).toBe(3);
});

test('HTTP/2: one connection for each worker', async () => {
  const given = { ...NEAR, url: 'grpc://cart:7070/a.B/C', server: takes('100ms') };
  const seen = await callServer({ ...given, manifests: GRPC, concurrency: 4, atMs: burst(200) });
  expect(cart(seen).counters.upstream_cx_total).toBe(4);
});

// Measured: 53 for 27 that wait. It grows at arrival, and again when a connection falls free while others wait.
test('upstream_cx_overflow counts about two for each request that waits', async () => {
  const policy = { connectionPool: { tcp: { maxConnections: 1 } } };
  const seen = await callServer({ ...NEAR, policy, server: takes('10ms'), atMs: [-20, ...burst(28)] });
  expect(seen.counter('upstream_rq_pending_total')).toBe(27);
  expect(seen.counter('upstream_cx_overflow')).toBe(53);
});

test('the idle time of HTTP connections is the TCP one where none is given', async () => {
  const policy = { connectionPool: { tcp: { idleTimeout: '1s' } } };
  const seen = await callServer({ ...NEAR, policy, atMs: [0, 900, 1950], seconds: 10 });
  expect(seen.counter('upstream_cx_total')).toBe(2);
});

test('HTTP/2: a connection is idle from its last answer on', async () => {
  const manifests = http2({ http: { idleTimeout: '1s' } });
  const seen = await callServer({ ...NEAR, manifests, url: 'grpc://cart:7070/a.B/C', atMs: [0, 900, 1800, 2700] });
  expect(cart(seen).counters.upstream_cx_total).toBe(1);
});

test('HTTP/2: maxRequestsPerConnection bounds what a connection takes, at once or ever', async () => {
  const manifests = http2({ http: { maxRequestsPerConnection: 3 } });
  const given = { ...NEAR, manifests, url: 'grpc://cart:7070/a.B/C', server: takes('100ms') };
  const together = await callServer({ ...given, atMs: burst(10) });
  expect(cart(together).counters.upstream_cx_total).toBe(4);
  const apart = await callServer({ ...given, atMs: Array.from({ length: 10 }, (_, i) => 500 * i) });
  expect(cart(apart).counters.upstream_cx_total).toBe(4);
});

test('HTTP/2: a try that times out leaves its connection to the others', async () => {
  const rule = `---
{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: cart},
  spec: {hosts: [cart], http: [{route: [{destination: {host: cart}}], timeout: 100ms}]}}
`;
  const given = { ...NEAR, manifests: GRPC + rule, url: 'grpc://cart:7070/a.B/C', server: takes('10s') };
  const seen = await callServer({ ...given, atMs: [0, 50, 1000] });
  expect(outcome(seen)).toBe('grpc:14 UT');
  expect(cart(seen).counters.upstream_cx_total).toBe(1);
});

// Envoy, source/common/conn_pool/conn_pool_base.cc, onConnectionDurationTimeout: no new requests, what is on it goes on.
test('maxConnectionDuration: a connection takes no request after it, and finishes what it has', async () => {
  const policy = { connectionPool: { tcp: { maxConnectionDuration: '1s' } } };
  const given = { ...NEAR, policy, server: takes('300ms') };
  const apart = await callServer({ ...given, atMs: [0, 400, 800, 1200, 1600] }); // opened at 0.0005 s and at 1.2 s
  expect(outcome(apart)).toBe('200 -');
  expect(apart.counter('upstream_cx_total')).toBe(2);
  const manifests = http2({ tcp: { maxConnectionDuration: '1s' } });
  const streams = { ...NEAR, manifests, url: 'grpc://cart:7070/a.B/C', server: takes('2s') };
  const over = await callServer({ ...streams, atMs: [0, 900, 1100, 1200] });
  expect(outcome(over)).toBe('grpc:0 -');
  expect(cart(over).counters.upstream_cx_total).toBe(2);
});

// One set of counters for each process and cluster (istio-envoy-semantics 3.6), whatever is spoken.
test('gRPC and other requests to one port share its limits', async () => {
  const policy = { connectionPool: { http: { http2MaxRequests: 5 } } };
  const requests = [{ to: 'grpc://server/a.B/C' }, { to: 'http://server/' }];
  const server = { endpoints: [{ steps: [{ wait: '1h' }] }] };
  const seen = await callServer({ policy, server, traffic: { requests }, rate: 10, seconds: 20 });
  expect(seen.traffic.flags.UO).toBe(seen.requests - 5);
});
