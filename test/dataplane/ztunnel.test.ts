import { expect, test } from 'vitest';
import type { Report } from '../../src/analysis/index.js';
import { AMBIENT_DEFAULT, BEHIND_WAYPOINT, document, pods } from '../support/ambient.js';
import { call, edge } from './call-ambient.js';

const ZONES = { nodes: { cpu: 4, zones: ['r/a', 'r/b', 's/a'] } };
/** Two servers each in the caller's zone, in its region and elsewhere; short connections, each of which picks anew. */
const SPREAD = {
  platform: ZONES,
  server: { endpoints: [{}], zones: { 'r/a': 2 } },
  workloads: {
    client: { endpoints: [], zones: { 'r/a': 1 } },
    near: { endpoints: [{}], zones: { 'r/b': 2 } },
    far: { endpoints: [{}], zones: { 's/a': 2 } },
  },
  url: 'tcp://server:80',
} as const;

const TIER = { tier: 'server' };
const wishing = (wish: object) =>
  ['server', 'near', 'far'].map((name) => pods(name, { labels: TIER })).join('') +
  document({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'server', namespace: 'default' },
    spec: { ...wish, selector: TIER, ports: [{ name: 'tcp', port: 80 }] },
  });
const connectionsTo = (report: Report, workload: string) => edge(report, 'client', workload)?.attempts ?? 0;
const shares = (report: Report) => ['server', 'near', 'far'].map((name) => connectionsTo(report, name));
const crash = (workload: string) => ({ at: '0s', crash: { workload, pods: 'all' } });

// ztunnel, src/state.rs, load_balance: of those that are ready the best rank alone, at random; what each wish asks for:
// Istio 1.31, pilot/pkg/serviceregistry/ambient/services.go.
test.each([
  { wish: 'nothing', more: wishing({}), found: [1, 1, 1] },
  { wish: 'PreferClose', more: wishing({ trafficDistribution: 'PreferClose' }), found: [1, 0, 0] },
  { wish: 'PreferSameZone', more: wishing({ trafficDistribution: 'PreferSameZone' }), found: [1, 0, 0] },
  {
    wish: 'PreferClose, nobody in the zone',
    more: wishing({ trafficDistribution: 'PreferClose' }),
    faults: [crash('server')],
    found: [0, 1, 0],
  },
  {
    wish: 'PreferClose, nobody in the region',
    more: wishing({ trafficDistribution: 'PreferClose' }),
    faults: [crash('server'), crash('near')],
    found: [0, 0, 1],
  },
])('a service that wishes $wish has connections $found', async ({ more, faults = [], found }) => {
  const seen = shares(await call({ ...SPREAD, mesh: AMBIENT_DEFAULT, more, faults, network: '1ms' }));
  const total = seen.reduce((sum, each) => sum + each, 0);
  const parts = found.reduce((sum, each) => sum + each, 0);
  seen.forEach((each, i) => {
    expect(Math.abs(each / total - found[i]! / parts), seen.join()).toBeLessThan(0.03);
  });
});

// ztunnel, src/state.rs: by capacity; Istio 1.31, PILOT_ENABLE_K8S_SELECT_WORKLOAD_ENTRIES.
test('machines have their weight, and kube-proxy has none of them', async () => {
  const machine = (name: string, weight: number) =>
    document({
      apiVersion: 'networking.istio.io/v1',
      kind: 'WorkloadEntry',
      metadata: { name, namespace: 'default' },
      spec: { address: '10.1.1.1', labels: { app: 'server' }, weight },
    });
  const workloads = { heavy: { endpoints: [{}] }, light: { endpoints: [{}] } };
  const url = 'tcp://server:80';
  const setup = { workloads, url, more: machine('heavy', 3) + machine('light', 1), network: '1ms' };
  const spread = (report: Report) => ['server', 'heavy', 'light'].map((name) => connectionsTo(report, name) / 9_999);
  const [pod, heavy, light] = spread(await call({ ...setup, mesh: AMBIENT_DEFAULT }));
  expect([pod! * 5, heavy! * 5, light! * 5].map((share) => Math.round(share))).toEqual([1, 3, 1]);
  expect(
    spread(await call({ ...setup, mesh: '', client: { labels: { 'sidecar.istio.io/inject': 'false' } } })),
  ).toEqual([1, 0, 0]);
});

// Istio 1.31, istio-discovery/files/waypoint.yaml: the Service of a waypoint prefers the zone, whatever it serves.
test('a call goes to a waypoint of its zone', async () => {
  const workloads = {
    client: { endpoints: [], zones: { 'r/a': 1 } },
    waypoint: { zones: { 'r/a': 1, 'r/b': 1, 's/a': 1 } },
  };
  const report = await call({ mesh: BEHIND_WAYPOINT, platform: ZONES, workloads });
  expect(report.traffic[0]!.latencyMs.max).toBe(0);
});

// Reference section 6: balancing by connection, not by request.
test('an application keeps its connection, and all its requests go to one pod', async () => {
  const report = await call({ mesh: AMBIENT_DEFAULT, platform: ZONES, replicas: 3 });
  const { mean, p50, p99 } = report.traffic[0]!.latencyMs;
  expect(p99).toBe(p50);
  expect(mean! - p50!).toBeLessThan(0.01);
});

const EXPIRED = (workload: string) => ({ at: '50s', for: '10s', certificate: { workload, expired: true } });

// RFC 8446; ztunnel, src/proxy/pool.rs: tunnels that are open go on.
test.each(['client', 'server'])('an expired certificate of the %s leaves open tunnels alone', async (workload) => {
  const report = await call({ mesh: AMBIENT_DEFAULT, faults: [EXPIRED(workload)], rate: '10/s' });
  expect(report.traffic[0]!.codes).toEqual({ '200': 999 });
});

test.each(['client', 'server'])('no tunnel opens while the certificate of the %s has expired', async (workload) => {
  const faults = [{ ...EXPIRED(workload), at: '0s' }];
  const report = await call({ mesh: AMBIENT_DEFAULT, faults, rate: '10/s' });
  expect(report.traffic[0]!.codes).toEqual({ '0': 99, '200': 900 });
});

test('a waypoint opens no tunnel to a pod whose certificate has expired', async () => {
  const faults = [{ ...EXPIRED('server'), at: '0s' }];
  const report = await call({ mesh: BEHIND_WAYPOINT, faults, rate: '10/s' });
  expect(report.traffic[0]).toMatchObject({ codes: { '200': 900, '503': 99 }, flags: { UF: 99, URX: 99 } });
});
