import { expect, test } from 'vitest';
import { station } from '../support/stations.js';
import { burst, callServer } from './call-server.js';

// A DestinationRule's connectionPool holds a second time, in the server's sidecar towards its application: Istio,
// pilot/pkg/networking/core/cluster_builder.go, applyConnectionPool for inbound clusters.

const ONE_AND_ONE = { connectionPool: { tcp: { maxConnections: 1 }, http: { http1MaxPendingRequests: 1 } } };
const BARE = { from: 'outside' };

test('clients without a sidecar meet the limits at the server: one in work, one waiting, the others 503', async () => {
  const server = { endpoints: [{ steps: [{ wait: '100ms' }] }] };
  const seen = await callServer({
    policy: ONE_AND_ONE,
    server,
    serverSidecar: true,
    traffic: BARE,
    atMs: burst(5),
    seconds: 10,
  });
  expect(seen.traffic.codes).toEqual({ 200: 2, 503: 3 });
  expect(seen.traffic.flags).toEqual({ UO: 3 }); // the first proxy on the way is the server's
  expect(seen.traffic.causesMs.poolWait).toBeCloseTo(100 / 5, 6);
});

test('one who gives up at the very moment of being let in leaves its place to the next', async () => {
  const calls = { to: 'http://server/', timeout: '5ms', onFailure: 'ignore' };
  const seen = await callServer({
    policy: ONE_AND_ONE,
    server: { abandoned: 'stop', endpoints: [{ steps: [{ wait: '5ms' }] }] },
    serverSidecar: true,
    manifests: station('front'),
    workloads: { front: { endpoints: [{ steps: [{ call: calls }] }] } },
    url: 'http://front/',
    atMs: [...burst(2), 20],
    seconds: 10,
  });
  expect(seen.traffic.codes).toEqual({ 200: 3 });
  // Each timeout was set before the work began that ends at the same instant: it comes first. Nobody is left behind.
  const rows = seen.report.edges.filter(({ source }) => source === 'front');
  expect(rows.map(({ codes, inFlight, attempts }) => ({ codes, inFlight, attempts }))).toEqual([
    { codes: { 0: 3 }, inFlight: 0, attempts: 3 },
  ]);
});

const GRPC = `---
{apiVersion: v1, kind: Service, metadata: {name: main}, spec: {selector: {app: server}, ports: [{name: grpc, port: 7070}]}}
---
{apiVersion: networking.istio.io/v1, kind: DestinationRule, metadata: {name: main}, spec: {host: main, trafficPolicy: `;
const SHARED = { url: 'grpc://main:7070/a.B/C', serverSidecar: true, callers: 5, network: '0.25ms', seconds: 10 };

test('gRPC requests share a connection to the application: maxConnections does not hold them up', async () => {
  const manifests = `${GRPC}${JSON.stringify(ONE_AND_ONE)}}}\n`;
  const server = { endpoints: [{ steps: [{ wait: '100ms' }] }] };
  const atMs = [-1000, -999, -998, -997, -996, ...burst(20)]; // connections to the server are there
  const seen = await callServer({ ...SHARED, manifests, server, atMs });
  expect(seen.traffic.codes).toEqual({ 'grpc:0': 20 });
  expect(seen.traffic.latencyMs.max).toBeCloseTo(100.5, 6);
});

test('http2MaxRequests bounds gRPC at the server as it does HTTP', async () => {
  const manifests = `${GRPC}${JSON.stringify({ connectionPool: { http: { http2MaxRequests: 4 } } })}}}\n`;
  const server = { endpoints: [{ steps: [{ wait: '10s' }] }] };
  const seen = await callServer({ ...SHARED, manifests, server, atMs: burst(20), seconds: 20 });
  expect(seen.traffic.codes['grpc:0']).toBe(4);
});

const TWO_CONNECTIONS = `---
{apiVersion: v1, kind: Service, metadata: {name: db}, spec: {selector: {app: server}, ports: [{name: tcp, port: 5432}]}}
---
{apiVersion: networking.istio.io/v1, kind: DestinationRule, metadata: {name: db},
  spec: {host: db, trafficPolicy: {connectionPool: {tcp: {maxConnections: 2}}}}}
`;

// Envoy, source/common/tcp_proxy/tcp_proxy.cc: a connection too many is closed, and never waits.
test('TCP connections beyond maxConnections are closed by the server, over all its clients', async () => {
  const server = { endpoints: [{ steps: [{ wait: '100ms' }] }] };
  const seen = await callServer({
    ...SHARED,
    url: 'tcp://db:5432',
    manifests: TWO_CONNECTIONS,
    server,
    atMs: burst(5),
  });
  expect(seen.traffic.codes).toEqual({ 'tcp:ok': 2, 'tcp:reset': 3 });
  expect(seen.traffic.flags).toEqual({}); // UO in the server's own log
  expect(seen.traffic.latencyMs.max).toBeCloseTo(2 * 0.5 + 100.5, 6);
});

test('HTTP over a port declared as TCP: beyond maxConnections the server closes the connection', async () => {
  const server = { endpoints: [{ steps: [{ wait: '100ms' }] }] };
  const seen = await callServer({
    ...SHARED,
    url: 'http://db:5432/',
    manifests: TWO_CONNECTIONS,
    server,
    atMs: burst(5),
  });
  expect(seen.traffic.codes).toEqual({ 0: 3, 200: 2 });
  expect(seen.traffic.flags).toEqual({}); // UO in the server's own log
});
