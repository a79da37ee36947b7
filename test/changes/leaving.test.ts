import { expect, test } from 'vitest';
import { callServer, outcome } from '../dataplane/call-server.js';
import { service } from '../support/stations.js';

// Pods that leave, from their manifests to what callers see: a drain at 10 s, of a request that takes 20 s since 9 s.

const server = (annotations: object, pod: object = {}) =>
  `---\n${JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'leaving' },
    spec: {
      selector: { matchLabels: { app: 'leaving' } },
      template: {
        metadata: { labels: { app: 'leaving' }, annotations },
        spec: { containers: [{ name: 'app', image: 'app' }], ...pod },
      },
    },
  })}\n${service('leaving')}`;

const NATIVE = 'sidecar.istio.io/nativeSidecar';
const WAITS = 'proxyMetadata: {EXIT_ON_ZERO_ACTIVE_CONNECTIONS: "true"}';
const ROWS = [
  { what: 'native by default', istio: '1.27', manifests: server({}), expected: '200 -', ms: 20_000 },
  { what: 'ordinary before', istio: '1.26', manifests: server({}), expected: '503 UC', ms: 6_000 },
  { what: 'native on demand', istio: '1.26', manifests: server({ [NATIVE]: 'true' }), expected: '200 -', ms: 20_000 },
  {
    what: 'ordinary on demand',
    istio: '1.31',
    manifests: server({ [NATIVE]: 'false' }),
    expected: '503 UC',
    ms: 6_000,
  },
  {
    what: 'a drain time of its own',
    istio: '1.26',
    manifests: server({ 'proxy.istio.io/config': 'terminationDrainDuration: 12s' }),
    expected: '503 UC',
    ms: 13_000,
  },
  {
    what: 'one that waits for its connections',
    istio: '1.26',
    manifests: server({ 'proxy.istio.io/config': WAITS }),
    expected: '200 -',
    ms: 20_000,
  },
  {
    what: 'a short grace period',
    istio: '1.31',
    manifests: server({}, { terminationGracePeriodSeconds: 15 }),
    expected: '503 UC',
    ms: 16_000,
  },
];

test.each(ROWS)('$what, Istio $istio: $expected', async ({ istio, manifests, expected, ms }) => {
  const seen = await callServer({
    manifests,
    url: 'http://leaving/',
    workloads: { leaving: { endpoints: [{ steps: [{ wait: '20s' }] }] } },
    platform: { istioVersion: istio, endpointDelay: '1s' },
    faults: [{ at: '10s', drain: { workload: 'leaving' } }],
    atMs: [9000],
    seconds: 60,
  });
  expect(outcome(seen)).toBe(expected);
  expect(seen.traffic.latencyMs.max).toBeCloseTo(ms, 6);
});
