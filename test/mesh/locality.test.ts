import { describe, expect, test } from 'vitest';
import {
  type EffectiveCluster,
  type LoadBalancing,
  type LocalityGroup,
  type LocalityOrder,
  MeshResolver,
  placeEndpoints,
  type Service,
} from '../../src/mesh/index.js';
import { destinationRule, mesh, outlier, policy, service, workload } from '../support/mesh.js';

// What istiod 1.31 sends a gold client in r/a for two endpoints there, three in r/b and one in q/c, the first of each
// gold, the others silver. Source: pilot/pkg/networking/core/loadbalancer/loadbalancer.go.
const ENDPOINTS = ['r/a', 'r/a', 'r/b', 'r/b', 'r/b', 'q/c'].map((locality, i, all) => ({
  locality,
  labels: { tier: all.indexOf(locality) === i ? 'gold' : 'silver' },
  weight: 1,
}));
const CLIENT = { locality: 'r/a', labels: { tier: 'gold' } };

const flat = 'p0 of 6';
const near = 'p0 of 2, p1 of 3, p2 of 1';

const ROWS: readonly { name: string; preference: LocalityOrder | null; sent: string }[] = [
  { name: 'nothing', preference: null, sent: flat },
  { name: 'implicit failover', preference: { kind: 'distance', failover: [] }, sent: near },
  {
    name: 'failover to a region that is not there',
    preference: { kind: 'distance', failover: [{ from: 'r', to: 'x' }] },
    sent: 'p0 of 2 weighs 2, p1 of 3 weighs 3, p2 of 1 weighs 1',
  },
  {
    name: 'PreferClose',
    preference: {
      kind: 'labels',
      labels: ['topology.kubernetes.io/region', 'topology.kubernetes.io/zone'],
      failover: [],
    },
    sent: 'p0 of 2 weighs 2, p1 of 3 weighs 3, p2 of 1 weighs 1',
  },
  {
    name: 'failoverPriority of one label',
    preference: { kind: 'labels', labels: ['tier'], failover: [] },
    sent: 'p0 of 1 weighs 1, p1 of 1 weighs 1, p0 of 1 weighs 1, p1 of 2 weighs 2, p0 of 1 weighs 1',
  },
  {
    name: 'failoverPriority: the first mismatch stops counting',
    preference: { kind: 'labels', labels: ['tier', 'topology.kubernetes.io/zone'], failover: [] },
    sent: 'p0 of 1 weighs 1, p2 of 1 weighs 1, p1 of 1 weighs 1, p2 of 2 weighs 2, p1 of 1 weighs 1',
  },
  {
    name: 'failoverPriority with a value of its own',
    preference: { kind: 'labels', labels: ['tier=silver'], failover: [] },
    sent: 'p1 of 1 weighs 1, p0 of 1 weighs 1, p1 of 1 weighs 1, p0 of 2 weighs 2, p1 of 1 weighs 1',
  },
  {
    name: 'failoverPriority with failover',
    preference: { kind: 'labels', labels: ['tier'], failover: [{ from: 'r', to: 'q' }] },
    sent: 'p0 of 1 weighs 1, p3 of 1 weighs 1, p1 of 1 weighs 1, p4 of 2 weighs 2, p2 of 1 weighs 1',
  },
  {
    name: 'distribute',
    preference: { kind: 'distribute', distribute: [{ from: 'r/a/*', to: { 'r/a/*': 80, 'q/*': 20 } }] },
    sent: 'p0 of 2 weighs 80, p0 of 1 weighs 20', // whoever is not named is sent empty
  },
  {
    name: 'distribute by endpoints within a wildcard',
    preference: { kind: 'distribute', distribute: [{ from: '*', to: { 'r/*': 70, 'q/*': 30 } }] },
    sent: 'p0 of 2 weighs 28, p0 of 3 weighs 42, p0 of 1 weighs 30',
  },
  {
    name: 'distribute from elsewhere',
    preference: { kind: 'distribute', distribute: [{ from: 'z/*', to: { 'r/*': 70, 'q/*': 30 } }] },
    sent: 'p0 of 2 weighs 2, p0 of 3 weighs 3, p0 of 1 weighs 1',
  },
];

test.each(ROWS)('$name', ({ preference, sent }) => {
  expect(texts(placeEndpoints(preference, CLIENT, ENDPOINTS))).toBe(sent);
});

function texts(groups: readonly LocalityGroup[]): string {
  const text = ({ priority, weight, endpoints }: LocalityGroup) =>
    [`p${priority} of ${endpoints.length}`, weight === null ? '' : ` weighs ${weight}`].join('');
  return groups.map(text).join(', ');
}

/** Groups without weights are one. */
function merged(groups: readonly LocalityGroup[]): string {
  expect(groups.every(({ priority, weight }) => priority === 0 && weight === null)).toBe(true);
  return `p0 of ${groups.reduce((sum, { endpoints }) => sum + endpoints.length, 0)}`;
}

test.each([
  { from: 'r/a/x', to: 'r/a/x', priority: 0 },
  { from: 'r/a/x', to: 'r/a/y', priority: 1 },
  { from: 'r/a/x', to: 'r/b/x', priority: 2 },
  { from: 'r/a/x', to: 's/a/x', priority: 3 },
])('from $from to $to', ({ from, to, priority }) => {
  const others = ['r/a/x', 'r/a/y', 'r/b/x', 's/a/x'].map((locality) => ({ locality, labels: {}, weight: 1 }));
  const preference = { kind: 'distance', failover: [] } as const;
  const groups = placeEndpoints(preference, { locality: from, labels: {} }, others);
  expect(groups.find(({ endpoints }) => others[endpoints[0]!]!.locality === to)?.priority).toBe(priority);
});

