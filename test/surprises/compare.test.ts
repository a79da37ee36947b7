import { expect, test } from 'vitest';
import type { Comparison, Report } from '../../src/analysis/index.js';
import { folderOf, say } from '../support/outside.js';
import { deployment, service, station } from '../support/stations.js';
import { destinationRule, istio, virtualService } from './documents.js';

/** What users were surprised by, as the change that they made: `compare` must show it, and name the line. */

const ROUTE = 'route: [{destination: {host: server}}]';

interface Surprise {
  readonly manifests: string;
  readonly workloads: object;
  readonly traffic: object;
  readonly change: string;
}

async function compare({ manifests, workloads, traffic, change }: Surprise) {
  const scenario = {
    apiVersion: 'drymesh.dev/v1',
    kind: 'Scenario',
    metadata: { name: 'surprise' },
    spec: {
      manifests: ['mesh.yaml'],
      workloads,
      network: { sameZone: '0.25ms' },
      traffic: [{ name: 'load', ...traffic }],
      run: { duration: '20s', warmup: '5s' },
    },
  };
  const folder = folderOf({ 's.yaml': JSON.stringify(scenario), 'mesh.yaml': manifests, 'change.yaml': change });
  const { stdout } = await say(folder, ['compare', 's.yaml', '--with', 'change.yaml', '--format', 'json']);
  const { comparison } = JSON.parse(stdout) as Report & { comparison: Comparison };
  const metric = (name: string, subject: string | null = 'load') =>
    comparison.metrics.find(
      (each) => each.name === name && each.workload === null && (each.traffic ?? each.service) === subject,
    )!;
  const cause = (name: string, subject: string | null = 'load') =>
    comparison.causes.find((each) => each.metric === name && (each.traffic ?? each.workload) === subject)!;
  return { comparison, metric, cause };
}

const CALLER = station('client', { sidecar: true });
const FROM_CLIENT = { from: { workload: 'client' }, to: 'http://server/' };

test('retries beside an injected fault on one route do not retry the fault', async () => {
  const route = (retries: string) =>
    virtualService(`\n- ${ROUTE}\n  fault: {abort: {httpStatus: 503, percentage: {value: 20}}}${retries}`);
  const { metric, comparison } = await compare({
    manifests: CALLER + station('server', { sidecar: true }) + route(''),
    workloads: { client: { endpoints: [] }, server: { endpoints: [{ steps: [{ wait: '5ms' }] }] } },
    traffic: { ...FROM_CLIENT, rate: '50/s' },
    change: route('\n  retries: {attempts: 5, retryOn: 5xx}'),
  });
  expect(comparison.changes[0]).toMatchObject({ path: 'spec.http[0].retries', file: 'change.yaml', line: 10 });
  expect(metric('success').base).toBeCloseTo(0.8, 1);
  expect(metric('success')).toMatchObject({ difference: 0, verdict: 'same' });
});

test('a limit of connections holds for each proxy: few callers meet it, many never do', async () => {
  const busy = (callers: number): Surprise => ({
    manifests:
      deployment('client', { sidecar: true, replicas: callers }) +
      service('client') +
      station('server', { replicas: 2 }), // without a sidecar: its own would hold to the limit as well
    workloads: { client: { endpoints: [] }, server: { endpoints: [{ steps: [{ wait: '50ms' }] }] } },
    traffic: { ...FROM_CLIENT, rate: '80/s' }, // four at once
    change: destinationRule('connectionPool: {tcp: {maxConnections: 2}, http: {http1MaxPendingRequests: 1}}'),
  });
  const one = await compare(busy(1));
  expect(one.metric('success').verdict).toBe('worse');
  expect(one.cause('success')).toMatchObject({
    mechanism: 'UO',
    file: 'change.yaml',
    edge: { source: 'client', destination: 'server' },
  });
  const many = await compare(busy(40));
  expect(many.metric('success').candidate).toBeGreaterThan(0.999);
});

test('outlier detection of a single bad host of two: half of the capacity is gone, and the other one drowns', async () => {
  const { metric, cause } = await compare({
    manifests: CALLER + station('server', { sidecar: true, replicas: 2 }),
    workloads: {
      client: { endpoints: [] },
      server: {
        workers: 4,
        endpoints: [{ steps: [{ wait: { exponential: '20ms' } }], respond: { errors: { 503: '15%' } } }],
      },
    },
    traffic: { ...FROM_CLIENT, rate: '300/s', timeout: '2s' },
    change: destinationRule(
      'outlierDetection: {consecutive5xxErrors: 3, interval: 1s, baseEjectionTime: 10s, maxEjectionPercent: 100}',
    ),
  });
  expect(metric('p99').verdict).toBe('worse');
  expect(cause('p99')).toMatchObject({ mechanism: 'workerQueue', file: 'change.yaml' });
  expect(
    cause('p99')
      .counters.map(({ name }) => name)
      .join(),
  ).toMatch(/none_healthy/);
});

