import { expect, test } from 'vitest';
import { deployment } from '../support/stations.js';
import { callServer, isShare, outcome } from './call-server.js';

// Istio 1.31, pilot/pkg/xds/endpoints/endpoint_builder.go, supportsUnhealthyEndpoints; recorded in
// validation/istiod/unready-endpoints. Of ten pods in the caller's zone six die; ten more stand in the next zone. A pod that
// is known as unhealthy counts in its priority, which then keeps min(100, 140 x 4 / 10) = 56 %; one that has gone does not.

const ZONES = { nodes: { cpu: 4, zones: ['r/a', 'r/b'] }, endpointDelay: '1s' };
const DETECTS = { outlierDetection: {} };

const ROWS = [
  { istioVersion: '1.31', policy: DETECTS, annotation: null, stay: 0.56 },
  { istioVersion: '1.30', policy: DETECTS, annotation: null, stay: 1 },
  { istioVersion: '1.31', policy: { outlierDetection: { minHealthPercent: 40 } }, annotation: null, stay: 1 },
  { istioVersion: '1.31', policy: undefined, annotation: 'PreferClose', stay: 0.56 },
  { istioVersion: '1.30', policy: undefined, annotation: 'PreferClose', stay: 0.56 },
];

test.each(ROWS)('Istio $istioVersion, $policy, $annotation: $stay stay in the zone', async (row) => {
  const { istioVersion, policy, annotation, stay } = row;
  const seen = await callServer({
    ...(policy && { policy }),
    platform: { ...ZONES, istioVersion },
    manifests: namespace(annotation) + pods('sick') + pods('far'),
    server: { zones: { 'r/a': 4 }, endpoints: [{}] },
    workloads: {
      sick: { zones: { 'r/a': 6 }, endpoints: [{}] },
      far: { zones: { 'r/b': 10 }, endpoints: [{}] },
    },
    faults: [{ at: '0s', crash: { workload: 'sick' } }],
    atMs: Array.from({ length: 5000 }, (_, i) => 10 * i + 5_000),
    seconds: 60,
  });
  expect(outcome(seen)).toBe('200 -');
  const near = seen.edges.find(({ workload }) => workload === 'server')!.attempts;
  expect(isShare(near, seen.requests, stay)).toBe(true);
});

function pods(name: string): string {
  return deployment(name, { app: 'server', labels: { kind: name } });
}

/** It speaks for its Services. */
function namespace(word: string | null): string {
  const annotations = word === null ? {} : { 'networking.istio.io/traffic-distribution': word };
  return `---\n${JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default', annotations } })}\n`;
}
