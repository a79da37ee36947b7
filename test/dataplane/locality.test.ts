import { describe, expect, test } from 'vitest';
import { priorityLoads } from '../../src/dataplane/priorities.js';
import { deployment } from '../support/stations.js';
import { callServer, isShare } from './call-server.js';

// Envoy, source/common/upstream/load_balancer_impl.cc; what real Envoys did beside it.
describe('the load of each priority', () => {
  test.each([
    { healthy: [25, 25], loads: [100, 0] },
    { healthy: [18, 25], loads: [100, 0] }, // measured 100/0
    { healthy: [17, 25], loads: [95, 5] }, // 94.9/5.1
    { healthy: [10, 25], loads: [56, 44] }, // 56.6/43.4
    { healthy: [5, 25], loads: [28, 72] }, // 29.2/70.8
    { healthy: [0, 25], loads: [0, 100] },
    { healthy: [0, 0], loads: [100, 0] },
  ])('$healthy of 25 healthy: $loads', ({ healthy, loads }) => {
    expect(loadsOf(healthy, 25, 0)).toEqual({ loads, panics: [false, false] });
  });

  // The reference's table in 3.4.
  test.each([
    { healthy: [100, 100], loads: [100, 0] },
    { healthy: [72, 100], loads: [100, 0] },
    { healthy: [71, 100], loads: [99, 1] },
    { healthy: [50, 100], loads: [70, 30] },
    { healthy: [25, 100], loads: [35, 65] },
    { healthy: [25, 25], loads: [50, 50] },
    { healthy: [0, 100], loads: [0, 100] },
  ])('$healthy % healthy: $loads', ({ healthy, loads }) => {
    expect(loadsOf(healthy, 100, 0).loads).toEqual(loads);
  });

  test.each([
    { healthy: [1, 1], of: 4, threshold: 0, loads: [50, 50], panics: [false, false] },
    { healthy: [1, 1], of: 4, threshold: 50, loads: [50, 50], panics: [true, true] },
    { healthy: [1, 2], of: 4, threshold: 90, loads: [35, 65], panics: [false, false] }, // together they are enough
    { healthy: [2], of: 4, threshold: 50, loads: [100], panics: [false] }, // exactly half is no panic
    { healthy: [4], of: 5, threshold: 90, loads: [100], panics: [false] },
    { healthy: [0, 0], of: 4, threshold: 50, loads: [50, 50], panics: [true, true] },
  ])('$healthy of $of healthy, threshold $threshold', ({ healthy, of, threshold, loads, panics }) => {
    expect(loadsOf(healthy, of, threshold)).toEqual({ loads, panics });
  });

  function loadsOf(healthy: readonly number[], members: number, threshold: number) {
    const { upTo, panics } = priorityLoads(
      healthy.map((count) => ({ members, healthy: count })),
      threshold,
    );
    return { loads: upTo.map((limit, i) => limit - (upTo[i - 1] ?? 0)), panics };
  }
});

/** The caller stands in `r/a`, with ten servers there and ten in each of the other zones. */
async function playOver(policy: object, zones: readonly string[]) {
  const name = (zone: string) => `server-${zone.replace('/', '-')}`;
  const seen = await callServer({
    policy,
    platform: { nodes: { cpu: 4, zones: ['r/a', ...zones] } },
    manifests: zones.map((zone) => deployment(name(zone), { app: 'server', labels: { kind: name(zone) } })).join(''),
    workloads: Object.fromEntries(zones.map((zone) => [name(zone), { zones: { [zone]: 10 }, endpoints: [{}] }])),
    server: { zones: { 'r/a': 10 }, endpoints: [{}] },
    seconds: 50,
  });
  const own = seen.edges.find(({ workload }) => workload === 'server')?.attempts ?? 0;
  return { own: (share: number) => isShare(own, seen.attempts, share) };
}