// Recorded in validation/istiod/unknown-locality: all that needs to know where the caller is makes no difference.
test.each<{ name: string; preference: LocalityOrder; sent: string }>([
  { name: 'implicit failover', preference: { kind: 'distance', failover: [] }, sent: flat },
  {
    name: 'failover',
    preference: { kind: 'distance', failover: [{ from: 'r', to: 'q' }] },
    sent: 'p0 of 2 weighs 2, p0 of 3 weighs 3, p0 of 1 weighs 1',
  },
  {
    name: 'failoverPriority',
    preference: { kind: 'labels', labels: ['tier', 'topology.kubernetes.io/zone'], failover: [] },
    sent: 'p0 of 1 weighs 1, p1 of 1 weighs 1, p0 of 1 weighs 1, p1 of 2 weighs 2, p0 of 1 weighs 1',
  },
  {
    name: 'distribute from anywhere',
    preference: { kind: 'distribute', distribute: [{ from: '*', to: { 'r/*': 70, 'q/*': 30 } }] },
    sent: 'p0 of 2 weighs 28, p0 of 3 weighs 42, p0 of 1 weighs 30',
  },
  {
    name: 'distribute from somewhere',
    preference: { kind: 'distribute', distribute: [{ from: 'r/a', to: { 'r/*': 70, 'q/*': 30 } }] },
    sent: 'p0 of 2 weighs 2, p0 of 3 weighs 3, p0 of 1 weighs 1',
  },
])('a caller nobody knows the place of: $name', ({ preference, sent }) => {
  const groups = placeEndpoints(preference, { ...CLIENT, locality: '' }, ENDPOINTS);
  expect(sent === flat ? merged(groups) : texts(groups)).toBe(sent);
});

test('priorities have no gaps', () => {
  const far = [{ locality: 's/a', labels: {}, weight: 1 }];
  expect(placeEndpoints({ kind: 'distance', failover: [] }, CLIENT, far)[0]?.priority).toBe(0);
});

describe('what settles the preference', () => {
  const off = { enabled: false, distribute: [], failover: [], failoverPriority: [] };
  const on = { ...off, enabled: true };
  const priorities = { ...on, failoverPriority: ['tier'] };
  const shares = { ...on, distribute: [{ from: '*', to: { '*': 100 } }] };
  type Row = {
    name: string;
    locality?: LoadBalancing['locality'];
    mesh?: LoadBalancing['locality'];
    outliers?: boolean;
    /** The mesh detects outliers, and no rule. */
    meshOutliers?: boolean;
    resolution?: Service['resolution'];
    prefers?: Service['prefers'];
    kind: NonNullable<EffectiveCluster['locality']>['kind'] | null;
  };
  const rows: readonly Row[] = [
    { name: 'nothing', kind: null },
    { name: 'outlier detection', outliers: true, kind: 'distance' },
    { name: 'outlier detection, switched off', outliers: true, locality: off, kind: null },
    { name: 'failoverPriority without outlier detection', locality: priorities, kind: null },
    { name: 'failoverPriority with it', locality: priorities, outliers: true, kind: 'labels' },
    { name: 'distribute needs nothing', locality: shares, kind: 'distribute' },
    { name: 'PreferClose needs nothing', prefers: 'zone', kind: 'labels' },
    { name: 'PreferSameNode', prefers: 'node', kind: 'labels' },
    { name: 'PreferClose, but a setting without outlier detection', prefers: 'zone', locality: on, kind: null },
    { name: 'switched off for the mesh', mesh: off, outliers: true, kind: null },
    { name: 'switched off for the mesh, on for the host', mesh: off, locality: on, outliers: true, kind: 'distance' },
    { name: "the mesh's shares", mesh: shares, kind: 'distribute' },
    { name: "the mesh's shares, but PreferClose", mesh: shares, prefers: 'zone', kind: 'labels' },
    { name: 'PreferClose, switched off', prefers: 'zone', locality: off, kind: null },
    // validation/istiod/mesh-default-policy: lists of endpoints are made without the mesh's own traffic policy.
    { name: "the mesh's outlier detection", meshOutliers: true, kind: null },
    { name: "the mesh's, beside failoverPriority", meshOutliers: true, locality: priorities, kind: 'distribute' },
    { name: "the mesh's, of a host that is looked up", meshOutliers: true, resolution: 'dns', kind: 'distance' },
  ];

  test.each(rows)('$name: $kind', (row) => {
    const {
      locality = null,
      mesh: whole = null,
      outliers = false,
      prefers = 'any',
      resolution = 'cluster',
      kind,
    } = row;
    const loadBalancer = { origin: workload('c').origin, balancer: null, warmup: null, locality };
    const rule = destinationRule('server', {
      policy: policy({ loadBalancer, outlierDetection: outliers ? outlier() : null }),
    });
    const parts = { services: [service('server', { prefers, resolution })], destinationRules: [rule] };
    const settings = { locality: whole, outlierDetection: row.meshOutliers ? outlier() : null };
    const resolver = new MeshResolver(mesh({ ...parts, settings }));
    const host = 'server.default.svc.cluster.local';
    const cluster = resolver.cluster(workload('client'), { service: null, host, port: 80, subset: null });
    expect(cluster?.locality?.kind ?? null).toBe(kind);
  });
});
