import { expect, test } from 'vitest';
import { load, loadSpec, WHOLE } from './support.js';

test('a whole scenario is read without a finding', () => {
  expect(load(WHOLE).found).toEqual([]);
});

test('units are parsed and shares add to 1', () => {
  const scenario = load(WHOLE).scenario!;
  expect(scenario).toMatchObject({ file: 's.yaml', name: 'bookinfo', manifests: ['manifests/', 'extra.yaml'] });
  expect(scenario.run).toEqual({
    durationMs: 600_000,
    warmupMs: 60_000,
    isWarmupWritten: true,
    drainMs: 30_000,
    seed: 7,
    replications: 3,
    maxInFlight: 1000,
  });
  expect(scenario.network.crossZone).toEqual({ kind: 'uniform', minMs: 1, maxMs: 2 });
  expect(scenario.traffic.map(({ zone }) => zone)).toEqual([null, 'eu-1/a', 'eu-1/b', null]);
  expect(scenario.traffic[0]).toMatchObject({
    place: { line: 37, column: 7 },
    load: { kind: 'open', stages: [{ durationMs: Infinity, fromPerSecond: 100, toPerSecond: 100 }] },
    arrivals: { kind: 'jittered', share: 0.1 },
    connections: 16,
    timeoutMs: 30_000,
    requests: [
      { name: 'browse', share: 0.9, method: 'GET', to: { host: 'bookinfo.com', port: 80, path: '/productpage' } },
      { name: 'request-2', share: 0.1, sizeBytes: 1000, headers: { 'end-user': 'jason' }, sourceIp: '10.0.0.1' },
    ],
  });
});

test('loads of every kind', () => {
  const [, ramp, users, crowd] = load(WHOLE).scenario!.traffic;
  expect(ramp).toMatchObject({
    from: { kind: 'workload', name: 'sleep' },
    load: {
      stages: [
        { durationMs: 60_000, fromPerSecond: 1, toPerSecond: 1 },
        { durationMs: 300_000, fromPerSecond: 1, toPerSecond: 4 },
      ],
    },
    requests: [{ method: 'POST', to: { scheme: 'grpc', port: 7070, path: '/shop.Cart/Get' } }],
  });
  expect(users!.load).toEqual({
    kind: 'closed',
    stages: [{ durationMs: Infinity, fromUsers: 50, toUsers: 50 }],
    think: { kind: 'constant', ms: 1000 },
    lockstep: true,
  });
  expect(users!.requests[0]!.to).toMatchObject({ scheme: 'https', port: 443, path: '/' });
  expect(crowd!.load).toMatchObject({ stages: [{ durationMs: 3_600_000, fromUsers: 50, toUsers: 200 }] });
  expect(crowd!.requests[0]!.to).toMatchObject({ scheme: 'tcp', path: '' });
});

test('steps and endpoints', () => {
  const [productpage, sleep, httpbin] = load(WHOLE).scenario!.behaviours;
  expect(productpage).toMatchObject({ replicas: 3, zones: { 'eu-1/a': 2, 'eu-1/b': 1 }, workers: 8, startupMs: 5000 });
  const [page, api, regex] = productpage!.endpoints;
  expect(page!.steps.map(({ kind }) => kind)).toEqual(['cpu', 'parallel', 'wait', 'choose', 'repeat']);
  expect(page!.steps[1]).toMatchObject({
    branches: [
      [{ kind: 'call', retries: 0, onFailure: 'fail', to: { host: 'details', port: 9080 } }],
      [{ kind: 'call', retries: 1, onFailure: 'ignore', timeoutMs: 3000, headers: { x: 'v', y: null } }],
      [{ kind: 'wait' }, { kind: 'cpu' }],
    ],
  });
  expect(page!.errors).toEqual([
    { outcome: { kind: 'http', status: 500 }, share: 0.002 },
    { outcome: { kind: 'grpc', status: 14 }, share: 0.01 },
  ]);
  expect([api!.match!.path!.kind, regex!.match!.path!.kind]).toEqual(['prefix', 'regex']);
  expect(sleep!.endpoints).toEqual([]);
  expect(httpbin!.endpoints).toMatchObject([{ match: null, steps: [], status: { status: 200 } }]);
});

test('faults and objectives', () => {
  const { faults, objectives } = load(WHOLE).scenario!;
  expect(faults.map(({ label }) => label)).toEqual([
    'crash reviews-v2',
    'slow ratings-v1',
    'slow a -> b',
    'errors ratings-v1',
    'cpu ratings-v1',
    'partition productpage-v1 | details-v1',
    'zone eu-1/a crashed',
    'drain reviews-v2',
    'slow pushes',
    'push canary/',
  ]);
  expect(faults[2]).toMatchObject({ atMs: 120_000, forMs: Infinity });
  expect(faults[8]).toMatchObject({ forMs: 60_000, action: { kind: 'push-delay', delayMs: 5_000 } });
  expect(faults[9]).toMatchObject({ action: { kind: 'push', path: 'canary/', place: { line: 59 } } });
  expect(objectives).toMatchObject([
    { name: 'p99 < 250ms', traffic: null, metric: 'p99', ok: false, comparator: '<', unit: 'ms', target: 250 },
    { name: 'success >= 99.9%', metric: 'success', comparator: '>=', unit: 'ratio', target: 0.9990000000000001 },
    { name: 'ok.p95 < 100ms', traffic: 'shoppers', metric: 'p95', ok: true, target: 100 },
  ]);
});

test('every default is the one that the contract names', () => {
  const scenario = loadSpec('spec: {traffic: [{name: t, from: outside, rate: 1/s, to: "http://a/"}]}').scenario!;
  expect(scenario).toMatchObject({
    manifests: [],
    behaviours: [],
    faults: [],
    objectives: [],
    platform: {
      istioVersion: [1, 31],
      proxyCost: { preset: 'istio-1.24' },
      nodes: { cpu: 16, zones: ['region-1/a'] },
      gateways: {},
      endpointDelayMs: 1000,
      nodeLostMs: 40_000,
    },
    network: { sameZone: { ms: 0.25 }, crossZone: { ms: 1 }, crossRegion: { ms: 30 } },
    traffic: [{ arrivals: { kind: 'poisson' }, connections: Infinity, timeoutMs: null, requests: [{ method: 'GET' }] }],
    run: {
      durationMs: 600_000,
      warmupMs: 30_000,
      drainMs: 30_000,
      seed: 1,
      replications: 5,
      maxInFlight: 1_000_000,
    },
  });
});

test('findings are about the scenario', () => {
  expect(loadSpec('spec: {traffik: []}').diagnostics[0]).toMatchObject({
    resource: { kind: 'Scenario', namespace: '', name: 's' },
    help: 'did you mean "traffic"?',
  });
});

test('everything wrong is said at once', () => {
  const { found } = loadSpec(
    'spec:\n  run: {seed: -1}\n  network: {sameZone: 5}\n  traffic: 7\n  objectives: [p98 < 1s]\n',
  );
  expect(found).toEqual(['5:9 bad-type!', '6:13 bad-duration!', '7:3 bad-type!', '8:16 unknown-metric!']);
});
