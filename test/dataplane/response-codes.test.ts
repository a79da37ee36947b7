import { expect, test } from 'vitest';
import { station } from '../support/stations.js';
import { burst, callServer, outcome, type Setup } from './call-server.js';

// What the caller gets when the last try fails. Envoy, source/common/router/router.cc, source/common/stream_info/
// utility.cc; measured on Envoy 1.40 but for NC and NR, which were.

const CRASHED = [{ at: '0s', crash: { workload: 'server' } }];
const CUT = [{ at: '0s', partition: { between: ['caller', 'server'] } }];
const NO_RETRY = { retries: { attempts: 0 } };
const fails = (status: number) => ({ endpoints: [{ steps: [{ fail: status }] }] });

const ROWS: readonly (readonly [string, string, Setup])[] = [
  ['connection refused', '503 UF', { faults: CRASHED, http: NO_RETRY }],
  ['connection refused, retries used up', '503 UF,URX', { faults: CRASHED }],
  ['connecting timed out', '503 UF', { faults: CUT, http: NO_RETRY }],
  ['no host: no endpoints', '503 UH', { replicas: 0 }],
  ['no such cluster: a subset that nobody declares', '503 NC', { http: [subsetRoute('v9')] }],
  [
    'a subset without endpoints',
    '503 UH',
    { http: [subsetRoute('v9')], subsets: [{ name: 'v9', labels: { v: '9' } }] },
  ],
  ['no rule takes it', '404 NR', { http: [{ ...subsetRoute(null), match: [{ uri: { exact: '/elsewhere' } }] }] }],
  ['an error of the application', '500 -', { server: fails(500) }],
  [
    'an error with its retries used up',
    '500 URX',
    { server: fails(500), http: { retries: { attempts: 1, retryOn: '5xx' } } },
  ],
  ['a 503 of the application is not retried by default', '503 -', { server: fails(503) }],
  ['direct response', '418 -', { http: [{ directResponse: { status: 418 } }] }],
  ['redirect', '301 -', { http: [{ redirect: { uri: '/there' } }] }],
];

function subsetRoute(subset: string | null): object {
  return { route: [{ destination: { host: 'server', ...(subset !== null && { subset }) } }] };
}

test.each(ROWS)('%s: %s', async (_, expected, setup) => {
  expect(outcome(await callServer({ ...setup, atMs: [0, 40_000], seconds: 60 }))).toBe(expected);
});

test('a connection lost under the request: 503 UC, which the default does not retry', async () => {
  const server = { endpoints: [{ steps: [{ wait: '10s' }] }] };
  const faults = [{ at: '1s', crash: { workload: 'server' } }];
  const seen = await callServer({ server, faults, atMs: [0], seconds: 10 });
  expect(outcome(seen)).toBe('503 UC');
  expect(seen.traffic.latencyMs.max).toBeCloseTo(1000, 6);
});

test('retried, the lost connection becomes a refused one', async () => {
  const server = { endpoints: [{ steps: [{ wait: '10s' }] }] };
  const faults = [{ at: '1s', crash: { workload: 'server' } }];
  const http = { retries: { attempts: 1, retryOn: 'reset' } };
  const seen = await callServer({ server, faults, http, atMs: [0], seconds: 10 });
  expect(outcome(seen)).toBe('503 UF,URX');
});

test('a caller that hangs up: code 0, DC, and the try is dropped', async () => {
  const server = { abandoned: 'stop', endpoints: [{ steps: [{ wait: '10s' }] }] };
  const seen = await callServer({ server, atMs: [0], seconds: 10, traffic: { timeout: '250ms' } });
  expect(outcome(seen)).toBe('0 DC');
  expect(seen.traffic.latencyMs.max).toBeCloseTo(250, 6);
  expect(seen.traffic.causesMs.timeoutWait).toBeCloseTo(250, 6);
});

test('a retry that finds nobody takes the place of the earlier outcome: 503 UH, no URX', async () => {
  // Measured: one host, ejected by the first 500, attempts 2.
  const policy = { outlierDetection: { consecutive5xxErrors: 1, maxEjectionPercent: 100 } };
  const http = { retries: { attempts: 2, retryOn: '5xx', backoff: '10ms' } };
  const seen = await callServer({ server: fails(500), policy, http, atMs: [0], seconds: 10 });
  expect(outcome(seen)).toBe('503 UH');
  expect(seen.attempts).toBe(1);
  expect(seen.counter('upstream_rq_retry')).toBe(1);
});

test('a retry that finds the breaker full ends the request: 503 UO, no URX, tries left', async () => {
  const policy = { connectionPool: { http: { http2MaxRequests: 1 } } };
  const http = { retries: { attempts: 3, retryOn: '5xx', backoff: '1s' } };
  const server = { endpoints: [{ steps: [{ wait: '50ms' }] }] };
  const faults = [
    { at: '0s', for: '52ms', errors: { workload: 'server', status: 500, share: '100%' } },
    { at: '52ms', slow: { workload: 'server', by: '10s' } },
  ];
  // The first fails at 50 ms and waits up to 1 s; the second then holds the only place for 10 s.
  const seen = await callServer({ server, policy, http, faults, atMs: [0, 53], seconds: 10 });
  expect(seen.traffic.codes).toEqual({ 200: 1, 503: 1 });
  expect(seen.traffic.flags).toEqual({ UO: 1 });
  expect(seen.counter('upstream_rq_retry')).toBe(1);
  expect(seen.traffic.okLatencyMs.max).toBeCloseTo(10_050, 6);
});

test('what the server itself refuses is an ordinary 503 to the caller', async () => {
  const policy = { connectionPool: { http: { http2MaxRequests: 2 } } };
  const server = { endpoints: [{ steps: [{ wait: '100ms' }] }] };
  const seen = await callServer({
    server,
    policy,
    serverSidecar: true,
    callers: 5,
    network: '0.25ms',
    atMs: burst(10),
    seconds: 10,
  });
  expect(seen.traffic.codes).toEqual({ 200: 2, 503: 8 });
  expect(seen.traffic.flags).toEqual({});
});

// Flags are those of the first proxy's log: nobody logs a connection between two that have none.
test.each([
  { what: 'refused', server: {}, faults: CRASHED },
  { what: 'lost', server: { steps: [{ wait: '10s' }] }, faults: [{ at: '1s', crash: { workload: 'server' } }] },
])('a caller without a proxy whose connection is $what: no answer, no flag', async ({ server, faults }) => {
  const seen = await callServer({
    manifests: station('bare'),
    workloads: { bare: { endpoints: [] } },
    server: { endpoints: [server] },
    traffic: { from: { workload: 'bare' } },
    faults,
    atMs: [0],
    seconds: 10,
  });
  expect(outcome(seen)).toBe('0 -');
});
