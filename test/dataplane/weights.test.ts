import { expect, test } from 'vitest';
import { deployment, station } from '../support/stations.js';
import { callServer, isShare } from './call-server.js';

// Istio, pilot/pkg/networking/core/route/route.go; Envoy, source/common/router/config_impl.cc.

const VERSIONS = ['v1', 'v2', 'v3'];
const SUBSETS = VERSIONS.map((version) => ({ name: version, labels: { version } }));
const PODS = VERSIONS.map((version) => deployment(version, { app: 'main', labels: { version } })).join('');
const HOST = `---\n{apiVersion: v1, kind: Service, metadata: {name: main}, spec: {selector: {app: main}, ports: [{name: http, port: 80}]}}\n`;

function split(weights: readonly (number | null)[]): string {
  const route = weights.map((weight, i) => ({
    destination: { host: 'main', subset: VERSIONS[i] },
    ...(weight !== null && { weight }),
  }));
  const virtualService = { hosts: ['main'], http: [{ route }] };
  return [
    ['VirtualService', virtualService],
    ['DestinationRule', { host: 'main', subsets: SUBSETS }],
  ]
    .map(([kind, spec]) =>
      JSON.stringify({ apiVersion: 'networking.istio.io/v1', kind, metadata: { name: 'main' }, spec }),
    )
    .map((text) => `---\n${text}\n`)
    .join('');
}

const ROWS: readonly { weights: (number | null)[]; shares: number[] }[] = [
  { weights: [90, 10], shares: [0.9, 0.1] },
  { weights: [20, 20], shares: [0.5, 0.5] },
  { weights: [1, 2, 1], shares: [0.25, 0.5, 0.25] },
  { weights: [80, null], shares: [1, 0] }, // a missing weight is 0
  { weights: [0], shares: [1] }, // the only destination gets all
];

test.each(ROWS)('weights $weights share as $shares', async ({ weights, shares }) => {
  const workloads = Object.fromEntries(VERSIONS.map((version) => [version, { endpoints: [{}] }]));
  const manifests = PODS + HOST + split(weights);
  const seen = await callServer({ manifests, workloads, url: 'http://main/', rate: 100, seconds: 100 });
  shares.forEach((share, i) => {
    const row = seen.edges.find(({ workload }) => workload === VERSIONS[i]);
    expect(isShare(row?.attempts ?? 0, seen.requests, share), VERSIONS[i]!).toBe(true);
  });
});

test('retries stay with the destination that the draw chose: a canary that fails is not rescued', async () => {
  // Measured with 90/10: 176 of 1600 failed, 704 tries at the canary.
  const canary = split([90, 10]).replace('"http":[{', '"http":[{"retries":{"attempts":3,"retryOn":"5xx"},');
  const seen = await callServer({
    manifests: PODS + HOST + canary,
    workloads: { v1: { endpoints: [{}] }, v2: { endpoints: [{ respond: { status: 500 } }] }, v3: { endpoints: [{}] } },
    url: 'http://main/',
    rate: 100,
    seconds: 50,
  });
  const failed = seen.traffic.codes['500']!;
  expect(isShare(failed, seen.requests, 0.1)).toBe(true);
  const row = seen.edges.find(({ workload }) => workload === 'v2')!;
  expect(row.attempts).toBe(4 * failed);
  expect(row.requests).toBe(failed);
});

test('each destination is a cluster of its own, with its own limits', async () => {
  const policy = { connectionPool: { http: { http2MaxRequests: 1 } } };
  const rule = JSON.stringify({
    apiVersion: 'networking.istio.io/v1',
    kind: 'DestinationRule',
    metadata: { name: 'main' },
    spec: { host: 'main', trafficPolicy: policy, subsets: SUBSETS },
  });
  const seen = await callServer({
    manifests: `${PODS}${HOST}${split([50, 50]).split('---\n').slice(0, 2).join('---\n')}---\n${rule}\n${station('idle')}`,
    workloads: Object.fromEntries(VERSIONS.map((v) => [v, { endpoints: [{ steps: [{ wait: '1h' }] }] }])),
    url: 'http://main/',
    rate: 100,
    seconds: 1,
    drain: '1s',
  });
  expect(seen.traffic.inFlight).toBe(2);
});

test('a destination that does not exist fails its own share: 503 NC', async () => {
  const workloads = Object.fromEntries(VERSIONS.map((version) => [version, { endpoints: [{}] }]));
  const manifests = PODS + HOST + split([75, 25]).replace('"subset":"v2"', '"subset":"v9"');
  const seen = await callServer({ manifests, workloads, url: 'http://main/', rate: 100, seconds: 50 });
  const failed = seen.traffic.codes['503']!;
  expect(isShare(failed, seen.requests, 0.25)).toBe(true);
  expect(seen.traffic.flags).toEqual({ NC: failed });
});
