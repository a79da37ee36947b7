import { expect, test } from 'vitest';
import { deployment } from '../support/stations.js';
import { callServer, isShare, outcome } from './call-server.js';

// Envoy, source/extensions/load_balancing_policies/; measured on Envoy 1.40.

/** More pods of `server` that do something else. */
function pods(name: string, replicas: number): string {
  return deployment(name, { app: 'server', labels: { kind: name }, replicas });
}
const NEVER_ENDS = { endpoints: [{ steps: [{ wait: '10h' }] }] };

function hits(seen: Awaited<ReturnType<typeof callServer>>, workload: string): number {
  return seen.edges.find((edge) => edge.workload === workload)?.attempts ?? 0;
}

// LEAST_REQUEST draws two hosts with replacement: a busy one among n - 1 idle ones is taken only if drawn twice.
test.each([2, 3, 5])('LEAST_REQUEST: one busy host of %i gets 1/n^2', async (hosts) => {
  const seen = await callServer({
    replicas: hosts - 1,
    manifests: pods('busy', 1),
    workloads: { busy: NEVER_ENDS },
    rate: 100,
    seconds: 100,
    drain: '0s',
  });
  // Until it has its first request the busy host is as good as any.
  expect(isShare(hits(seen, 'busy') - 1, seen.requests - hosts, 1 / hosts ** 2)).toBe(true);
});

const EVEN = ['LEAST_REQUEST', 'RANDOM', 'ROUND_ROBIN'];

test.each(EVEN)('%s: idle hosts get the same', async (simple) => {
  const seen = await callServer({
    policy: { loadBalancer: { simple } },
    manifests: pods('other', 1),
    workloads: { other: { endpoints: [{}] } },
    replicas: 2,
    rate: 100,
    seconds: 99,
  });
  if (simple === 'ROUND_ROBIN') expect(Math.abs(hits(seen, 'other') - seen.requests / 3)).toBeLessThan(1);
  else expect(isShare(hits(seen, 'other'), seen.requests, 1 / 3)).toBe(true);
});

test('RANDOM does not look at who is busy', async () => {
  const seen = await callServer({
    policy: { loadBalancer: { simple: 'RANDOM' } },
    manifests: pods('busy', 1),
    workloads: { busy: NEVER_ENDS },
    rate: 100,
    seconds: 50,
    drain: '0s',
  });
  expect(isShare(hits(seen, 'busy'), seen.requests, 1 / 2)).toBe(true);
});

const FAST_FAILURE = [
  { simple: 'LEAST_REQUEST', low: 0.52, high: 5 / 9 }, // measured 53.9 %
  { simple: 'ROUND_ROBIN', low: 0.333, high: 0.3334 },
];

test.each(FAST_FAILURE)('$simple: a host that fails fast draws its share', async ({ simple, low, high }) => {
  const seen = await callServer({
    policy: { loadBalancer: { simple } },
    server: { endpoints: [{ steps: [{ wait: '100ms' }] }] },
    replicas: 2,
    manifests: pods('bad', 1),
    workloads: { bad: { endpoints: [{ steps: [{ wait: '1ms' }, { fail: 500 }] }] } },
    arrivals: 'poisson',
    rate: 100,
    seconds: 300,
  });
  const share = hits(seen, 'bad') / seen.requests;
  expect(share).toBeGreaterThan(low);
  expect(share).toBeLessThan(high);
});

// A retry picks again, at most five times, while it meets a host tried before.
test('a second try with two idle hosts meets the first one again in 1 of 64', async () => {
  const http = { retries: { attempts: 1, retryOn: '5xx', backoff: '1ms' } };
  const seen = await callServer({
    http,
    server: { endpoints: [{ respond: { status: 500 } }] },
    manifests: pods('good', 1),
    workloads: { good: { endpoints: [{}] } },
    rate: 100,
    seconds: 600,
  });
  const first = seen.counter('upstream_rq_retry');
  expect(isShare(seen.traffic.codes['500']!, first, 1 / 64)).toBe(true);
});

