import { expect, test } from 'vitest';
import { asHttpStatus, grpcStatus, localReplyToGrpc } from '../../src/dataplane/index.js';
import { burst, callServer, outcome, type Setup } from './call-server.js';

// Envoy, source/common/grpc/status.cc; measured on Envoy 1.40.

const LOCAL: readonly (readonly [http: number, grpc: number])[] = [
  [400, 13],
  [401, 16],
  [403, 7],
  [404, 12],
  [429, 14],
  [502, 14],
  [503, 14],
  [504, 14],
  [418, 2],
  [500, 2],
];

test.each(LOCAL)("a proxy's own %i is gRPC status %i", (http, grpc) => {
  expect(localReplyToGrpc(http)).toBe(grpcStatus(grpc));
});

const AS_HTTP = [200, 499, 500, 400, 504, 404, 409, 403, 429, 400, 409, 400, 501, 500, 503, 500, 401];

test('outlier detection takes a gRPC status for an HTTP status', () => {
  expect(AS_HTTP.map((_, status) => asHttpStatus(grpcStatus(status)))).toEqual(AS_HTTP);
});

const CART = `---
{apiVersion: v1, kind: Service, metadata: {name: cart}, spec: {selector: {app: server}, ports: [{name: grpc, port: 7070}]}}
`;

function cart(spec: object, kind = 'VirtualService'): string {
  return `---\n${JSON.stringify({ apiVersion: 'networking.istio.io/v1', kind, metadata: { name: 'cart' }, spec })}\n`;
}

function rule(fields: object): string {
  return cart({ hosts: ['cart'], http: [{ route: [{ destination: { host: 'cart' } }], ...fields }] });
}

function call(setup: Setup) {
  return callServer({
    url: 'grpc://cart:7070/shop.Cart/Get',
    rate: 10,
    seconds: 10,
    ...setup,
    manifests: CART + (setup.manifests ?? ''),
  });
}

const fails = (status: string | number) => ({ endpoints: [{ respond: { errors: { [status]: '100%' } } }] });

test('UNAVAILABLE is retried by default, INTERNAL is not', async () => {
  const unavailable = await call({ server: fails('UNAVAILABLE') });
  expect(outcome(unavailable)).toBe('grpc:14 URX');
  const rows = unavailable.edges.filter(({ destination }) => destination === 'cart');
  expect(rows.reduce((sum, row) => sum + row.attempts, 0)).toBe(3 * unavailable.requests);
  expect(outcome(await call({ server: fails('INTERNAL') }))).toBe('grpc:13 -');
});

test('5xx does not cover a gRPC status', async () => {
  const manifests = rule({ retries: { attempts: 3, retryOn: '5xx' } });
  expect(outcome(await call({ server: fails('UNAVAILABLE'), manifests }))).toBe('grpc:14 -');
});

test("the route's timeout is UNAVAILABLE to a gRPC caller, with UT", async () => {
  const server = { endpoints: [{ steps: [{ wait: '1s' }] }] };
  expect(outcome(await call({ server, manifests: rule({ timeout: '100ms' }) }))).toBe('grpc:14 UT');
});

test('nobody there: UNAVAILABLE with UH; no route: UNIMPLEMENTED with NR', async () => {
  expect(outcome(await call({ replicas: 0 }))).toBe('grpc:14 UH');
  const elsewhere = rule({ match: [{ uri: { exact: '/other' } }] });
  expect(outcome(await call({ manifests: elsewhere }))).toBe('grpc:12 NR');
});

test('no endpoint takes it: UNIMPLEMENTED from the application', async () => {
  expect(outcome(await call({ server: { endpoints: [{ match: { path: '/other' } }] } }))).toBe('grpc:12 -');
});

test('success is OK, or a status that is expected', async () => {
  const requests = [{ to: 'grpc://cart:7070/shop.Cart/Get', expect: ['NOT_FOUND'] }];
  const seen = await call({ server: fails('NOT_FOUND'), traffic: { requests } });
  expect(outcome(seen)).toBe('grpc:5 -');
  expect(seen.traffic.success.ratio).toBe(1);
  expect((await call({ server: fails('NOT_FOUND') })).traffic.success.ratio).toBe(0);
});

test('one HTTP/2 connection carries all requests, and http2MaxRequests bounds them', async () => {
  const policy = { connectionPool: { tcp: { maxConnections: 1 }, http: { http2MaxRequests: 10 } } };
  const manifests = cart({ host: 'cart', trafficPolicy: policy }, 'DestinationRule');
  const server = { endpoints: [{ steps: [{ wait: '100ms' }] }] };
  const seen = await call({ server, manifests, network: '0.25ms', atMs: [-1000, ...burst(30)] });
  expect(seen.traffic.codes).toEqual({ 'grpc:0': 10, 'grpc:14': 20 });
  expect(seen.traffic.flags).toEqual({ UO: 20 });
  const row = seen.edges.find(({ destination }) => destination === 'cart')!;
  expect(row.counters.upstream_cx_total).toBe(0); // the one that was opened before
});

