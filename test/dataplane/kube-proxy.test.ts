import { expect, test } from 'vitest';
import type { Report } from '../../src/analysis/index.js';
import { document, pods } from '../support/ambient.js';
import { call, edge } from './call-ambient.js';

// Kubernetes, pkg/proxy/topology.go, topologyModeFromHints: the ready endpoints of the caller's zone if there are any, else
// all; staging/src/k8s.io/endpointslice/trafficdist: the Service's field asks for that.

const ZONES = { nodes: { cpu: 4, zones: ['r/a', 'r/b', 's/c'] } };
const SPREAD = {
  platform: ZONES,
  mesh: '',
  network: '1ms',
  server: { endpoints: [{}], zones: { 'r/a': 2 } },
  workloads: {
    client: { endpoints: [], zones: { 'r/a': 1 } },
    near: { endpoints: [{}], zones: { 'r/b': 2 } },
    far: { endpoints: [{}], zones: { 's/c': 2 } },
  },
  url: 'tcp://server:80', // short connections, each of which picks anew
} as const;

const TIER = { tier: 'server' };
const WITHOUT_PROXY = { labels: { 'sidecar.istio.io/inject': 'false' } };
const wishing = (wish: object, annotations: object = {}) =>
  ['server', 'near', 'far'].map((name) => pods(name, { labels: TIER })).join('') +
  document({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'server', namespace: 'default', annotations },
    spec: { ...wish, selector: TIER, ports: [{ name: 'tcp', port: 80 }] },
  });
/** Nobody is in sight of it: its calls pass through. */
const BLINDFOLD = document({
  apiVersion: 'networking.istio.io/v1',
  kind: 'Sidecar',
  metadata: { name: 'client', namespace: 'default' },
  spec: { workloadSelector: { labels: { app: 'client' } }, egress: [{ hosts: ['nowhere/*'] }] },
});
const CLOSE = { trafficDistribution: 'PreferClose' };
const ANNOTATED = { 'networking.istio.io/traffic-distribution': 'PreferClose' };
const crash = (workload: string) => ({ at: '0s', crash: { workload, pods: 'all' } });
const shares = (report: Report) => ['server', 'near', 'far'].map((name) => edge(report, 'client', name)?.attempts ?? 0);

test.each([
  { caller: 'without a proxy', wish: 'nothing', more: wishing({}), found: [1, 1, 1] },
  { caller: 'without a proxy', wish: 'PreferClose', more: wishing(CLOSE), found: [1, 0, 0] },
  {
    caller: 'without a proxy',
    wish: 'PreferSameNode',
    more: wishing({ trafficDistribution: 'PreferSameNode' }),
    found: [1, 0, 0],
  },
  { caller: 'without a proxy', wish: "Istio's annotation", more: wishing({}, ANNOTATED), found: [1, 1, 1] },
  {
    caller: 'without a proxy',
    wish: 'PreferClose of a headless Service',
    more: wishing({ ...CLOSE, clusterIP: 'None' }),
    found: [1, 1, 1],
  },
  {
    caller: 'without a proxy',
    wish: 'PreferClose, nobody in the zone',
    more: wishing(CLOSE),
    faults: [crash('server')],
    found: [0, 1, 1],
  },
  { caller: 'that passes through', wish: 'nothing', more: wishing({}) + BLINDFOLD, found: [1, 1, 1] },
  { caller: 'that passes through', wish: 'PreferClose', more: wishing(CLOSE) + BLINDFOLD, found: [1, 0, 0] },
  {
    caller: 'that passes through',
    wish: 'PreferClose, nobody in the zone',
    more: wishing(CLOSE) + BLINDFOLD,
    faults: [crash('server')],
    found: [0, 1, 1],
  },
])(
  'a caller $caller, of a service that wishes $wish: connections $found',
  async ({ caller, more, faults = [], found }) => {
    const client = caller === 'without a proxy' ? WITHOUT_PROXY : {};
    const seen = shares(await call({ ...SPREAD, client, more, faults }));
    const total = seen.reduce((sum, each) => sum + each, 0);
    const parts = found.reduce((sum, each) => sum + each, 0);
    seen.forEach((each, i) => {
      expect(Math.abs(each / total - found[i]! / parts), seen.join()).toBeLessThan(0.03);
    });
  },
);