test('with two of three idle hosts tried, the third try misses the last in (2/3)^6', async () => {
  const fails = { endpoints: [{ respond: { status: 500 } }] };
  const seen = await callServer({
    http: { retries: { attempts: 2, retryOn: '5xx', backoff: '1ms' } },
    server: fails,
    replicas: 2,
    manifests: pods('good', 1),
    workloads: { good: { endpoints: [{}] } },
    rate: 100,
    seconds: 600,
  });
  const again = (1 / 3) ** 6; // six picks of the one tried host
  const otherBad = (1 - again) / 2;
  const fail = (2 / 3) * (otherBad * (2 / 3) ** 6 + again * (again + otherBad));
  expect(isShare(seen.traffic.codes['500']!, seen.requests, fail)).toBe(true);
});

test('ROUND_ROBIN never meets a tried host while there is another', async () => {
  const seen = await callServer({
    http: { retries: { attempts: 1, retryOn: '5xx', backoff: '1ms' } },
    policy: { loadBalancer: { simple: 'ROUND_ROBIN' } },
    server: { endpoints: [{ respond: { status: 500 } }] },
    manifests: pods('good', 1),
    workloads: { good: { endpoints: [{}] } },
    rate: 100,
    seconds: 100,
  });
  expect(outcome(seen)).toBe('200 -');
});

test('a retry has no choice where there is one host', async () => {
  const seen = await callServer({
    http: { retries: { attempts: 2, retryOn: '5xx', backoff: '1ms' } },
    server: { endpoints: [{ respond: { status: 500 } }] },
    rate: 10,
    seconds: 10,
  });
  expect(outcome(seen)).toBe('500 URX');
  expect(hits(seen, 'server')).toBe(3 * seen.requests);
});

// Two hosts, one of them busy with requests of another worker: all workers know of them.
test('LEAST_REQUEST: active requests are those of all workers of the proxy', async () => {
  const seen = await callServer({
    concurrency: 8,
    manifests: pods('busy', 1),
    workloads: { busy: NEVER_ENDS },
    rate: 100,
    seconds: 100,
    drain: '0s',
  });
  expect(isShare(hits(seen, 'busy') - 1, seen.requests - 2, 1 / 4)).toBe(true);
});

const PANIC = [
  { hosts: 10, bad: 2, panics: false }, // 80 % healthy: min(100, 1.4 x 80) = 100
  { hosts: 7, bad: 2, panics: false }, // 71.4 %: just 100
  { hosts: 10, bad: 3, panics: true }, // 70 %: 98 < 100, and 70 < 90
];

test.each(PANIC)('minHealthPercent 90 with $bad of $hosts out: panic is $panics', async ({ hosts, bad, panics }) => {
  const outlierDetection = { minHealthPercent: 90, maxEjectionPercent: 100, baseEjectionTime: '1h' };
  const seen = await callServer({
    policy: { outlierDetection },
    replicas: hosts - bad,
    manifests: pods('bad', bad),
    workloads: { bad: { endpoints: [{ respond: { status: 500 } }] } },
    atMs: [
      ...Array.from({ length: 2000 }, (_, i) => 10 * i - 20_000),
      ...Array.from({ length: 5000 }, (_, i) => 10 * i),
    ],
    seconds: 50,
  });
  const failed = seen.traffic.codes['500'] ?? 0;
  if (panics) expect(isShare(failed, seen.requests, bad / hosts)).toBe(true);
  else expect(failed).toBe(0);
});

test('exactly at the threshold there is no panic', async () => {
  const outlierDetection = { minHealthPercent: 50, maxEjectionPercent: 100, baseEjectionTime: '1h' };
  const seen = await callServer({
    policy: { outlierDetection },
    replicas: 2,
    manifests: pods('bad', 2),
    workloads: { bad: { endpoints: [{ respond: { status: 500 } }] } },
    atMs: [
      ...Array.from({ length: 1000 }, (_, i) => 10 * i - 20_000),
      ...Array.from({ length: 500 }, (_, i) => 10 * i),
    ],
    seconds: 50,
  });
  expect(outcome(seen)).toBe('200 -');
});

// `from: outside` has no proxy and reaches a ready pod at random (docs/scenario.md). Its clients are many, so that none reuses another's connection.
test('from outside each request goes to a pod at random', async () => {
  const { report, requests } = await callServer({
    traffic: { from: 'outside' },
    manifests: pods('other', 1),
    workloads: { other: { endpoints: [{}] } },
    replicas: 2,
    seconds: 100,
  });
  const other = report.edges.find(({ workload }) => workload === 'other');
  expect(isShare(other?.attempts ?? 0, requests, 1 / 3)).toBe(true);
});
