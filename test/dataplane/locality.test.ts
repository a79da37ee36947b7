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
    name: 'an order that is not modelled', // a diagnostic says so
    policy: {
      outlierDetection: {},
      loadBalancer: { localityLbSetting: { failoverPriority: ['topology.kubernetes.io/zone'] } },
    },
    own: 1 / 3,
  },
])('$name: the share of the own zone', async ({ policy, own }) => {
  const shares = await playOver(policy, ['r/b', 'other/a']);
  expect(shares.own(own)).toBe(true);
});