test('five UNAVAILABLE in a row eject a host, five NOT_FOUND do not', async () => {
  const outlierDetection = { maxEjectionPercent: 100, baseEjectionTime: '1h' };
  const ejecting = cart({ host: 'cart', trafficPolicy: { outlierDetection } }, 'DestinationRule');
  const bad = await call({ server: fails('UNAVAILABLE'), manifests: ejecting + rule({ retries: { attempts: 0 } }) });
  expect(bad.traffic.flags).toEqual({ UH: bad.requests - 5 });
  const fine = await call({ server: fails('NOT_FOUND'), manifests: ejecting });
  expect(fine.traffic.flags).toEqual({});
});

// Envoy, source/common/router/router.cc, `finalTimeout`, with the `max_grpc_timeout` of Istio's routes. Measured: 100m: 14 UT
// at 104 ms; 400m beside `timeout: 200ms`: 200 ms; no header: the timeout alone; ignored where the request is not gRPC.
const DEADLINES = [
  { header: '100m', fields: {}, expected: 'grpc:14 UT', ms: 100 },
  { header: '400m', fields: { timeout: '200ms' }, expected: 'grpc:14 UT', ms: 200 },
  { header: '150m', fields: { timeout: '200ms' }, expected: 'grpc:14 UT', ms: 150 },
  { header: null, fields: { timeout: '200ms' }, expected: 'grpc:14 UT', ms: 200 },
  { header: '0S', fields: {}, expected: 'grpc:0 -', ms: 1000 },
  { header: '5S', fields: {}, expected: 'grpc:0 -', ms: 1000 },
  { header: '99999u', fields: {}, expected: 'grpc:14 UT', ms: 100 },
  { header: 'soon', fields: {}, expected: 'grpc:0 -', ms: 1000 },
  // No shorter than the header's, a per-try timeout is dropped.
  {
    header: '100m',
    fields: { retries: { attempts: 3, perTryTimeout: '100ms', retryOn: '5xx' } },
    expected: 'grpc:14 UT',
    ms: 100,
  },
];

test.each(DEADLINES)(
  'grpc-timeout $header with $fields: $expected at $ms ms',
  async ({ header, fields, expected, ms }) => {
    const headers = header === null ? {} : { 'grpc-timeout': header };
    const seen = await call({
      server: { endpoints: [{ steps: [{ wait: '1s' }] }] },
      manifests: rule(fields),
      traffic: { requests: [{ to: 'grpc://cart:7070/shop.Cart/Get', headers }] },
    });
    expect(outcome(seen)).toBe(expected);
    expect(seen.traffic.latencyMs.max).toBeCloseTo(ms, 6);
    const row = seen.edges.find(({ destination }) => destination === 'cart')!;
    expect(row.attempts).toBe(seen.requests); // never retried
  },
);

test('grpc-timeout holds without a VirtualService too, and not for HTTP', async () => {
  const headers = { 'grpc-timeout': '100m' };
  const server = { endpoints: [{ steps: [{ wait: '1s' }] }] };
  const grpc = await call({ server, traffic: { requests: [{ to: 'grpc://cart:7070/shop.Cart/Get', headers }] } });
  expect(outcome(grpc)).toBe('grpc:14 UT');
  const http = await callServer({ server, traffic: { requests: [{ to: 'http://server/', headers }] }, seconds: 1 });
  expect(outcome(http)).toBe('200 -');
});

// A server's own overflow reaches the caller as grpc-status 14 in the headers, which the default does retry.
test("a server's own overflow is UNAVAILABLE, and retried by default", async () => {
  const policy = { connectionPool: { http: { http2MaxRequests: 2 } } };
  const seen = await call({
    server: { endpoints: [{ steps: [{ wait: '10s' }] }] },
    manifests: cart({ host: 'cart', trafficPolicy: policy }, 'DestinationRule'),
    serverSidecar: true,
    callers: 5,
    network: '0.25ms',
    atMs: burst(5),
    seconds: 20,
  });
  expect(seen.traffic.codes).toEqual({ 'grpc:0': 2, 'grpc:14': 3 });
  expect(seen.traffic.flags).toEqual({ URX: 3 });
});

test.each([
  ['RESOURCE_EXHAUSTED', 'grpc:8 -'],
  ['INTERNAL', 'grpc:13 -'],
  [503, 'grpc:14 URX'], // Envoy, source/common/grpc/status.cc
  [500, 'grpc:2 -'],
] as const)("a timed fault's %s reaches a gRPC caller", async (status, expected) => {
  const faults = [{ at: '0s', errors: { workload: 'server', status, share: '100%' } }];
  expect(outcome(await call({ faults }))).toBe(expected);
});

test('a gRPC status of a timed fault reaches a caller over HTTP as Envoy takes it', async () => {
  const faults = [{ at: '0s', errors: { workload: 'server', status: 'RESOURCE_EXHAUSTED', share: '100%' } }];
  expect(outcome(await callServer({ faults, rate: 10, seconds: 10 }))).toBe('429 -');
});
