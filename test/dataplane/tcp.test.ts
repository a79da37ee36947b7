import { expect, test } from 'vitest';
import { burst, callServer, outcome, type Setup } from './call-server.js';

// Envoy, source/common/tcp_proxy/tcp_proxy.cc; measured on Envoy 1.40 what refused and timed-out connections log.

function exchange(setup: Setup, policy: object = {}) {
  const rule = JSON.stringify({
    host: 'db',
    trafficPolicy: { connectionPool: { tcp: { connectTimeout: '1s' } }, ...policy },
  });
  const manifests = `---
{apiVersion: v1, kind: Service, metadata: {name: db}, spec: {selector: {app: server}, ports: [{name: tcp, port: 5432}]}}
---
{apiVersion: networking.istio.io/v1, kind: DestinationRule, metadata: {name: db}, spec: ${rule}}
`;
  return callServer({ rate: 10, seconds: 20, url: 'tcp://db:5432', ...setup, manifests });
}

const EJECTING = { outlierDetection: { maxEjectionPercent: 100, baseEjectionTime: '1h' } };

test('an exchange is one connection and one answer', async () => {
  const seen = await exchange({ server: { endpoints: [{ steps: [{ wait: '5ms' }] }] }, network: '1ms' });
  expect(outcome(seen)).toBe('tcp:ok -');
  expect(seen.traffic.latencyMs.mean).toBeCloseTo(2 + 2 + 5, 6);
  const row = seen.edges.find(({ destination }) => destination === 'db')!;
  expect(row.counters.upstream_cx_total).toBe(seen.requests);
});

test('exchanges that succeed eject nobody', async () => {
  const seen = await exchange({}, EJECTING);
  expect(outcome(seen)).toBe('tcp:ok -');
});

test('what goes wrong on an established connection is not counted either', async () => {
  const seen = await exchange({ server: { endpoints: [{ respond: { status: 500 } }] } }, EJECTING);
  expect(Object.keys(seen.traffic.codes)).toEqual(['tcp:reset']);
  expect(seen.traffic.flags.UH).toBeUndefined();
});

test('five refused connections in a row eject a host', async () => {
  const seen = await exchange({ faults: [{ at: '0s', crash: { workload: 'server' } }] }, EJECTING);
  expect(seen.traffic.flags.UF).toBe(5);
  expect(seen.traffic.flags.UH).toBe(seen.requests - 5);
});

test('a refused connection is tried once', async () => {
  const seen = await exchange({ faults: [{ at: '0s', crash: { workload: 'server' } }], seconds: 1 });
  const row = seen.edges.find(({ destination }) => destination === 'db')!;
  expect(row.attempts).toBe(seen.requests);
  expect(Object.keys(seen.traffic.codes)).toEqual(['tcp:reset']);
});

// Measured: refused and timed out, both log UF,URX; a connection that the host resets later does not.
const FAILURES = [
  { how: 'refused', faults: [{ at: '0s', crash: { workload: 'server' } }], ms: 0 },
  { how: 'timed out', faults: [{ at: '0s', partition: { between: ['caller', 'server'] } }], ms: 1000 },
];

test.each(FAILURES)('a connection that is $how: UF,URX after $ms ms', async ({ faults, ms }) => {
  const seen = await exchange({ faults, seconds: 1 });
  expect(outcome(seen)).toBe('tcp:reset UF,URX');
  expect(seen.traffic.latencyMs.max).toBeCloseTo(ms, 6);
});

test.each(FAILURES)('five connections that are $how eject a host', async ({ faults }) => {
  const seen = await exchange({ faults, seconds: 20 }, EJECTING);
  expect(seen.traffic.flags.UH).toBeGreaterThan(100);
});

test('no host: UH', async () => {
  expect(outcome(await exchange({ replicas: 0, seconds: 1 }))).toBe('tcp:reset UH');
});

// Measured: a connection that the host resets later logs UR and does not count.
test.each([
  { what: 'the application resets it', server: { endpoints: [{ respond: { status: 500 } }] }, faults: [] },
  {
    what: 'the pod dies',
    server: { endpoints: [{ steps: [{ wait: '30m' }] }] },
    faults: [{ at: '10s', crash: { workload: 'server' } }],
  },
])('an established connection that is lost, $what: UR, nobody is ejected', async ({ server, faults }) => {
  const seen = await exchange({ server, faults, seconds: 5, drain: '60s' }, EJECTING);
  expect(outcome(seen)).toBe('tcp:reset UR');
  const row = seen.edges.find(({ destination }) => destination === 'db')!;
  expect(row.counters.ejections_total).toBe(0);
});

