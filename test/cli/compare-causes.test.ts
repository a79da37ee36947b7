import { expect, test } from 'vitest';
import type { Comparison, Report } from '../../src/analysis/index.js';
import { folderOf, say } from '../support/outside.js';
import { station, virtualService } from '../support/stations.js';

/** A web that asks x and y in turn; readers take all of it, guests x alone. */
const MANIFESTS = ['web', 'lobby', 'x', 'y'].map((name) => station(name, { sidecar: true })).join('');
const wait = { endpoints: [{ steps: [{ wait: { exponential: '5ms' } }] }] };
const call = (to: string, more: object = {}) => ({ call: { to: `http://${to}/`, ...more } });

function scenario(more: object = {}, calls: readonly object[] = [call('x'), call('y')]): string {
  const workloads = {
    web: { endpoints: [{ steps: calls }] },
    lobby: { endpoints: [{ steps: [call('x')] }] },
    x: wait,
    y: wait,
  };
  const traffic = [
    { name: 'readers', from: 'outside', rate: '40/s', to: 'http://web/' },
    { name: 'guests', from: 'outside', rate: '5/s', to: 'http://lobby/' },
  ];
  const run = { duration: '20s', warmup: '2s' };
  const spec = { manifests: ['mesh.yaml'], workloads, traffic, run, ...more };
  return JSON.stringify({ apiVersion: 'drymesh.dev/v1', kind: 'Scenario', metadata: { name: 'causes' }, spec });
}

async function compare(text: string, change: string, args: readonly string[] = []): Promise<Comparison> {
  const folder = folderOf({ 's.yaml': text, 'mesh.yaml': MANIFESTS, 'change.yaml': change });
  const { stdout } = await say(folder, ['compare', 's.yaml', '--with', 'change.yaml', '--format', 'json', ...args]);
  return (JSON.parse(stdout) as Report & { comparison: Comparison }).comparison;
}

const abort = (host: string, value: number) =>
  virtualService(host, { fault: { abort: { httpStatus: 503, percentage: { value } } } });
const delay = (host: string, fixedDelay: string) =>
  virtualService(host, { fault: { delay: { fixedDelay, percentage: { value: 100 } } } });
const ofSuccess = ({ causes }: Comparison, source: string) =>
  causes
    .filter(({ metric, traffic }) => metric === 'success' && traffic === source)
    .map(({ edge, mechanism }) => `${mechanism} on ${edge!.source} → ${edge!.destination}`);

test('failures of an edge explain only those sources that use it, and by the share of their requests', async () => {
  const comparison = await compare(scenario(), abort('y', 20));
  expect(ofSuccess(comparison, 'readers')).toEqual(['FI on web → y']);
  expect(ofSuccess(comparison, 'guests')).toEqual([]);
  const [cause] = comparison.causes;
  expect(cause!.candidate).toBeCloseTo(0.2, 1);
});

test('a delay is no failure, and neither is what the caller ignores', async () => {
  const errors = ['--set', 'workloads.y.endpoints[0].respond={errors: {"500": 20%}}'];
  const delayed = await compare(scenario(), delay('x', '10ms'), errors);
  expect(ofSuccess(delayed, 'readers')).toEqual(['500 on web → y']);
  const ignoring = scenario({}, [call('x', { onFailure: 'ignore' }), call('y')]);
  const ignored = await compare(ignoring, abort('x', 30), errors);
  expect(ofSuccess(ignored, 'readers')).toEqual(['500 on web → y']);
});

test('of two changes each cause gets its own, found by trying both', async () => {
  const change = delay('x', '30ms') + delay('y', '20ms');
  const { causes } = await compare(scenario(), change, ['--attribute']);
  const injected = causes.filter(
    ({ metric, traffic, mechanism }) => metric === 'mean' && traffic === 'readers' && mechanism === 'injected',
  );
  expect(injected.map(({ edge, change: made, foundBy }) => [edge!.destination, made!.resource, foundBy])).toEqual([
    ['x', 'VirtualService/default/x', 'experiment'],
    ['y', 'VirtualService/default/y', 'experiment'],
  ]);
});

test('what two changes do only together is told as that', async () => {
  const rule = (kind: string, spec: object, version: string) =>
    `---\n${JSON.stringify({ apiVersion: version, kind, metadata: { name: 'y' }, spec })}\n`;
  const plaintext = rule(
    'DestinationRule',
    { host: 'y', trafficPolicy: { tls: { mode: 'DISABLE' } } },
    'networking.istio.io/v1',
  );
  const strict = rule(
    'PeerAuthentication',
    { selector: { matchLabels: { app: 'y' } }, mtls: { mode: 'STRICT' } },
    'security.istio.io/v1',
  );
  const comparison = await compare(scenario(), plaintext + strict, ['--attribute']);
  expect(comparison.causes.find(({ metric }) => metric === 'success')).toMatchObject({ foundBy: 'together' });
});

test('a source with too few requests for a quantile does not end the run for the others', async () => {
  const slower = ['--set', 'workloads.y.endpoints[0].steps[0].wait.exponential=5.2ms', '--max-replications', '14'];
  const folder = folderOf({ 's.yaml': scenario({ run: { duration: '30s', warmup: '2s' } }), 'mesh.yaml': MANIFESTS });
  const { stdout } = await say(folder, ['compare', 's.yaml', ...slower, '--fail-on', 'p99 > +1%', '--format', 'json']);
  const report = JSON.parse(stdout) as Report & { comparison: Comparison };
  expect(report.comparison.bounds.map(({ traffic, verdict }) => [traffic, verdict])).toContainEqual([
    'guests',
    'undecided',
  ]);
  expect(report.replications).toBe(14);
});

test('a base that was stopped is told', async () => {
  const drowning = scenario({ run: { duration: '10s', warmup: '1s', maxInFlight: 50 } }).replace(
    '"exponential":"5ms"',
    '"exponential":"5s"',
  );
  const folder = folderOf({ 's.yaml': drowning, 'mesh.yaml': MANIFESTS });
  const { stdout } = await say(folder, [
    'compare',
    's.yaml',
    '--set',
    'workloads.x.endpoints[0].steps[0].wait.exponential=5ms',
  ]);
  expect(stdout).toMatch(/The base was stopped at .* \(more than 50 requests in flight\)/);
});

test.each([
  { args: ['--fail-on', 'strangers.p99 > +1%'], says: 'there is no traffic source in both "strangers"' },
  { args: ['--with', 'empty'], says: 'empty holds no .yaml, .yml or .json' },
])('$args is refused', async ({ args, says }) => {
  const added = scenario().replace('"name":"guests"', '"name":"strangers"');
  const folder = folderOf({ 's.yaml': scenario(), 't.yaml': added, 'mesh.yaml': MANIFESTS, 'empty/below/x.yaml': '' });
  const { exit, stderr } = await say(folder, ['compare', 's.yaml', 't.yaml', ...args]);
  expect(exit).toBe(2);
  expect(stderr).toContain(says);
});
