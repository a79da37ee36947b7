import { expect, test } from 'vitest';
import { callServer, outcome } from './call-server.js';

/** istiod's ConfigMap. */
function meshConfig(mesh: object): string {
  const metadata = { name: 'istio', namespace: 'istio-system' };
  return `---\n${JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { mesh: JSON.stringify(mesh) } })}\n`;
}

test('unknown hosts are answered 502 by the caller’s proxy under REGISTRY_ONLY', async () => {
  const manifests = meshConfig({ outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' } });
  expect(outcome(await callServer({ manifests, url: 'http://nowhere.com/', atMs: [0] }))).toBe('502 -');
});

test('requests without a policy of their own are retried as the mesh says', async () => {
  const server = { endpoints: [{ respond: { status: 503 } }] };
  const silent = await callServer({ server, atMs: [0] });
  const retried = await callServer({
    server,
    manifests: meshConfig({ defaultHttpRetryPolicy: { attempts: 4, retryOn: '5xx' } }),
    atMs: [0],
  });
  expect([silent.attempts, retried.attempts]).toEqual([1, 5]);
  expect(outcome(retried)).toBe('503 URX');
});

test('a connection that is not made within the mesh’s connectTimeout fails', async () => {
  const partition = { at: '0s', for: '1h', partition: { between: ['caller', 'server'] } };
  const manifests = meshConfig({ connectTimeout: '700ms', defaultHttpRetryPolicy: { attempts: 0 } });
  const seen = await callServer({ manifests, faults: [partition], atMs: [1], drain: '10s' });
  expect(outcome(seen)).toBe('503 UF');
  expect(seen.traffic.latencyMs.max).toBeCloseTo(700, 6);
});

test.each([
  { drain: undefined, cutMs: 5000 },
  { drain: '2s', cutMs: 2000 },
])(
  'what a pod has in hand when it leaves is cut off after terminationDrainDuration $drain',
  async ({ drain, cutMs }) => {
    const faults = [{ at: '0s', for: '1h', drain: { workload: 'server', pods: 1 } }];
    const manifests = meshConfig({ defaultConfig: { terminationDrainDuration: drain } });
    const server = { endpoints: [{ steps: [{ wait: '1m' }] }] };
    const platform = { istioVersion: '1.26' }; // later sidecars end with their application
    const seen = await callServer({ manifests, faults, server, platform, serverSidecar: true, atMs: [0] });
    expect(outcome(seen)).toBe('503 UC');
    expect(seen.traffic.latencyMs.max).toBeCloseTo(cutMs, 6);
  },
);

test('the mesh’s connection pool limits every cluster, in the caller’s proxy and in the server’s', async () => {
  const manifests = meshConfig({ defaultTrafficPolicy: { connectionPool: { http: { http2MaxRequests: 3 } } } });
  const server = { endpoints: [{ steps: [{ wait: '1s' }] }] };
  const seen = await callServer({ manifests, server, atMs: [0, 1, 2, 3, 4].map((ms) => 10 * ms) });
  expect(seen.traffic.codes).toEqual({ 200: 3, 503: 2 });
  expect(seen.traffic.flags).toEqual({ UO: 2 });
});