test('a connection that is made begins the count anew, before its exchange has ended', async () => {
  // Refused at 0.1, 0.2, 0.3, 0.4 s; made at 0.6 s, for an hour; refused again at 1.1 to 1.4 s: never five in a row.
  const faults = [
    { at: '0s', for: '500ms', crash: { workload: 'server' } },
    { at: '1s', for: '500ms', crash: { workload: 'server' } },
  ];
  const server = { endpoints: [{ steps: [{ wait: '30m' }] }] };
  const atMs = [100, 200, 300, 400, 600, 1100, 1200, 1300, 1400];
  const seen = await exchange({ faults, server, atMs, seconds: 5 }, EJECTING);
  expect(seen.traffic.flags).toEqual({ UF: 8, UR: 1, URX: 8 });
});

// Envoy, source/common/tcp_proxy/tcp_proxy.cc, onIdleTimeout; Istio's default is an hour.
const SILENT = [
  { idleTimeout: '2s', takes: '1s', expected: 'tcp:ok -', ms: 1000 },
  { idleTimeout: '2s', takes: '5s', expected: 'tcp:reset -', ms: 2000 },
  { idleTimeout: null, takes: '2h', expected: 'tcp:reset -', ms: 3_600_000 },
];

test.each(SILENT)('silent for $takes under idleTimeout $idleTimeout: $expected', async (each) => {
  const tcp = each.idleTimeout === null ? {} : { connectionPool: { tcp: { idleTimeout: each.idleTimeout } } };
  const server = { endpoints: [{ steps: [{ wait: each.takes }] }] };
  const seen = await exchange({ server, atMs: [0], seconds: 10, drain: '3h' }, { ...EJECTING, ...tcp });
  expect(outcome(seen)).toBe(each.expected);
  expect(seen.traffic.latencyMs.max).toBeCloseTo(each.ms, 3);
  const row = seen.edges.find(({ destination }) => destination === 'db')!;
  expect(row.counters).toMatchObject({ ejections_total: 0, upstream_rq_per_try_timeout: 0 });
});

// HTTPS that the application speaks itself: its proxy sees connections, and no request. Istio, core/listener.go.
const FAR = 'far.example.com';
function external(trafficPolicy: object, setup: Setup) {
  const entry = { hosts: [FAR], ports: [{ number: 443, name: 'https', protocol: 'HTTPS' }], resolution: 'DNS' };
  const rules = {
    ServiceEntry: entry,
    DestinationRule: { host: FAR, trafficPolicy },
    VirtualService: {
      hosts: [FAR],
      http: [{ retries: { attempts: 3, retryOn: '5xx' }, timeout: '1s', route: [{ destination: { host: FAR } }] }],
    },
  };
  const manifests = Object.entries(rules).map(
    ([kind, spec]) =>
      `---\n${JSON.stringify({ apiVersion: 'networking.istio.io/v1', kind, metadata: { name: 'far' }, spec })}\n`,
  );
  return callServer({ url: `https://${FAR}/`, rate: 10, seconds: 10, ...setup, manifests: manifests.join('') });
}
const far = (does: object) => ({ workloads: { [FAR]: { replicas: 1, ...does } } });

test('errors inside TLS are neither retried nor counted by outlier detection', async () => {
  const seen = await external(EJECTING, far({ endpoints: [{ respond: { status: 503 } }] }));
  expect(outcome(seen)).toBe('503 -');
  const row = seen.edges.find(({ destination }) => destination === FAR)!;
  expect(row.attempts).toBe(seen.requests);
  expect(row.counters.ejections_total).toBe(0);
});

test('the timeout of a rule does not reach into TLS', async () => {
  expect(outcome(await external(EJECTING, far({ endpoints: [{ steps: [{ wait: '5s' }] }] })))).toBe('200 -');
});

test('a connection that fails is closed under the application: no answer, UF,URX; five eject', async () => {
  const given = far({ endpoints: [{}] });
  const seen = await external(EJECTING, { ...given, faults: [{ at: '0s', crash: { workload: FAR } }] });
  expect(seen.traffic.codes).toEqual({ 0: seen.requests });
  expect(seen.traffic.flags).toEqual({ UF: 5, URX: 5, UH: seen.requests - 5 });
});

test('connections beyond maxConnections are closed; those that are kept carry on, http2MaxRequests or not', async () => {
  const connectionPool = { tcp: { maxConnections: 2 }, http: { http2MaxRequests: 1 } };
  const given = { ...far({ endpoints: [{ steps: [{ wait: '100ms' }] }] }), network: '0.25ms' };
  const seen = await external({ connectionPool }, { ...given, atMs: [...burst(5), 1000, 1000], seconds: 10 });
  expect(seen.traffic.codes).toEqual({ 0: 3, 200: 4 });
  expect(seen.traffic.flags).toEqual({ UO: 3 });
});

test("the application's own TLS takes one more round trip for each new connection", async () => {
  const given = { ...far({ endpoints: [{}] }), network: '10ms', seconds: 10 };
  const cold = await external(EJECTING, { ...given, atMs: [0] });
  expect(cold.traffic.latencyMs.max).toBeCloseTo(20 + 20 + 20, 6);
  const warm = await external(EJECTING, { ...given, atMs: [-1000, 0] });
  expect(warm.traffic.latencyMs.max).toBeCloseTo(20, 6);
});
