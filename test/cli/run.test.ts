import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Report } from '../../src/analysis/index.js';
import { folderOf, say } from '../support/outside.js';
import { MANIFESTS, ROUTING, SHOP } from './shop.js';

const reportIn = (folder: string) => JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as Report;
const codesOf = (stdout: string) =>
  (JSON.parse(stdout) as { diagnostics: { code: string; file: string; line: number; refuses: boolean }[] }).diagnostics
    .filter(({ refuses }) => refuses)
    .map(({ code, file, line }) => `${file}:${line} ${code}`);

test('prints the table, writes three files, tells where they are and what gives them again', async () => {
  const folder = folderOf(SHOP);
  const { exit, stdout, stderr } = await say(folder, ['run', 'shop']);
  expect(exit).toBe(0);
  expect(stdout).toMatch(/^shop\n/);
  expect(stdout).toContain('All 3 objectives held');
  expect(stderr).toContain('Simulating shop: 4 workloads, 6 pods, 2 x 2.5 s, seed 1\n');
  expect(stderr).toMatch(/^Report: file:\/\/.*\/reports\/shop\/report\.html$/m);
  expect(stderr).toMatch(/^The same again: drymesh run shop$/m);
  expect(readdirSync(join(folder, 'reports/shop')).sort()).toEqual(['report.html', 'report.json', 'timing.json']);
  expect(Object.keys(JSON.parse(readFileSync(join(folder, 'reports/shop/timing.json'), 'utf8')))).toEqual([
    'wallSeconds',
    'setupSeconds',
    'peakMemoryBytes',
    'workers',
  ]);
});

test('takes the file as well as its folder, and names files from the scenario', async () => {
  const folder = folderOf(SHOP);
  const byFolder = await say(folder, ['run', 'shop', '--format', 'json']);
  const byFile = await say(folder, ['run', 'shop/scenario.yaml', '--format', 'json']);
  const within = await say(join(folder, 'shop'), ['run', '.', '--format', 'json']);
  expect(byFile.stdout).toBe(byFolder.stdout);
  expect(within.stdout).toBe(byFolder.stdout);
});

test('with --format json stdout is the very bytes of report.json', async () => {
  const folder = folderOf(SHOP);
  const { exit, stdout } = await say(folder, ['run', 'shop', '--format', 'json', '--out', 'here']);
  expect(exit).toBe(0);
  expect(stdout).toBe(readFileSync(join(folder, 'here/report.json'), 'utf8'));
});

