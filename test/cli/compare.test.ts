import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import type { Comparison, MetricComparison, Report } from '../../src/analysis/index.js';
import { type Circumstances, folderOf, putFiles, say } from '../support/outside.js';
import { SHOP } from './shop.js';

/** The services answer at once or not at all, so that a few seconds decide. */
const SCENARIO = SHOP['shop/scenario.yaml']!.replace('duration: 2s', 'duration: 4s');
const FILES = { ...SHOP, 'shop/scenario.yaml': SCENARIO };
const TIMEOUT = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: stock}
spec:
  hosts: [stock]
  http:
    - route: [{destination: {host: stock}}]
      timeout: 1ms
`;

async function compared(folder: string, args: readonly string[], circumstances: Circumstances = {}) {
  const said = await say(folder, ['compare', 'shop', ...args, '--format', 'json', '--out', 'r'], circumstances);
  const report = JSON.parse(said.stdout) as Report & { comparison: Comparison };
  return { ...said, report, comparison: report.comparison };
}

const metric = ({ metrics }: Comparison, name: string, traffic: string | null = null): MetricComparison =>
  metrics.find((each) => each.name === name && each.traffic === traffic)!;

test('a manifest over the base: what it does, how sure that is, and its line', async () => {
  const folder = folderOf({ ...FILES, 'change.yaml': TIMEOUT });
  const { exit, comparison, report, stderr } = await compared(folder, ['--with', 'change.yaml']);
  expect(exit).toBe(1); // an objective of the candidate fails
  expect(stderr).toContain('Comparing shop: 1 change, 10 x 4.5 s of both, seed 1\n');
  const success = metric(comparison, 'success', 'shoppers');
  expect(success).toMatchObject({ verdict: 'worse', unit: 'ratio' });
  expect(success.candidate! - success.base!).toBeCloseTo(success.difference!, 12);
  expect(comparison.changes).toMatchObject([
    { resource: 'VirtualService/default/stock', path: null, before: null, file: '../change.yaml', line: 2 },
  ]);
  const cause = comparison.causes.find(({ metric: name, traffic }) => name === 'success' && traffic === 'shoppers');
  expect(cause).toMatchObject({
    edge: { source: 'front', destination: 'stock' },
    mechanism: 'UT',
    foundBy: 'only',
    file: '../change.yaml',
  });
  const [base, candidate] = ['base', 'candidate'].map((side) =>
    cause!.counters.map((counter) => counter[side as 'base']),
  );
  expect(base).not.toEqual(candidate);
  expect(report.replications).toBe(10);
});

test('writes the report, and a comment, JUnit and SARIF for tools that take files', async () => {
  const folder = folderOf({ ...FILES, 'change.yaml': TIMEOUT });
  await say(folder, ['compare', 'shop', '--with', 'change.yaml']);
  expect(readdirSync(join(folder, 'reports/shop-compare')).sort()).toEqual([
    'comment.md',
    'drymesh.sarif',
    'junit.xml',
    'report.html',
    'report.json',
    'timing.json',
  ]);
  const text = (file: string) => readFileSync(join(folder, 'reports/shop-compare', file), 'utf8');
  expect(text('comment.md')).toContain('<details>');
  const sarif = JSON.parse(text('drymesh.sarif')) as { runs: { results: { locations: object[]; level: string }[] }[] };
  expect(JSON.stringify(sarif.runs[0]!.results)).toContain('"uri":"change.yaml"');
  const schema = JSON.parse(readFileSync('schema/report.schema.json', 'utf8')) as object;
  const valid = new Ajv2020({ strict: false }).compile(schema);
  expect(valid(JSON.parse(text('report.json'))), JSON.stringify(valid.errors)).toBe(true);
});

test("the candidate's own report is that of a run, line by line", async () => {
  const folder = folderOf({ ...FILES, 'change.yaml': TIMEOUT });
  const { report } = await compared(folder, ['--with', 'change.yaml', '--replications', '3']);
  const run = await say(folder, ['run', 'shop', '--with', 'change.yaml', '--replications', '3', '--format', 'json']);
  const { comparison: _, ...own } = report;
  expect(own).toEqual(JSON.parse(run.stdout));
});

test('what is not changed is no different, exactly', async () => {
  const { exit, comparison, stderr } = await compared(folderOf(FILES), ['--set', 'workloads.stock.startup=1s']);
  expect(exit).toBe(0);
  for (const { difference, ci95, verdict } of comparison.metrics.filter(({ ci95 }) => ci95 !== null)) {
    expect([difference, ci95, verdict]).toEqual([0, [0, 0], 'same']);
  }
  expect(comparison.causes).toEqual([]);
  expect(stderr).toContain('1 change');
});

test('two scenarios; the same bytes again', async () => {
  const other = SCENARIO.replace('rate: 20/s', 'rate: 25/s');
  const folder = folderOf({ ...FILES, 'shop/other.yaml': other });
  const once = await say(folder, ['compare', 'shop', 'shop/other.yaml', '--format', 'json', '--out', 'a']);
  const again = await say(folder, ['compare', 'shop', 'shop/other.yaml', '--format', 'json', '--out', 'b']);
  expect(again.stdout).toBe(once.stdout);
  const { comparison } = JSON.parse(once.stdout) as { comparison: Comparison };
  expect(comparison.base).toMatchObject({ scenario: 'shop', seed: 1 });
  expect(comparison.metrics.find(({ name, service }) => name === 'load' && service === 'front')).toMatchObject({
    verdict: 'more',
  });
  expect(comparison.changes).toMatchObject([
    { resource: 'Scenario', path: 'spec.traffic[0].rate', before: '20/s', after: '25/s' },
  ]);
});

test('a source put in front of others draws nothing of theirs', async () => {
  const other = SCENARIO.replace(
    '  traffic:\n',
    '  traffic:\n    - {name: visitors, from: outside, rate: 1/s, to: "http://prices.default:8080/"}\n',
  );
  const folder = folderOf({ ...FILES, 'shop/other.yaml': other });
  const { stdout } = await say(folder, ['compare', 'shop', 'shop/other.yaml', '--format', 'json']);
  const { comparison } = JSON.parse(stdout) as { comparison: Comparison };
  const mean = metric(comparison, 'mean', 'shoppers');
  expect(Math.abs(mean.difference!)).toBeLessThan(0.05 * mean.base!);
  expect(comparison.metrics.some(({ traffic }) => traffic === 'visitors')).toBe(false);
});

test('without a resource; one that is not there is told with what there is', async () => {
  const folder = folderOf({ ...FILES, 'shop/k8s/timeout.yaml': TIMEOUT });
  const { comparison } = await compared(folder, ['--without', 'VirtualService/default/stock']);
  expect(metric(comparison, 'success', 'shoppers').verdict).toBe('better');
  expect(comparison.changes).toMatchObject([
    { resource: 'VirtualService/default/stock', after: null, file: 'k8s/timeout.yaml' },
  ]);
  const { exit, stderr } = await say(folder, ['compare', 'shop', '--without', 'VirtualService/default/stok']);
  expect(exit).toBe(2);
  expect(stderr).toContain('--without:1:1: error: there is no VirtualService/default/stok to leave out [bad-setting]');
  expect(stderr).toContain('VirtualService/default/stock');
});

function git(folder: string, ...args: string[]): void {
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
    cwd: folder,
    stdio: 'ignore',
  });
}

test('the manifests as they were at a commit', async () => {
  const folder = folderOf(FILES);
  git(folder, 'init', '-q');
  git(folder, 'add', '.');
  git(folder, 'commit', '-q', '-m', 'before');
  putFiles(folder, { 'shop/k8s/timeout.yaml': TIMEOUT });
  const { comparison } = await compared(folder, ['--git', 'HEAD']);
  expect(comparison.changes).toMatchObject([
    { resource: 'VirtualService/default/stock', path: null, file: 'k8s/timeout.yaml', line: 2 },
  ]);
  expect(metric(comparison, 'success', 'shoppers').verdict).toBe('worse');
  git(folder, 'add', '.');
  git(folder, 'commit', '-q', '-m', 'after');
  putFiles(folder, { 'shop/k8s/timeout.yaml': TIMEOUT.replace('timeout: 1ms', 'timeout: 5s') });
  const back = await compared(folder, ['--git', 'HEAD']);
  expect(back.comparison.changes).toMatchObject([
    { path: 'spec.http[0].timeout', before: '1ms', after: '5s', file: 'k8s/timeout.yaml', line: 8 },
  ]);
  const gone = await say(folder, ['compare', 'shop', '--git', 'nowhere']);
  expect(gone).toMatchObject({ exit: 2, stderr: expect.stringContaining('no such commit, branch or tag') as string });
  const outside = await say(folderOf(FILES), ['compare', 'shop', '--git', 'HEAD']);
  expect(outside).toMatchObject({ exit: 2, stderr: expect.stringContaining('is in no git repository') as string });
});

test('at a commit: links are followed, pushed manifests are of that time too, and a new name is told', async () => {
  const pushing = SCENARIO.replace('  faults:', '  faults:\n    - {at: 1s, push: {manifests: late.yaml}}');
  const folder = folderOf({ ...FILES, 'shop/scenario.yaml': pushing, 'real.yaml': TIMEOUT, 'shop/late.yaml': TIMEOUT });
  symlinkSync('../../real.yaml', join(folder, 'shop/k8s/timeout.yaml'));
  git(folder, 'init', '-q');
  git(folder, 'add', '.');
  git(folder, 'commit', '-q', '-m', 'before');
  const longer = TIMEOUT.replace('timeout: 1ms', 'timeout: 5s');
  putFiles(folder, { 'real.yaml': longer, 'shop/late.yaml': longer.replace('5s', '6s') });
  const { comparison } = await compared(folder, ['--git', 'HEAD']);
  expect(comparison.changes).toMatchObject([
    { path: 'spec.http[0].timeout', before: '1ms', after: '5s', file: 'k8s/timeout.yaml', line: 8 },
    { path: 'spec.http[0].timeout', before: '1ms', after: '6s', file: 'late.yaml', line: 8 },
  ]);
  git(folder, 'mv', 'shop', 'store');
  const renamed = await say(folder, ['compare', 'store', '--git', 'HEAD']);
  expect(renamed.exit).toBe(2);
  expect(renamed.stderr).toContain("none of the scenario's manifests (k8s/) was there then");
});

test.each([
  { bound: 'success < -1pp', exit: 1, verdict: 'failed' },
  { bound: 'shoppers.success < -1pp', exit: 1, verdict: 'failed' },
  { bound: 'load.prices > +500%', exit: 0, verdict: 'held' },
])('--fail-on $bound: exit code $exit', async ({ bound, exit, verdict }) => {
  const calm = SCENARIO.replace(/ {2}objectives:[\s\S]*? {2}run:/, '  run:');
  const folder = folderOf({ ...SHOP, 'shop/scenario.yaml': calm, 'change.yaml': TIMEOUT });
  const { comparison, ...said } = await compared(folder, ['--with', 'change.yaml', '--fail-on', bound]);
  expect(said.exit).toBe(exit);
  expect(comparison.bounds[0]).toMatchObject({ name: bound, verdict });
});

test('undecided after the most replications: told, and a failure only under --strict', async () => {
  const args = ['compare', 'shop', '--set', 'workloads.stock.endpoints[0].respond.errors.503=2%'];
  const rest = ['--fail-on', 'shoppers.success < -0.2pp', '--max-replications', '10'];
  const { exit, stdout } = await say(folderOf(FILES), [...args, ...rest]);
  expect(exit).toBe(0);
  expect(stdout).toContain('The bound is undecided');
  expect((await say(folderOf(FILES), [...args, ...rest, '--strict'])).exit).toBe(1);
});

test('pairs are played until the interval of the difference is as narrow as asked for', async () => {
  const { report, comparison } = await compared(folderOf({ ...FILES, 'change.yaml': TIMEOUT }), [
    '--with',
    'change.yaml',
    '--precision',
    'mean=40%',
    '--set',
    'run.warmup=1s',
  ]);
  const { base, difference, ci95 } = metric(comparison, 'mean', 'shoppers');
  expect(ci95![1] - difference!).toBeLessThanOrEqual(0.4 * base!);
  expect(report.replications).toBeGreaterThanOrEqual(10);
});

test('--attribute: which of several changes it is, by trying each', async () => {
  const folder = folderOf({ ...FILES, 'change.yaml': TIMEOUT });
  const { comparison } = await compared(folder, [
    '--with',
    'change.yaml',
    '--set',
    'workloads.prices.endpoints[0].steps[0].repeat.times=3',
    '--attribute',
  ]);
  expect(comparison.changes).toHaveLength(2);
  const effects = comparison.attribution.filter(
    ({ metric: name, traffic }) => name === 'success' && traffic === 'shoppers',
  );
  const [repeat, timeout] = effects.map(({ alone }) => alone.difference!);
  expect(repeat).toBe(0);
  expect(timeout).toBeLessThan(-0.5);
  const cause = comparison.causes.find(({ metric: name, traffic }) => name === 'success' && traffic === 'shoppers')!;
  expect(cause).toMatchObject({ foundBy: 'experiment', file: '../change.yaml' });
});

test.each([
  { args: [], says: 'shop with what?' },
  { args: ['--fail-on', 'p99 > 10%', '--set', 'run.seed=2'], says: 'write a difference with its sign' },
  { args: ['--fail-on', 'p98 > +10%', '--set', 'run.seed=2'], says: 'of success, mean, p50' },
  { args: ['--fail-on', 'success < -5ms', '--set', 'run.seed=2'], says: 'write a difference with its sign' },
  { args: ['--fail-on', 'shopers.p99 > +10%', '--set', 'run.seed=2'], says: 'did you mean shoppers?' },
  { args: ['--fail-on', 'load.pricess > +10%', '--set', 'run.seed=2'], says: 'did you mean prices?' },
  { args: ['--max-replications', '20', '--set', 'run.seed=2'], says: '--max-replications bounds' },
  { args: ['--with', 'nowhere.yaml'], says: 'cannot read' },
  { args: ['nowhere.yaml'], says: 'cannot read' },
])('$args is refused: $says', async ({ args, says }) => {
  const { exit, stderr } = await say(folderOf(FILES), ['compare', 'shop', ...args]);
  expect(exit).toBe(2);
  expect(stderr).toContain(says);
});

test('a base that is refused is told as such', async () => {
  const folder = folderOf({ ...FILES, 'broken/scenario.yaml': SCENARIO.replace('kind: Scenario', 'kind: Scenery') });
  const { exit, stderr } = await say(folder, ['compare', 'broken', 'shop']);
  expect(exit).toBe(2);
  expect(stderr).toContain('The base, not the candidate, is refused:\nbroken/scenario.yaml:2:1: error:');
});

test('interrupted: what was finished of both, or that there is nothing', async () => {
  const folder = folderOf(FILES);
  const early = await say(folder, ['compare', 'shop', '--set', 'run.drain=2s'], { interruptAtLook: 5 });
  expect(early).toMatchObject({ exit: 130, stderr: expect.stringContaining('nothing to compare') as string });
  const { exit, report } = await compared(folder, ['--set', 'run.drain=2s'], { interruptAtLook: 40 });
  expect(exit).toBe(130);
  expect(report.replications).toBeLessThan(10);
});

test('--format junit and sarif print what lies in the files', async () => {
  const folder = folderOf({ ...FILES, 'change.yaml': TIMEOUT });
  for (const [format, file] of [
    ['junit', 'junit.xml'],
    ['sarif', 'drymesh.sarif'],
    ['markdown', 'comment.md'],
  ]) {
    const args = ['compare', 'shop', '--with', 'change.yaml', '--fail-on', 'success < -1pp', '--format', format!];
    const { stdout } = await say(folder, [...args, '--out', 'r']);
    expect(stdout).toBe(readFileSync(join(folder, 'r', file!), 'utf8'));
  }
});
