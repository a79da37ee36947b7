import { expect, test } from 'vitest';
import { callServer, isShare, outcome } from './call-server.js';

// Envoy 1.37, source/common/router/router.cc and upstream_request.cc; measured on Envoy 1.40.

const HANGS = { endpoints: [{ steps: [{ wait: '1h' }] }] };
const takes = (wait: string) => ({ endpoints: [{ steps: [{ wait }] }] });

const TIMEOUTS = [
  { name: 'the route timeout', http: { timeout: '1s' }, outcome: '504 UT', ms: 1000, tries: 1 },
  {
    name: 'a per-try timeout under the default retryOn is not retried',
    http: { retries: { attempts: 3, perTryTimeout: '200ms' } },
    outcome: '504 UT',
    ms: 200,
    tries: 1,
  },
  {
    name: 'a per-try timeout of the route timeout is dropped',
    http: { timeout: '1s', retries: { attempts: 3, perTryTimeout: '1s', retryOn: '5xx' } },
    outcome: '504 UT',
    ms: 1000,
    tries: 1,
  },
  {
    name: 'a per-try timeout above the route timeout is dropped',
    http: { timeout: '1s', retries: { attempts: 3, perTryTimeout: '2s', retryOn: '5xx' } },
    outcome: '504 UT',
    ms: 1000,
    tries: 1,
  },
  {
    name: 'the route timeout ends a row of tries',
    http: { timeout: '1s', retries: { attempts: 5, perTryTimeout: '400ms', retryOn: '5xx', backoff: '1ms' } },
    outcome: '504 UT',
    ms: 1000,
    tries: 3,
  },
];

test.each(TIMEOUTS)('$name', async ({ http, outcome: expected, ms, tries }) => {
  const seen = await callServer({ http, server: HANGS, atMs: [0, 5000], seconds: 10 });
  expect(outcome(seen)).toBe(expected);
  expect(seen.traffic.latencyMs.max).toBeCloseTo(ms, 6);
  expect(seen.attempts / seen.requests).toBe(tries);
});

test('counters of tries that the route timeout ends', async () => {
  const http = { timeout: '1s', retries: { attempts: 5, perTryTimeout: '400ms', retryOn: '5xx' } };
  const seen = await callServer({ http, server: HANGS, atMs: [0], seconds: 10 });
  expect(seen.counter('upstream_rq_per_try_timeout')).toBe(2);
  expect(seen.counter('upstream_rq_timeout')).toBe(1);
  expect(seen.counter('upstream_rq_retry')).toBe(2);
});

test('all tries time out: 504 URX,UT after tries and back-offs', async () => {
  const http = { retries: { attempts: 3, perTryTimeout: '200ms', retryOn: '5xx' } };
  const seen = await callServer({ http, server: HANGS, rate: 1, seconds: 200 });
  expect(outcome(seen)).toBe('504 URX,UT');
  expect(seen.attempts).toBe(4 * seen.requests);
  // Back-offs of 0 to 24, 49 and 99 ms, 12 + 24.5 + 49.5 on average; their variances add.
  const sd = Math.sqrt((25 ** 2 + 50 ** 2 + 100 ** 2 - 3) / 12 / seen.requests);
  expect(Math.abs(seen.traffic.latencyMs.mean! - 886) / sd).toBeLessThan(3.3);
  expect(seen.traffic.latencyMs.max).toBeLessThanOrEqual(800 + 172);
});

test('without a timeout a request waits as long as it takes', async () => {
  const seen = await callServer({ server: takes('60s'), atMs: [0], seconds: 10 });
  expect(outcome(seen)).toBe('200 -');
  expect(seen.traffic.latencyMs.max).toBe(60_000);
});

const QUEUED = { connectionPool: { tcp: { maxConnections: 1 } } };