// The reference's 3.4: implicit failover needs outlier detection.
test.each([
  { name: 'no outlier detection', policy: { loadBalancer: { simple: 'RANDOM' } }, own: 1 / 3 },
  { name: 'outlier detection', policy: { outlierDetection: {} }, own: 1 },
  {
    name: 'outlier detection, locality off',
    policy: { outlierDetection: {}, loadBalancer: { localityLbSetting: { enabled: false } } },
    own: 1 / 3,
  },
  {
    name: 'failoverPriority by a label that only others have',
    policy: { outlierDetection: {}, loadBalancer: { localityLbSetting: { failoverPriority: ['kind=server-r-b'] } } },
    own: 0,
  },
  {
    name: 'distribute without outlier detection',
    policy: { loadBalancer: { localityLbSetting: { distribute: [{ from: 'r/a', to: { 'r/a': 80, 'r/b': 20 } }] } } },
    own: 0.8,
  },
  {
    name: 'distribute to others',
    policy: { loadBalancer: { localityLbSetting: { distribute: [{ from: '*', to: { 'r/b': 50, 'other/*': 50 } }] } } },
    own: 0,
  },
])('$name: the share of the own zone', async ({ policy, own }) => {
  const shares = await playOver(policy, ['r/b', 'other/a']);
  expect(shares.own(own)).toBe(true);
});

/** The hosts of `near` stand in the caller's zone, with `bad` of them, and ten good ones in another. */
async function playFailing(policy: object, near: number, bad: number, http?: object) {
  return callServer({
    policy,
    ...(http && { http }),
    platform: { nodes: { cpu: 4, zones: ['r/a', 'r/b'] } },
    manifests: ['bad', 'far'].map((name) => deployment(name, { app: 'server', labels: { kind: name } })).join(''),
    workloads: {
      bad: { zones: { 'r/a': bad }, endpoints: [{ respond: { status: 500 } }] },
      far: { zones: { 'r/b': 10 }, endpoints: [{}] },
    },
    server: { zones: { 'r/a': near }, endpoints: [{}] },
    atMs: [
      ...Array.from({ length: 2000 }, (_, i) => 10 * i - 20_000),
      ...Array.from({ length: 5000 }, (_, i) => 10 * i),
    ],
    seconds: 50,
  });
}

const EJECT = { maxEjectionPercent: 100, baseEjectionTime: '1h' };

// Envoy, source/common/upstream/upstream_impl.cc, effectiveLocalityWeight; measured 73.7/26.3 = 56/20.
test('distribute: a locality loses what its ejected hosts have, times 1.4', async () => {
  const localityLbSetting = { distribute: [{ from: '*', to: { 'r/a': 80, 'r/b': 20 } }] };
  const seen = await playFailing({ loadBalancer: { localityLbSetting }, outlierDetection: EJECT }, 5, 5);
  const near = seen.edges.find(({ workload }) => workload === 'server')!.attempts;
  const far = seen.edges.find(({ workload }) => workload === 'far')!.attempts;
  expect(seen.traffic.codes).toEqual({ 200: 5000 });
  expect(near / (near + far)).toBeCloseTo(56 / 76, 2);
});

// Envoy, source/extensions/retry/priority/previous_priorities: measured, two tries in the failing priority, the third in the next.
test.each([
  { retryRemoteLocalities: true, tries: { bad: 2, far: 1 }, codes: { 200: 5000 } },
  { retryRemoteLocalities: false, tries: { bad: 5, far: 0 }, codes: { 500: 5000 } },
])('retryRemoteLocalities $retryRemoteLocalities: $tries', async ({ retryRemoteLocalities, tries, codes }) => {
  const outlierDetection = { consecutive5xxErrors: 0 };
  const http = { retries: { attempts: 4, retryOn: '5xx', backoff: '1ms', retryRemoteLocalities } };
  const seen = await playFailing({ outlierDetection }, 0, 10, http);
  const attempts = (name: string) => seen.edges.find(({ workload }) => workload === name)?.attempts ?? 0;
  expect({ bad: attempts('bad') / 5000, far: attempts('far') / 5000 }).toEqual(tries);
  expect(seen.traffic.codes).toEqual(codes);
});
