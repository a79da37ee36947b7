import { expect, test } from 'vitest';
import { World } from '../../src/world/index.js';
import { blueprintOf } from '../support/run.js';
import { deployment, destinationRule, virtualService } from '../support/stations.js';

// A headless service is an ORIGINAL_DST cluster in sidecars: they go where the application's connection was made to. For a
// gateway nobody resolves names. Istio 1.31, pilot/pkg/networking/core/cluster.go, convertResolution.

const HEADLESS = `---\n${JSON.stringify({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'db' },
  spec: { selector: { app: 'db' }, clusterIP: 'None', ports: [{ name: 'http', port: 80 }] },
})}\n`;
const PODS = deployment('db', { replicas: 3 }).replace('"kind":"Deployment"', '"kind":"StatefulSet"');

/** Requests that each of the three pods got. */
function received(
  to: string,
  traffic: object,
  more: { manifests?: string; db?: object; faults?: object[]; seed?: number } = {},
): number[] {
  const world = new World(
    blueprintOf({
      manifests: HEADLESS + PODS + deployment('caller', { sidecar: true }) + (more.manifests ?? ''),
      spec: {
        platform: { proxyCost: 'none', endpointDelay: '10ms', nodes: { zones: ['r/a', 'r/b'] } },
        workloads: { caller: { endpoints: [] }, db: { endpoints: [{ steps: [{ wait: '10ms' }] }], ...more.db } },
        traffic: [{ name: 'load', from: { workload: 'caller' }, arrivals: 'constant', to, ...traffic }],
        faults: more.faults ?? [],
        run: { duration: '30s', warmup: '0s', replications: 1, seed: more.seed ?? 1 },
      },
    }),
    0,
  );
  world.run();
  const pods = world.pods.find(([pod]) => pod?.workloadRuntime.name === 'db')!;
  return pods.map((pod) => pod.received);
}

test('a connection that is kept stays with its pod, whatever the DestinationRule asks for', () => {
  const manifests = destinationRule('db', { loadBalancer: { simple: 'ROUND_ROBIN' } });
  const counts = received('http://db/', { rate: '10/s' }, { manifests });
  expect(counts.toSorted((a, b) => a - b)).toEqual([0, 0, 299]);
});

test('connections are made to pods at random', () => {
  // 10 ms each, 30 a millisecond for 30 s: hundreds of connections at a time.
  const counts = received('http://db/', { closed: { users: 300, think: '1ms' } });
  const total = counts.reduce((sum, count) => sum + count, 0);
  for (const count of counts) expect(count / total).toBeGreaterThan(0.25);
});

test('a retry goes to the same pod', () => {
  const http = { retries: { attempts: 2, retryOn: '5xx' } };
  const db = { endpoints: [{ respond: { status: 503 } }] };
  const counts = received('http://db/', { rate: '1/s' }, { manifests: virtualService('db', http), db });
  expect(counts.toSorted((a, b) => a - b)).toEqual([0, 0, 87]);
});

test('a pod’s own name leads to that pod', () => {
  expect(received('http://db-1.db/', { rate: '10/s' })).toEqual([0, 299, 0]);
  expect(received('http://db-2.db.default.svc.cluster.local/', { rate: '10/s' })).toEqual([0, 0, 299]);
});

test('a pod that is gone is resolved anew', () => {
  const seed = [1, 2, 3, 4, 5, 6, 7, 8].find(
    (each) => received('http://db/', { rate: '10/s' }, { seed: each })[0]! > 0,
  )!;
  const faults = [{ at: '10s', drain: { workload: 'db', pods: 1 } }]; // the first
  const [own, ...others] = received('http://db/', { rate: '10/s' }, { seed, faults });
  expect(own).toBe(100); // and the one that is sent just as the proxy hears of it
  expect(others.toSorted((a, b) => a - b)).toEqual([0, 199]);
});

test('a gateway balances', () => {
  const gateway = {
    apiVersion: 'networking.istio.io/v1',
    kind: 'Gateway',
    metadata: { name: 'gw' },
    spec: {
      selector: { istio: 'ingressgateway' },
      servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['*'] }],
    },
  };
  const routes = {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: 'x' },
    spec: { hosts: ['x.com'], gateways: ['gw'], http: [{ route: [{ destination: { host: 'db' } }] }] },
  };
  const manifests = `---\n${JSON.stringify(gateway)}\n---\n${JSON.stringify(routes)}\n`;
  const from = { gateway: 'istio-ingressgateway' };
  const policy = destinationRule('db', { loadBalancer: { simple: 'ROUND_ROBIN' } });
  const platform = { manifests: manifests + policy };
  const counts = received('http://x.com/', { from, rate: '10/s', connections: 1 }, platform);
  for (const count of counts) expect(Math.abs(count - 100)).toBeLessThanOrEqual(2);
});

// Envoy, source/extensions/clusters/original_dst: the host is that of the address, wherever it is and however it fares.
test('neither zones nor ejections matter to whom the application has dialled', () => {
  const manifests =
    destinationRule('db', {
      outlierDetection: { consecutive5xxErrors: 1, maxEjectionPercent: 100, baseEjectionTime: '1h' },
    }) + virtualService('db', { retries: { attempts: 0 } });
  const db = { zones: { 'r/a': 1, 'r/b': 2 }, endpoints: [{ steps: [{ wait: '10ms' }], respond: { status: 503 } }] };
  const counts = received('http://db/', { closed: { users: 300, think: '1ms' } }, { manifests, db });
  const total = counts.reduce((sum, count) => sum + count, 0);
  expect(total).toBeGreaterThan(300_000);
  for (const count of counts) expect(count / total).toBeGreaterThan(0.25);
});
