import { expect, test } from 'vitest';
import { deployment } from '../support/stations.js';
import { burst, callServer, type Setup } from './call-server.js';

// What the version of Istio changes in what a mesh does: the last release that did it the old way, and the first that
// did not. More in test/mesh (retries, hosts, panic, streams, termination) and test/surprises (endpoints not ready).

const onIstio = (minor: number) => ({ platform: { istioVersion: `1.${minor}`, endpointDelay: '1s' } });
const BAD = { bad: { endpoints: [{ respond: { status: 500 } }] } };
/** One good pod and so many that always fail, called by turns. */
const withBad = (replicas: number, outlierDetection: object): Setup => ({
  replicas: 3 - replicas,
  manifests: deployment('bad', { app: 'server', replicas }),
  workloads: BAD,
  policy: {
    loadBalancer: { simple: 'ROUND_ROBIN' },
    outlierDetection: { baseEjectionTime: '1h', ...outlierDetection },
  },
  http: { retries: { attempts: 0 } },
  rate: 30,
  seconds: 100,
});

// Envoy 1.28 (Istio 1.20), source/common/upstream/outlier_detection_impl.cc, ejectHost: what is out already, before.
const EJECTED = [
  { minor: 19, bad: 1, maxEjectionPercent: 10, out: 1 },
  { minor: 20, bad: 1, maxEjectionPercent: 10, out: 0 },
  { minor: 19, bad: 2, maxEjectionPercent: 50, out: 2 },
  { minor: 20, bad: 2, maxEjectionPercent: 50, out: 1 },
  { minor: 19, bad: 2, maxEjectionPercent: 33, out: 1 },
  { minor: 20, bad: 2, maxEjectionPercent: 33, out: 0 },
];

test.each(EJECTED)(
  'Istio 1.$minor, $bad bad pods of 3, at most $maxEjectionPercent %: $out ejected',
  async ({ minor, bad, maxEjectionPercent, out }) => {
    const seen = await callServer({ ...withBad(bad, { maxEjectionPercent }), ...onIstio(minor) });
    expect(seen.counter('ejections_active')).toBe(out);
  },
);

// Envoy 1.26 (Istio 1.18), changelogs/1.26.0.yaml: "outlier detection ejections caused by opened circuit breakers".
test.each([
  { minor: 17, flags: { UO: 5, UH: 3 } },
  { minor: 18, flags: { UO: 8 } },
])('Istio 1.$minor: a burst on a full pool ends in $flags', async ({ minor, flags }) => {
  const seen = await callServer({
    ...onIstio(minor),
    server: { endpoints: [{ steps: [{ wait: '1s' }] }] },
    policy: {
      connectionPool: { tcp: { maxConnections: 1 }, http: { http1MaxPendingRequests: 1 } },
      outlierDetection: { consecutive5xxErrors: 5, maxEjectionPercent: 100 },
    },
    http: { retries: { attempts: 0 } },
    atMs: [0, ...burst(9, 100)],
    seconds: 10,
  });
  expect(seen.traffic.flags).toEqual(flags);
});

// Istio 1.14, pilot/pkg/features (ENABLE_LEGACY_LB_ALGORITHM_DEFAULT).
test.each([
  { minor: 13, isEven: true },
  { minor: 14, isEven: false },
])('Istio 1.$minor without a balancer of its own: even turns: $isEven', async ({ minor, isEven }) => {
  const seen = await callServer({
    ...onIstio(minor),
    manifests: deployment('other', { app: 'server' }),
    workloads: { other: { endpoints: [{}] } },
    seconds: 100,
  });
  const [one, other] = seen.edges.map(({ attempts }) => attempts);
  expect(Math.abs(one! - other!) <= 1).toBe(isEven);
});

// Envoy 1.36 (Istio 1.28): 1024 streams of a connection; 2^31 - 1 before.
test.each([
  { minor: 27, connections: 1 },
  { minor: 28, connections: 2 },
])('Istio 1.$minor: 1025 gRPC requests at once need $connections connections', async ({ minor, connections }) => {
  const seen = await callServer({
    ...onIstio(minor),
    server: { endpoints: [{ steps: [{ wait: '1s' }] }] },
    url: 'grpc://server:80/pkg.Service/Method',
    policy: { connectionPool: { http: { h2UpgradePolicy: 'UPGRADE' } } },
    atMs: [0, ...burst(1025, 2000)],
    seconds: 10,
  });
  expect(seen.traffic.codes).toEqual({ 'grpc:0': 1026 });
  expect(seen.counter('upstream_cx_total')).toBe(connections);
});