test('retries on every tier multiply: the last of three tiers gets many times the load', async () => {
  const tier = (host: string, attempts: number) =>
    istio(
      'VirtualService',
      host,
      `hosts: [${host}]\nhttp:\n- route: [{destination: {host: ${host}}}]\n  retries: {attempts: ${attempts}${attempts === 0 ? '' : ', retryOn: 5xx'}}`,
    );
  const tiers = ['one', 'two', 'three'];
  const calls = (host: string) => ({ endpoints: [{ steps: [{ call: `http://${host}/` }] }] });
  const { metric, cause, comparison } = await compare({
    manifests: CALLER + tiers.map((name) => station(name, { sidecar: true }) + tier(name, 0)).join(''),
    workloads: {
      client: { endpoints: [] },
      one: calls('two'),
      two: calls('three'),
      three: { endpoints: [{ respond: { errors: { 503: '90%' } } }] },
    },
    traffic: { from: { workload: 'client' }, to: 'http://one/', rate: '20/s' },
    change: tiers.map((name) => tier(name, 3)).join(''),
  });
  const load = metric('load', 'three');
  // A tier that fails with p is asked 1 + p + p² + p³ times, and fails with p⁴: 3.44 x 2.37 x 1.23 times in all.
  const tries = (p: number) => 1 + p + p ** 2 + p ** 3;
  const amplified = tries(0.9) * tries(0.9 ** 4) * tries(0.9 ** 16);
  expect(load.candidate! / load.base! / amplified).toBeCloseTo(1, 1);
  expect(comparison.changes).toHaveLength(6); // attempts and retryOn of each
  const why = cause('load', 'three');
  expect(why).toMatchObject({ edge: { source: 'two', destination: 'three' }, file: 'change.yaml' });
  expect(why.change!.path).toMatch(/^spec\.http\[0\]\.retries\./);
  expect(why.change!.resource).toBe('VirtualService/default/three');
});

test('a timeout that is shorter than the tries of a caller together ends the last of them', async () => {
  const { metric, cause } = await compare({
    manifests: CALLER + station('server', { sidecar: true }),
    workloads: { client: { endpoints: [] }, server: { endpoints: [{ steps: [{ wait: { exponential: '100ms' } }] }] } },
    traffic: { ...FROM_CLIENT, rate: '80/s' },
    change: virtualService(
      `\n- ${ROUTE}\n  timeout: 200ms\n  retries: {attempts: 3, perTryTimeout: 150ms, retryOn: 5xx}`,
    ),
  });
  expect(metric('success').verdict).toBe('worse');
  expect(cause('success')).toMatchObject({ mechanism: 'UT', file: 'change.yaml' });
  expect(metric('p99').verdict).toBe('better');
});

test('of a route and a limit that come together, the limit is behind what it refuses, with its own line', async () => {
  const limits = destinationRule(
    '\n  connectionPool:\n    tcp: {maxConnections: 1}\n    http: {http1MaxPendingRequests: 1}',
  );
  const change = virtualService(`\n- ${ROUTE}\n  retries: {attempts: 2, retryOn: connect-failure}`) + limits;
  const { cause, comparison } = await compare({
    manifests: CALLER + station('server', { replicas: 2 }),
    workloads: { client: { endpoints: [] }, server: { endpoints: [{ steps: [{ wait: '50ms' }] }] } },
    traffic: { ...FROM_CLIENT, rate: '80/s' },
    change,
  });
  expect(comparison.changes.map(({ resource }) => resource)).toEqual([
    'VirtualService/default/server',
    'DestinationRule/default/server',
  ]);
  expect(cause('success')).toMatchObject({ mechanism: 'UO', foundBy: 'experiment', line: lineOf(change, 'http1Max') });
  expect(cause('success').change!.resource).toBe('DestinationRule/default/server');
  expect(comparison.attribution).toEqual([]);
});

test("limits hold at the server's own proxy as well: what its callers see as a plain 503", async () => {
  const change = destinationRule('\n  connectionPool:\n    http:\n      http2MaxRequests: 4');
  const { metric, cause } = await compare({
    manifests:
      deployment('client', { sidecar: true, replicas: 8 }) + service('client') + station('server', { sidecar: true }),
    workloads: { client: { endpoints: [] }, server: { endpoints: [{ steps: [{ wait: '100ms' }] }] } },
    traffic: { ...FROM_CLIENT, rate: '80/s' }, // eight at once, one from each caller
    change,
  });
  expect(metric('success').verdict).toBe('worse');
  expect(cause('success')).toMatchObject({ mechanism: 'UO (inbound)', line: lineOf(change, 'http2MaxRequests') });
});

function lineOf(text: string, part: string): number {
  return text.split('\n').findIndex((line) => line.includes(part)) + 1;
}
