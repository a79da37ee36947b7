import { expect, test } from 'vitest';
import { load } from '../support/run.js';
import { destinationRule, manifest, station } from '../support/stations.js';

const SPEC = `
workloads:
  client: {endpoints: []}
  server: {endpoints: [{}]}
traffic: [{name: t, from: {workload: client}, rate: 1/s, to: http://server/}]`;
const CONNECTIONS = { tcp: { maxConnections: 5 }, http: { http2MaxRequests: 10 } };
const rule = (connectionPool: object) => destinationRule('server', { connectionPool });
const limited = rule(CONNECTIONS);

// Envoy keeps limits by process and cluster: test/surprises/connection-pools.test.ts, surprise 16.
const ROWS = [
  { name: 'several callers', callers: 8, servers: 1, rules: limited, totals: [40, 80] },
  { name: 'several endpoints', callers: 1, servers: 2, rules: limited, totals: [5, 10] },
  { name: 'several of both', callers: 2, servers: 3, rules: limited, totals: [10, 20] },
  { name: 'one of each', callers: 1, servers: 1, rules: limited, totals: null },
  { name: 'no limits', callers: 8, servers: 2, rules: rule({ tcp: { connectTimeout: '1s' } }), totals: null },
  { name: 'no pool', callers: 8, servers: 2, rules: '', totals: null },
  { name: 'one of another host', callers: 8, servers: 2, rules: limited.replaceAll('server', 'client'), totals: null },
];

function findings(callers: number, servers: number, rules: string, serverSidecar = false, sidecar = true) {
  const stations =
    station('client', { replicas: callers, sidecar }) +
    station('server', { replicas: servers, sidecar: serverSidecar });
  const { diagnostics } = load({ spec: SPEC, manifests: stations + rules });
  return diagnostics.filter(({ code }) => code === 'limit-per-proxy');
}

test.each(ROWS)('$name: up to $totals in all', ({ callers, servers, rules, totals }) => {
  const found = findings(callers, servers, rules).map(({ message }) => message.match(/(?<=up to )\d+/g)!.map(Number));
  expect(found).toEqual(totals === null ? [] : [totals]);
});

test('a caller without a sidecar has no limits', () => {
  expect(findings(8, 2, limited, true, false)).toEqual([]);
});

const SIDECAR = manifest('networking.istio.io/v1', 'Sidecar', 'own', { inboundConnectionPool: CONNECTIONS });
const INBOUND = [
  { name: 'sidecars of their own', serverSidecar: true, more: '', told: true },
  { name: 'no sidecars', serverSidecar: false, more: '', told: false },
  { name: 'a Sidecar with a pool of its own', serverSidecar: true, more: SIDECAR, told: false },
];

test.each(INBOUND)('endpoints with $name hold the same: $told', ({ serverSidecar, more, told }) => {
  const [found] = findings(8, 2, limited + more, serverSidecar);
  expect(found!.help.includes('the sidecar of each endpoint')).toBe(told);
});