test('the per-try timeout does not cover the wait for a connection', async () => {
  const http = { retries: { attempts: 1, perTryTimeout: '400ms', retryOn: '5xx' } };
  const seen = await callServer({ http, policy: QUEUED, server: takes('300ms'), atMs: [0, 0], seconds: 10 });
  expect(outcome(seen)).toBe('200 -');
  expect(seen.traffic.latencyMs.max).toBeCloseTo(600, 6);
});

test('the route timeout does', async () => {
  const http = { timeout: '500ms' };
  const seen = await callServer({ http, policy: QUEUED, server: takes('300ms'), atMs: [0, 0], seconds: 10 });
  expect(seen.traffic.codes).toEqual({ 200: 1, 504: 1 });
  expect(seen.traffic.latencyMs.max).toBeCloseTo(500, 6);
});

test('the route timeout covers connecting, which the per-try timeout does not', async () => {
  const faults = [{ at: '0s', partition: { between: ['caller', 'server'] } }];
  const policy = { connectionPool: { tcp: { connectTimeout: '2s' } } };
  const late = await callServer({ http: { timeout: '500ms' }, policy, faults, atMs: [0], seconds: 10 });
  expect(outcome(late)).toBe('504 UT');
  expect(late.traffic.latencyMs.max).toBeCloseTo(500, 6);
  const retries = { attempts: 1, perTryTimeout: '500ms', retryOn: 'reset' };
  const refused = await callServer({ http: { retries }, policy, faults, atMs: [0], seconds: 10 });
  expect(outcome(refused)).toBe('503 UF,URX');
  expect(refused.traffic.latencyMs.max).toBeGreaterThanOrEqual(4000);
});

test('the route timeout in a back-off: 504 UT, and no try was timed out', async () => {
  // The back-off is uniform on 0 to 999 ms: the first try fails at once, and after 300 ms it is over.
  const http = { timeout: '300ms', retries: { attempts: 1, retryOn: '5xx', backoff: '1s' } };
  const server = { endpoints: [{ respond: { status: 500 } }] };
  const seen = await callServer({ http, server, rate: 10, seconds: 100 });
  const late = seen.traffic.codes['504'] ?? 0;
  expect(isShare(late, seen.requests, 0.7)).toBe(true);
  expect(seen.traffic.codes['500']).toBe(seen.requests - late);
  expect(seen.traffic.flags).toEqual({ URX: seen.requests - late, UT: late });
  expect(seen.counter('upstream_rq_timeout')).toBe(0);
  expect(seen.traffic.latencyMs.max).toBeCloseTo(300, 6);
});

// Istio API, mesh/v1alpha1/config.proto, connectTimeout: TCP and TLS together, two round trips of 4 s.
test.each([
  { serverSidecar: false, outcome: '200 -' },
  { serverSidecar: true, outcome: '200 -', connectTimeout: '17s' },
  { serverSidecar: true, outcome: '503 UF', connectTimeout: '15s' },
  { serverSidecar: false, outcome: '200 -', connectTimeout: '9s' },
  { serverSidecar: false, outcome: '503 UF', connectTimeout: '7s' },
])('within connectTimeout $connectTimeout, TLS $serverSidecar: $outcome', async (row) => {
  const { connectTimeout, serverSidecar } = row;
  const seen = await callServer({
    ...(connectTimeout !== undefined && { policy: { connectionPool: { tcp: { connectTimeout } } } }),
    http: { retries: { attempts: 0 } },
    serverSidecar,
    network: '4s',
    atMs: [0],
    seconds: 10,
  });
  expect(outcome(seen)).toBe(row.outcome);
});

test('connecting has a limit of 10 s, and is retried by default', async () => {
  const faults = [{ at: '0s', partition: { between: ['caller', 'server'] } }];
  const seen = await callServer({ faults, atMs: [0], seconds: 10 });
  expect(outcome(seen)).toBe('503 UF,URX');
  expect(seen.attempts).toBe(3);
  expect(seen.traffic.latencyMs.max).toBeGreaterThanOrEqual(30_000);
  expect(seen.traffic.latencyMs.max).toBeLessThan(30_000 + 25 + 50);
});