test('with --format markdown stdout is a table for a pull request', async () => {
  const { stdout } = await say(folderOf(SHOP), ['run', 'shop', '--format', 'markdown']);
  expect(stdout).toMatch(/^#/);
  expect(stdout).toContain('<code>shoppers</code>');
});

test('a push applies a folder that is named relative to the scenario', async () => {
  const refusal = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: late}
spec: {hosts: [stock], http: [{directResponse: {status: 403}}]}
`;
  const scenario = SHOP['shop/scenario.yaml']!.replace(
    '  faults:\n',
    '  faults:\n    - {at: 0s, push: {manifests: late/}}\n',
  );
  const folder = folderOf({ ...SHOP, 'shop/scenario.yaml': scenario, 'shop/late/stock.yaml': refusal });
  await say(folder, ['run', 'shop', '--out', 'r']);
  const { edges, timeline } = reportIn(join(folder, 'r'));
  expect(edges.find(({ destination, workload }) => destination === 'stock' && workload === null)!.codes).toHaveProperty(
    '403',
  );
  expect(timeline.marks[0]).toMatchObject({ label: 'push late/', file: 'scenario.yaml' });
  const lost = folderOf({ ...SHOP, 'shop/scenario.yaml': scenario });
  const { exit, stderr } = await say(lost, ['run', 'shop']);
  expect(exit).toBe(2);
  expect(stderr).toContain('cannot read late: there is no such file or folder');
});

test('--seed, --replications and --duration are settings of the scenario', async () => {
  const folder = folderOf(SHOP);
  await say(folder, ['run', 'shop', '--seed', '7', '--replications', '1', '--duration', '1s', '--out', 'r']);
  expect(reportIn(join(folder, 'r'))).toMatchObject({ seed: 7, replications: 1, simulatedSeconds: 1.5 });
});

test('--set changes the scenario and its manifests', async () => {
  const folder = folderOf(SHOP);
  const set = ['--set', 'traffic.robots.closed.users=1', '--set', 'Deployment/default/front:spec.replicas=3'];
  await say(folder, ['run', 'shop', ...set, '--out', 'r']);
  const { workloads } = reportIn(join(folder, 'r'));
  expect(workloads.find(({ name }) => name === 'front')!.replicas).toBe(3);
});

test('--manifests replaces the manifests of the scenario, --with comes over them, - is stdin', async () => {
  const folder = folderOf({ ...SHOP, 'other/apps.yaml': MANIFESTS, 'change.yaml': ROUTING.replace('5s', '4s') });
  const usual = await say(folder, ['run', 'shop', '--format', 'json']);
  const piped = await say(folder, ['run', 'shop', '--manifests', 'other', '-', '--format', 'json'], { stdin: ROUTING });
  const figures = ({ stdout }: { stdout: string }) => ({ ...JSON.parse(stdout), diagnostics: [], causes: [] });
  expect(figures(piped)).toEqual(figures(usual));
  const over = await say(folder, ['run', 'shop', '--with', 'change.yaml', '--format', 'json']);
  expect(over.exit).toBe(0);
  expect(over.stdout).toContain('"code": "replaced"');
});

test.each([
  { flag: ['--seed', 'x'], found: '--seed:1 bad-type' },
  { flag: ['--seed', '-3'], found: '--seed:1 bad-type' },
  { flag: ['--seed', '1e99'], found: '--seed:1 bad-type' },
  { flag: ['--replications', '0'], found: '--replications:1 out-of-range' },
  { flag: ['--replications', 'NaN'], found: '--replications:1 bad-type' },
  { flag: ['--duration', '5 minutes'], found: '--duration:1 bad-duration' },
  { flag: ['--duration', '0s'], found: '--duration:1 out-of-range' },
  { flag: ['--set', 'nonsense'], found: '--set:1 bad-setting' },
  { flag: ['--set', 'run.seed=1', '--set', 'traffic.nobody.rate=5/s'], found: '--set:2 bad-setting' },
])('refuses $flag with a diagnostic at the flag', async ({ flag, found }) => {
  const { exit, stdout } = await say(folderOf(SHOP), ['run', 'shop', '--format', 'json', ...flag]);
  expect(exit).toBe(2);
  expect(codesOf(stdout)).toEqual([found]);
});

test('an objective that fails exits with 1', async () => {
  const { exit, stdout } = await say(folderOf(SHOP), ['run', 'shop', '--set', 'objectives=["p50 < 1ms"]']);
  expect(exit).toBe(1);
  expect(stdout).toContain('failed');
});

test('a run that drowns stops and exits with 1', async () => {
  const folder = folderOf(SHOP);
  const set = ['--set', 'run.maxInFlight=1', '--set', 'traffic.shoppers.rate=2000/s', '--set', 'objectives=[]'];
  const { exit } = await say(folder, ['run', 'shop', ...set, '--out', 'r']);
  expect(exit).toBe(1);
  expect(reportIn(join(folder, 'r')).stopped).not.toBeNull();
});

test('refused input prints the diagnostics, as JSON on stdout, as text on stderr from where the user stands', async () => {
  const folder = folderOf({ ...SHOP, 'shop/k8s/bad.yaml': 'a: [' });
  const json = await say(folder, ['run', 'shop', '--format', 'json']);
  expect(json.exit).toBe(2);
  expect(codesOf(json.stdout)).toEqual(['k8s/bad.yaml:1 yaml-syntax']);
  const text = await say(folder, ['run', 'shop']);
  expect(text.stdout).toBe('');
  expect(text.stderr).toContain('shop/k8s/bad.yaml:1:5: error:');
  expect(existsSync(join(folder, 'reports'))).toBe(false);
});

test('a folder that cannot be written to is refused before anything is simulated', async () => {
  const folder = folderOf({ ...SHOP, file: 'in the way' });
  const { exit, stderr } = await say(folder, ['run', 'shop', '--out', 'file/below']);
  expect(exit).toBe(2);
  expect(stderr).toContain('--out:1:1: error: the report cannot be written to "file/below": a file is in the way');
  expect(stderr).not.toContain('Simulating');
  const json = await say(folder, ['run', 'shop', '--out', 'file', '--format', 'json']);
  expect(codesOf(json.stdout)).toEqual(['--out:1 unwritable']);
});

test('a report that cannot replace what is in its place is told, and the result is printed all the same', async () => {
  const folder = folderOf({ ...SHOP, 'r/report.html/keep': '' });
  const { exit, stdout, stderr } = await say(folder, ['run', 'shop', '--out', 'r']);
  expect(exit).toBe(2);
  expect(stdout).toContain('objectives held');
  expect(stderr).toMatch(/could not be written to .*: it is a folder\n/);
  expect(readdirSync(join(folder, 'r')).filter((file) => file.endsWith('.tmp'))).toEqual([]);
});

test('more pods than can be held are refused at what asks for them, before they are made', async () => {
  const manifests = MANIFESTS.replace('replicas: 2', 'replicas: 99999999');
  const folder = folderOf({ ...SHOP, 'shop/k8s/apps.yaml': manifests });
  const { exit, stdout } = await say(folder, ['run', 'shop', '--format', 'json']);
  expect(exit).toBe(2);
  expect(codesOf(stdout)).toEqual(['k8s/apps.yaml:11 too-many-pods']);
});

test.each(['../../escape', '/etc/x', '..', '.', 'a/b', 'a\\b', '', 'CON:', '-out', 'x'.repeat(101)])(
  'no scenario is named %j: its report cannot leave the folder of reports',
  async (name) => {
    const { exit } = await say(folderOf(SHOP), ['run', 'shop', '--set', 'metadata.name=x']);
    expect(exit).toBe(2); // paths of --set begin at spec
    const written = SHOP['shop/scenario.yaml']!.replace('name: shop', `name: ${JSON.stringify(name)}`);
    const folder = folderOf({ ...SHOP, 'shop/scenario.yaml': written });
    const { exit: named, stderr } = await say(folder, ['run', 'shop']);
    expect(named).toBe(2);
    expect(stderr).toContain('shop/scenario.yaml:4:3: error:');
    expect(readdirSync(folder)).toEqual(['shop']);
  },
);

test('Ctrl-C writes what is finished, says how to get the whole, and exits with 130', async () => {
  const folder = folderOf(SHOP);
  const args = ['run', 'shop', '--duration', '20s', '--replications', '50', '--out', 'r'];
  const { exit, stderr } = await say(folder, args, { interruptAtLook: 12 });
  expect(exit).toBe(130);
  expect(stderr).toContain(
    `Interrupted: the report holds what was finished. The whole of it: drymesh ${args.join(' ')}`,
  );
  const { replications, stopped, traffic } = reportIn(join(folder, 'r'));
  expect(replications).toBeGreaterThan(0);
  expect(replications).toBeLessThan(50);
  expect(stopped).toBeNull();
  expect(traffic[0]!.replicates).toHaveLength(replications);
});

test('Ctrl-C within the first replication reports its part, as stopped', async () => {
  const folder = folderOf(SHOP);
  const args = ['run', 'shop', '--duration', '10m', '--out', 'r'];
  const { exit } = await say(folder, args, { interruptAtLook: 3 });
  expect(exit).toBe(130);
  const { replications, stopped } = reportIn(join(folder, 'r'));
  expect(replications).toBe(1);
  expect(stopped).toMatchObject({ reason: 'interrupted' });
});

test('on a terminal there are colours and a bar, without them under NO_COLOR', async () => {
  const colour = '\u001b[';
  const folder = folderOf(SHOP);
  expect((await say(folder, ['run', 'shop'], { terminal: true })).stdout).toContain(colour);
  expect((await say(folder, ['run', 'shop'], { terminal: true, env: { NO_COLOR: '1' } })).stdout).not.toContain(colour);
  expect((await say(folder, ['run', 'shop'])).stdout).not.toContain(colour);
});

test('a long run shows a bar on a terminal and takes it away again, else a line now and then', async () => {
  const folder = folderOf(SHOP);
  const args = ['run', 'shop', '--replications', '8'];
  const bar = await say(folder, args, { terminal: true, stepMs: 500 });
  expect(bar.stderr).toMatch(/\r\[#{15}\.{15}\] 50 % {2}about \d+ s left/);
  expect(bar.stderr).toContain('\r\u001b[K\n');
  const lines = await say(folder, args, { stepMs: 5_000 });
  expect(lines.stderr).toContain('50 % done, about ');
  expect(lines.stderr).not.toContain('\r');
});

test('the command that gives the same again can be pasted', async () => {
  const set = `VirtualService/default/shop:spec.http[0].timeout=1s`;
  const { stderr } = await say(folderOf(SHOP), ['run', 'shop', '--set', set]);
  expect(stderr).toContain(`The same again: drymesh run shop --set '${set}'\n`);
});

test('--precision plays until it is reached or gives up, and says which', async () => {
  const folder = folderOf(SHOP);
  const typed = [
    'run',
    'shop',
    '--precision',
    'mean=50%,success=20pp',
    '--precision',
    'p50=0.01ms',
    '--duration',
    '10s',
  ];
  const { exit, stdout, stderr } = await say(folder, [...typed, '--max-replications', '22', '--out', 'r']);
  expect(exit).toBe(0);
  expect(stderr).toContain('Simulating shop: 4 workloads, 6 pods, 20 to 22 x 10.5 s, seed 1\n'); // its warm-up is written
  expect(stdout).toContain('Not as precise as asked for after 22 replications: p50 of shoppers');
  const { precision, replications } = reportIn(join(folder, 'r'));
  expect(replications).toBe(22);
  expect(
    precision!.map(({ traffic, metric, unit, asked, reached }) => [traffic, metric, unit, asked, reached]),
  ).toEqual(
    ['shoppers', 'robots'].flatMap((traffic) => [
      [traffic, 'mean', 'relative', 0.5, true],
      [traffic, 'success', 'ratio', 0.2, true],
      [traffic, 'p50', 'ms', 0.01, false],
    ]),
  );
});

test('--precision finds the warm-up that nobody has written', async () => {
  const scenario = SHOP['shop/scenario.yaml']!.replace('    warmup: 500ms\n', '');
  const folder = folderOf({ ...SHOP, 'shop/scenario.yaml': scenario });
  const { exit, stderr } = await say(folder, ['run', 'shop', '--precision', 'mean=50%', '--out', 'r']);
  expect(exit).toBe(0);
  expect(stderr).toContain('Looking for the end of the warm-up of shop\n');
  const { warmupSeconds } = reportIn(join(folder, 'r'));
  expect(warmupSeconds).toBeGreaterThanOrEqual(1);
  expect(warmupSeconds).not.toBe(30);
  // The same without threads' help, as every report is.
  await say(folder, ['run', 'shop', '--precision', 'mean=50%', '--out', 'alone', '--workers', '1']);
  expect(readFileSync(join(folder, 'alone/report.json'))).toEqual(readFileSync(join(folder, 'r/report.json')));
});
