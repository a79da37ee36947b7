import { describe, expect, test } from 'vitest';
import { burst, callServer, outcome } from '../dataplane/call-server.js';
import { service } from '../support/stations.js';
import { destinationRule, fails, istio, takes, virtualService } from './documents.js';

// istio-envoy-semantics 12, continued from ejection.test.ts.

const NEAR = { network: '0.25ms', seconds: 10 };

test('Surprise 16: `maxConnections: 100` and ten clients are up to 1000 connections', async () => {
  const seen = await callServer({
    ...NEAR,
    manifests: destinationRule('connectionPool: {tcp: {maxConnections: 100}}'),
    callers: 10,
    server: takes('1s'),
    atMs: burst(2000),
  });
  expect(seen.counter('upstream_cx_total')).toBe(1000);
  expect(seen.counter('upstream_cx_overflow')).toBeGreaterThan(0);
  expect(outcome(seen)).toBe('200 -');
});

test("Surprise 16: the server's sidecar holds the same limit for all clients together", async () => {
  const seen = await callServer({
    ...NEAR,
    manifests: destinationRule(`
connectionPool: {http: {http2MaxRequests: 10}}
outlierDetection: {maxEjectionPercent: 100, baseEjectionTime: 1h}`),
    callers: 5,
    server: takes('1s'),
    serverSidecar: true,
    atMs: burst(50),
  });
  expect(seen.traffic.codes).toEqual({ 200: 10, 503: 40 });
  expect(seen.traffic.flags).toEqual({}); // an ordinary answer to the clients
  expect(seen.counter('upstream_rq_active_overflow')).toBe(0);
  expect(seen.counter('ejections_total')).toBeGreaterThan(0); // whose outlier detection counts it
});

test('Surprise 17: of a cold burst those beyond the pending limit fail at once, and nothing stays open', async () => {
  const seen = await callServer({
    ...NEAR,
    manifests:
      destinationRule('connectionPool: {tcp: {maxConnections: 100}, http: {http1MaxPendingRequests: 4}}') +
      virtualService(`
- route: [{destination: {host: server}}]
  retries: {attempts: 3, retryOn: 5xx}`),
    server: takes('10ms'),
    atMs: [...burst(10), 1],
  });
  expect(seen.traffic.codes).toEqual({ 200: 5, 503: 6 });
  expect(seen.traffic.flags).toEqual({ UO: 6 });
  expect(seen.traffic.latencyMs.p50).toBeLessThan(0.001);
  expect(seen.counter('upstream_rq_pending_overflow')).toBe(6);
  expect(seen.counter('upstream_rq_retry')).toBe(0);
});

test('Surprise 18: `http2MaxRequests` holds for HTTP/1.1 too', async () => {
  const warm = [-4000, -3999, -3998, -3997, -3996];
  const seen = await callServer({
    seconds: 10,
    manifests: destinationRule('connectionPool: {http: {http2MaxRequests: 5}}'),
    server: takes('1s'),
    atMs: [...warm, 0, 1, 2, 3, 4, 5, 6, 7],
  });
  expect(seen.traffic.codes).toEqual({ 200: 5, 503: 3 });
  expect(seen.traffic.flags).toEqual({ UO: 3 });
  expect(seen.counter('upstream_rq_active_overflow')).toBe(3);
});

describe('Surprise 19: settings of subsets and ports are not merged with the top level', () => {
  const rule = destinationRule(
    `
connectionPool: {tcp: {maxConnections: 10}}
outlierDetection: {maxEjectionPercent: 100, baseEjectionTime: 1h}
portLevelSettings:
- port: {number: 81}
  loadBalancer: {simple: RANDOM}`,
    `
subsets:
- name: all
  labels: {app: server}
  trafficPolicy: {connectionPool: {http: {http2MaxRequests: 100}}}`,
  );
  const toSubset = virtualService(`
- match: [{uri: {prefix: /subset}}]
  route: [{destination: {host: server, subset: all}}]
- route: [{destination: {host: server}}]`);
  // Port 81 is the Service `other`'s; its rule is for the host `other`.
  const manifests = (rule + toSubset + service('other', 81)).replace('"app":"other"', '"app":"server"');
  const onPort81 = manifests.replace('host: server\n  trafficPolicy', 'host: other\n  trafficPolicy');

  const ROWS = [
    { name: 'the top level', url: 'http://server/', to: 'server', connections: 10, ok: 120, ejects: true },
    { name: 'a subset', url: 'http://server/subset', to: 'server', connections: 120, ok: 100, ejects: true },
    { name: 'a port', url: 'http://other:81/', to: 'other', connections: 120, ok: 120, ejects: false },
  ];

  test.each(ROWS)('$name: $connections connections for 120 requests, $ok of them served', async (each) => {
    const { url, to, connections, ok } = each;
    const given = { ...NEAR, manifests: to === 'other' ? onPort81 : manifests, url };
    const seen = await callServer({ ...given, server: takes('100ms'), atMs: burst(120) });
    const row = seen.edges.find(({ destination }) => destination === to)!;
    expect(row.counters.upstream_cx_total).toBe(connections);
    expect(seen.traffic.codes['200']).toBe(ok);
    expect(seen.traffic.flags).toEqual(ok < 120 ? { UO: 120 - ok } : {});
  });

  test.each(ROWS)('$name: five errors eject is $ejects', async ({ url, to, ejects }) => {
    const given = { manifests: to === 'other' ? onPort81 : manifests, url };
    const seen = await callServer({ ...given, server: fails(500), rate: 10, seconds: 10 });
    expect(seen.traffic.flags).toEqual(ejects ? { UH: seen.requests - 5 } : {});
  });
});

test('Surprise 19: a Sidecar may say otherwise for the server alone', async () => {
  const seen = await callServer({
    ...NEAR,
    manifests:
      destinationRule('connectionPool: {http: {http2MaxRequests: 10}}') +
      istio('Sidecar', 'default', 'inboundConnectionPool: {http: {http2MaxRequests: 20}}'),
    callers: 5,
    server: takes('1s'),
    serverSidecar: true,
    atMs: burst(50),
  });
  expect(seen.traffic.codes).toEqual({ 200: 20, 503: 30 });
});
