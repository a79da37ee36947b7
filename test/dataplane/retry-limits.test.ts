import { expect, test } from 'vitest';
import { burst, callServer, outcome } from './call-server.js';

// Envoy, source/common/upstream/resource_manager_impl.h and source/common/router/retry_state_impl.cc; measured on 1.40.

const FAILS = { endpoints: [{ steps: [{ wait: '10ms' }], respond: { status: 500 } }] };
const ONE_RETRY = { retries: { attempts: 1, retryOn: '5xx' } };

test('maxRetries 2: of 10 that fail together 2 are retried, the others are 500 UO', async () => {
  const policy = { connectionPool: { http: { maxRetries: 2 } } };
  const seen = await callServer({ policy, http: ONE_RETRY, server: FAILS, atMs: burst(10), seconds: 10 });
  expect(seen.traffic.codes).toEqual({ 500: 10 });
  expect(seen.traffic.flags).toEqual({ UO: 8, URX: 2 });
  expect(seen.counter('upstream_rq_retry')).toBe(2);
  expect(seen.counter('upstream_rq_retry_overflow')).toBe(8);
  expect(seen.counter('upstream_rq_retry_limit_exceeded')).toBe(2);
});

const BUDGETS = [
  // The k-th is retried while k - 1 < 0.2 (41 - k), rounded down: who fails still counts, whoever backs off does not.
  { percent: 20, min: undefined, failing: 40, retried: 6 },
  { percent: 60, min: 1, failing: 10, retried: 4 },
  { percent: 0, min: 1, failing: 40, retried: 1 },
  { percent: 0, min: undefined, failing: 40, retried: 3 },
  { percent: 100, min: undefined, failing: 10, retried: 5 },
];

test.each(BUDGETS)('a budget of $percent % and at least $min lets $retried of $failing retry', async (each) => {
  const { percent, min, failing, retried } = each;
  const policy = { retryBudget: { percent, ...(min !== undefined && { minRetryConcurrency: min }) } };
  const seen = await callServer({ policy, http: ONE_RETRY, server: FAILS, atMs: burst(failing), seconds: 10 });
  expect(seen.counter('upstream_rq_retry')).toBe(retried);
  expect(seen.counter('upstream_rq_retry_overflow')).toBe(failing - retried);
});

test('the place of a retry is held through its back-off, until its response', async () => {
  const policy = { connectionPool: { http: { maxRetries: 1 } } };
  const http = { retries: { attempts: 1, retryOn: '5xx', backoff: '1s' } };
  const seen = await callServer({ policy, http, server: FAILS, atMs: [0, 1, 5000], seconds: 10 });
  expect(seen.traffic.flags).toEqual({ UO: 1, URX: 2 });
});

test('a retry that the route timeout cuts off gives its place back', async () => {
  const policy = { connectionPool: { http: { maxRetries: 5 } } };
  const http = { timeout: '40ms', retries: { attempts: 3, retryOn: '5xx', backoff: '50ms' } };
  const server = { endpoints: [{ respond: { errors: { 500: '30%' } } }] };
  const seen = await callServer({ policy, http, server, replicas: 2, rate: 50, seconds: 200 });
  expect(seen.traffic.flags.UT).toBeGreaterThan(100);
  expect(seen.counter('upstream_rq_retry_overflow')).toBe(0);
});

test('a retry that the caller cuts off gives its place back', async () => {
  const policy = { connectionPool: { http: { maxRetries: 5 } } };
  const http = { retries: { attempts: 3, retryOn: '5xx', backoff: '1s' } };
  const traffic = { timeout: '100ms' };
  const seen = await callServer({ policy, http, server: FAILS, rate: 5, seconds: 200, traffic });
  expect(seen.traffic.flags.DC).toBeGreaterThan(800);
  expect(seen.counter('upstream_rq_retry_overflow')).toBe(0);
});

test('a retry counts as succeeded when its outcome is none to retry, whatever it is', async () => {
  const http = { retries: { attempts: 1, retryOn: '503', backoff: '1ms' } };
  const faults = [{ at: '0s', for: '15ms', errors: { workload: 'server', status: 503, share: '100%' } }];
  const server = { endpoints: [{ steps: [{ wait: '10ms' }], respond: { status: 500 } }] };
  const seen = await callServer({ http, server, faults, atMs: [0], seconds: 10 });
  expect(outcome(seen)).toBe('500 -');
  expect(seen.counter('upstream_rq_retry_success')).toBe(1);
});

// Envoy, source/common/router/router.cc, `retry_shadow_buffer_limit_`. Measured: 2 MB abandoned, 100 kB retried.
const BODIES = [
  { size: '100kB', tries: 2, expected: '500 URX', told: false },
  { size: '1048576B', tries: 2, expected: '500 URX', told: false },
  { size: '1048577B', tries: 1, expected: '500 -', told: true },
  { size: '2MB', tries: 1, expected: '500 -', told: true },
];

test.each(BODIES)('a request with a body of $size is tried $tries times', async ({ size, tries, expected, told }) => {
  const traffic = { requests: [{ to: 'http://server/', method: 'POST', size }] };
  const seen = await callServer({ http: ONE_RETRY, server: FAILS, traffic, rate: 10, seconds: 1 });
  expect(outcome(seen)).toBe(expected);
  expect(seen.attempts).toBe(tries * seen.requests);
  expect(seen.report.diagnostics.some(({ code }) => code === 'too-large-to-retry')).toBe(told);
});

test('nobody is told of a body that only the silent retries cannot send again', async () => {
  const traffic = { requests: [{ to: 'http://server/', size: '2MB' }] };
  const faults = [{ at: '0s', crash: { workload: 'server' } }];
  const seen = await callServer({ traffic, faults, rate: 10, seconds: 1 });
  expect(outcome(seen)).toBe('503 UF');
  expect(seen.attempts).toBe(seen.requests);
  expect(seen.report.diagnostics.some(({ code }) => code === 'too-large-to-retry')).toBe(false);
});
