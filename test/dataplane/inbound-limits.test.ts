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
