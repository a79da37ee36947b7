import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type AnySchemaObject } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import type { Sweep, SweepPoint } from '../../../src/analysis/sweep/index.js';
import { type Circumstances, folderOf, putFiles, say } from '../../support/outside.js';
import { SCENARIO, SHOP } from '../shop.js';

const TIMEOUT = 'VirtualService/default/shop:spec.http[0].timeout';
const GRID = ['sweep', 'shop', '--vary', 'workloads.front.workers=2,8', '--vary', `${TIMEOUT}=1s,5s`, '--out', 'r'];
const POINTS = 4;

const textOf = (folder: string, file: string) => readFileSync(join(folder, 'r', file), 'utf8');
const sweepIn = (folder: string) => JSON.parse(textOf(folder, 'sweep.json')) as Sweep;
const linesIn = (folder: string, file = 'points.jsonl') => textOf(folder, file).split('\n').slice(0, -1);
const pointsIn = (folder: string) => linesIn(folder).map((line) => JSON.parse(line) as SweepPoint);
const bytesOf = (folder: string) => ['points.jsonl', 'sweep.json', 'sweep.html'].map((file) => textOf(folder, file));
const playedIn = (stderr: string) => /(\d+) of the points are there already/.exec(stderr)?.[1];

async function sweepShop(folder: string, more: readonly string[] = [], circumstances: Circumstances = {}) {
  return say(folder, [...GRID, ...more], circumstances);
}

function errorsOf(schema: string, document: unknown): unknown {
  const text = readFileSync(new URL(`../../../schema/${schema}.schema.json`, import.meta.url), 'utf8');
  const validate = new Ajv2020({ allErrors: true }).compile(JSON.parse(text) as AnySchemaObject);
  validate(document);
  return validate.errors ?? [];
}

test('plays every point, writes three files, tells the best and where they are', async () => {
  const folder = folderOf(SHOP);
  const { exit, stdout, stderr } = await sweepShop(folder);
  expect(exit).toBe(0);
  expect(stdout).toMatch(/^shop\n.*\n\n[✓?] Best: workers=\d, timeout=\ds/);
  expect(stdout).toContain('Of the points at which every objective holds');
  expect(stdout.split('\n').every((line) => line.length <= 100)).toBe(true);
  expect(stderr).toContain('Sweeping shop: 4 points x 2 x 2.5 s, seed 1\n');
  expect(stderr).toMatch(/^Results: file:\/\/.*\/r\/sweep\.html$/m);
  expect(stderr).toContain('The same again: drymesh sweep shop --vary');
  expect(readdirSync(join(folder, 'r')).sort()).toEqual(['points.jsonl', 'sweep.html', 'sweep.json']);
});

test('the results lie in a folder of the name of the scenario', async () => {
  const folder = folderOf(SHOP);
  await say(folder, ['sweep', 'shop', '--vary', 'run.duration=1s']);
  expect(existsSync(join(folder, 'reports/shop-sweep/sweep.json'))).toBe(true);
});

test('sweep.json and the lines of points.jsonl follow their schemas, stdout is the former', async () => {
  const folder = folderOf(SHOP);
  const { stdout } = await sweepShop(folder, ['--format', 'json']);
  expect(stdout).toBe(textOf(folder, 'sweep.json'));
  expect(errorsOf('sweep', JSON.parse(stdout))).toEqual([]);
  for (const point of pointsIn(folder)) expect(errorsOf('sweep-point', point)).toEqual([]);
  const { points } = sweepIn(folder);
  expect(points.map(({ number, ...point }) => point)).toEqual(pointsIn(folder));
  expect(points.map(({ settings }) => settings.map(({ value }) => value).join(' '))).toEqual([
    '2 1s',
    '2 5s',
    '8 1s',
    '8 5s',
  ]);
});

test('a point gives the figures of a run with its settings', async () => {
  const folder = folderOf(SHOP);
  await sweepShop(folder);
  const set = ['--set', 'workloads.front.workers=2', '--set', `${TIMEOUT}=5s`];
  const { stdout } = await say(folder, ['run', 'shop', ...set, '--format', 'json']);
  const report = JSON.parse(stdout);
  const point = pointsIn(folder)[1]!;
  expect(point.traffic[0]!.latencyMs).toEqual(report.traffic[0].latencyMs);
  expect(point.traffic[0]!.replicates).toEqual(report.traffic[0].replicates);
  expect(point.objectives).toEqual(report.objectives);
  expect(point.cost.vcpuPer1000Rps).toEqual(report.capacity.vcpuPer1000Rps);
});

test('all points are asked the same requests', async () => {
  const folder = folderOf(SHOP);
  await sweepShop(folder);
  const requests = pointsIn(folder).map(({ traffic }) => traffic[0]!.replicates.map((each) => each.requests));
  expect(new Set(requests.map(String)).size).toBe(1);
});

test('with --format markdown stdout is a table for a pull request', async () => {
  const { stdout } = await sweepShop(folderOf(SHOP), ['--format', 'markdown']);
  expect(stdout).toMatch(/^###/);
  expect(stdout).toContain('| # | <code>workers</code> | <code>timeout</code> |');
});

test('--set, --seed, --replications and --duration hold at every point', async () => {
  const folder = folderOf(SHOP);
  const more = ['--seed', '7', '--replications', '1', '--duration', '1s', '--set', 'traffic.robots.closed.users=1'];
  await sweepShop(folder, more);
  for (const point of pointsIn(folder))
    expect(point).toMatchObject({ seed: 7, replications: 1, simulatedSeconds: 1.5 });
});

test('standard input is read once for all points', async () => {
  const folder = folderOf(SHOP);
  const manifests = [SHOP['shop/k8s/apps.yaml'], SHOP['shop/k8s/routing.yaml']].join('---\n');
  let reads = 0;
  const stdin = () => (reads++ === 0 ? manifests : '');
  const given = {
    get stdin() {
      return stdin();
    },
  };
  const { exit } = await sweepShop(folder, ['--manifests', '-'], given);
  expect(exit).toBe(0);
  expect(pointsIn(folder)).toHaveLength(POINTS);
});

test('when every objective holds nowhere the exit code is 1 and the closest point is named', async () => {
  const { exit, stdout } = await sweepShop(folderOf(SHOP), ['--set', 'objectives=["p50 < 1ms"]']);
  expect(exit).toBe(1);
  expect(stdout).toContain('At no point does every objective hold');
  expect(stdout).toMatch(/The closest is \d \(workers=.*\): p50 < 1ms of/);
});

test('without objectives another rule chooses', async () => {
  const folder = folderOf(SHOP);
  const { exit, stdout } = await sweepShop(folder, ['--set', 'objectives=[]']);
  expect(exit).toBe(0);
  expect(stdout).toContain('There are no objectives');
  expect(sweepIn(folder).choice.decided).toBeNull();
});

test.each([
  { args: ['sweep', 'shop'], told: 'nothing is varied' },
  { args: ['sweep', 'shop', '--vary', 'run.duration'], told: 'is not PATH=VALUES' },
  { args: ['sweep', 'shop', '--vary', 'workloads.front.workers=1..100', '--vary', 'a=1..11'], told: '1100 points' },
  { args: ['sweep', 'shop', '--vary', 'run.seed=1..3'], told: 'differ in their seed' },
  { args: ['sweep', 'shop', '--vary', 'run.replications=1,2'], told: 'differ in their seed or their number' },
  { args: ['sweep', 'shop', '--vary', 'run.duration=1s', '--workers', '0'], told: '--workers 0' },
])('refuses $args', async ({ args, told }) => {
  const folder = folderOf(SHOP);
  const { exit, stderr } = await say(folder, args);
  expect(exit).toBe(2);
  expect(stderr).toContain(told);
  expect(readdirSync(folder)).toEqual(['shop']);
});

test('a path that leads nowhere is refused once, at its flag, with the nearest one', async () => {
  const folder = folderOf(SHOP);
  const args = ['--vary', 'run.duration=1s', '--vary', 'traffic.shopers.rate=1/s..9/s by 1/s'];
  const { exit, stdout, stderr } = await say(folder, ['sweep', 'shop', ...args, '--format', 'json']);
  expect(exit).toBe(2);
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { refuses: boolean; file: string; line: number }[] };
  expect(diagnostics.filter(({ refuses }) => refuses)).toMatchObject([
    { code: 'bad-setting', file: '--vary', line: 2 },
  ]);
  expect(stderr).toContain('did you mean "shoppers"?');
  expect(stderr).not.toContain('Sweeping');
});

test('a value that is refused refuses the sweep before anything is played, and says at which point', async () => {
  const folder = folderOf(SHOP);
  const { exit, stderr } = await say(folder, [
    ...['sweep', 'shop', '--set', 'run.seed=3'],
    ...['--vary', 'workloads.front.workers=1,2', '--vary', 'run.duration=1s,soon,2s'],
  ]);
  expect(exit).toBe(2);
  expect(stderr).toContain('--vary:2:1: error:');
  expect(stderr).toContain('(at workloads.front.workers=1, run.duration=soon, the first of 2 of the 6 points)');
  expect(stderr).not.toContain('Sweeping');
  expect(existsSync(join(folder, 'reports'))).toBe(false);
});

test('a folder that cannot be written to is refused before anything is played', async () => {
  const folder = folderOf({ ...SHOP, r: 'in the way' });
  const { exit, stderr } = await sweepShop(folder);
  expect(exit).toBe(2);
  expect(stderr).toContain('--out:1:1: error:');
  expect(stderr).not.toContain('Sweeping');
});

test.each(['points.jsonl', 'sweep.json', 'sweep.html'])(
  'a folder in place of %s is told, with exit code 2',
  async (name) => {
    const folder = folderOf({ ...SHOP, [`r/${name}/keep`]: '' });
    const { exit, stderr } = await sweepShop(folder);
    expect(exit).toBe(2);
    expect(stderr).toMatch(/could not be written to .*: it is a folder\n/);
    expect(existsSync(join(folder, 'r', name, 'keep'))).toBe(true);
  },
);

test('interrupted, it says how to go on, and gives the same bytes as one that never was', async () => {
  const whole = folderOf(SHOP);
  await sweepShop(whole);
  const folder = folderOf(SHOP);
  // Some of these fall before the first point is whole, some within the last: each goes on where the one before was.
  for (const interruptAtLook of [3, 5, 9, 12, 14]) {
    const { exit, stderr } = await sweepShop(folder, [], { interruptAtLook });
    if (exit === 0) continue;
    expect(exit).toBe(130);
    expect(stderr).toMatch(
      /^Interrupted(?:: \d of 4 points are whole\. To go on| before .* begin again): drymesh sweep shop /m,
    );
  }
  const { exit } = await sweepShop(folder);
  expect(exit).toBe(0);
  expect(bytesOf(folder)).toEqual(bytesOf(whole));
});

test('what is whole when it is interrupted is written, and not played again', async () => {
  const folder = folderOf(SHOP);
  const { exit, stdout } = await sweepShop(folder, ['--replications', '3'], { interruptAtLook: 14 });
  expect(exit).toBe(130);
  const done = linesIn(folder).length;
  expect(done).toBeGreaterThan(0);
  expect(done).toBeLessThan(POINTS);
  expect(stdout).toContain(`Interrupted: ${done} of 4 points are whole.`);
  expect(sweepIn(folder)).toMatchObject({ pointsTotal: POINTS });
  const { stderr } = await sweepShop(folder, ['--replications', '3']);
  expect(playedIn(stderr)).toBe(String(done));
});

test('when all points are there nothing is played', async () => {
  const folder = folderOf(SHOP);
  await sweepShop(folder);
  const before = bytesOf(folder);
  const { exit, stderr } = await sweepShop(folder);
  expect(exit).toBe(0);
  expect(playedIn(stderr)).toBe('4');
  expect(bytesOf(folder)).toEqual(before);
});

test('a line that was cut off is played again', async () => {
  const folder = folderOf(SHOP);
  await sweepShop(folder);
  const before = bytesOf(folder);
  const path = join(folder, 'r/points.jsonl');
  writeFileSync(path, before[0]!.slice(0, -40));
  const { stderr } = await sweepShop(folder);
  expect(stderr).toContain('The last line of points.jsonl was cut off: its point is played again\n');
  expect(playedIn(stderr)).toBe('3');
  expect(bytesOf(folder)).toEqual(before);
});

const CHANGES: { what: string; files?: Record<string, string>; more?: string[]; told: string }[] = [
  {
    what: 'the scenario',
    files: { 'shop/scenario.yaml': SCENARIO.replace('rate: 20/s', 'rate: 21/s') },
    told: 'was played with another scenario, other manifests or settings',
  },
  {
    what: 'a manifest',
    files: { 'shop/k8s/routing.yaml': SHOP['shop/k8s/routing.yaml']!.replace('attempts: 2', 'attempts: 1') },
    told: 'was played with another scenario, other manifests or settings',
  },
  { what: '--set', more: ['--set', 'run.drain=2s'], told: 'was played with another scenario' },
  { what: 'the seed', more: ['--seed', '2'], told: 'was played with seed 1' },
  { what: 'the replications', more: ['--replications', '3'], told: 'was played with 2 replications' },
];

test.each(CHANGES)(
  'when $what has changed it begins afresh and loses nothing',
  async ({ files = {}, more = [], told }) => {
    const folder = folderOf(SHOP);
    await sweepShop(folder);
    const before = textOf(folder, 'points.jsonl');
    putFiles(folder, files);
    const { exit, stderr } = await sweepShop(folder, more);
    expect(exit).toBe(0);
    expect(stderr).toContain(`points.jsonl ${told}`);
    expect(stderr).toContain('it is now points.1.jsonl, and all is played afresh\n');
    expect(textOf(folder, 'points.1.jsonl')).toBe(before);
    const fresh = folderOf({ ...SHOP, ...files });
    await sweepShop(fresh, more);
    expect(bytesOf(folder)).toEqual(bytesOf(fresh));
  },
);

test('points of another version of Drymesh are moved aside', async () => {
  const folder = folderOf(SHOP);
  await sweepShop(folder);
  const path = join(folder, 'r/points.jsonl');
  const aged = linesIn(folder).map((line) => {
    const point = JSON.parse(line);
    return JSON.stringify({ ...point, input: point.input.replace(/.{8}$/, '00000000'), drymesh: { version: '0.0.9' } });
  });
  writeFileSync(path, `${aged.join('\n')}\n`);
  expect((await sweepShop(folder)).stderr).toContain(
    'points.jsonl was written by Drymesh 0.0.9: it is now points.1.jsonl',
  );
});

const SPOILED: { what: string; spoil: (point: SweepPoint) => unknown }[] = [
  { what: 'another document', spoil: () => ({ schema: 'something else' }) },
  { what: 'another name for what it has', spoil: ({ traffic, ...point }) => ({ ...point, trafic: traffic }) },
  { what: 'a text for a figure', spoil: (point) => ({ ...point, cost: { ...point.cost, pods: '3' } }) },
  { what: 'too few replications', spoil: (point) => ({ ...point, replications: 3 }) },
  { what: 'no settings', spoil: ({ settings, ...point }) => point },
  { what: 'null', spoil: () => null },
];

test.each(SPOILED)('a line with $what is left out and played again, and the others are kept', async ({ spoil }) => {
  const folder = folderOf(SHOP);
  await sweepShop(folder);
  const before = bytesOf(folder);
  const spoiled = linesIn(folder).map((line, i) => (i === 2 ? JSON.stringify(spoil(JSON.parse(line))) : line));
  writeFileSync(join(folder, 'r/points.jsonl'), `${spoiled.join('\n')}\n`);
  const { exit, stderr } = await sweepShop(folder);
  expect(exit).toBe(0);
  expect(stderr).toContain(
    'points.jsonl holds a line that is no point of a sweep, which it now is without; as it was it is points.1.jsonl\n',
  );
  expect(playedIn(stderr)).toBe('3');
  expect(bytesOf(folder)).toEqual(before);
  expect(linesIn(folder, 'points.1.jsonl')).toEqual(spoiled);
});

test('lines may end as they do on Windows', async () => {
  const folder = folderOf(SHOP);
  await sweepShop(folder);
  const before = bytesOf(folder);
  writeFileSync(join(folder, 'r/points.jsonl'), before[0]!.replaceAll('\n', '\r\n'));
  expect(playedIn((await sweepShop(folder)).stderr)).toBe('4');
  expect(bytesOf(folder)).toEqual(before);
});

test.each([
  { what: 'another seed', more: ['--seed', '3'], told: 'was played with seed 1' },
  { what: 'other replications', more: ['--replications', '3'], told: 'was played with 2 replications' },
  { what: 'an edited scenario', files: CHANGES[0]!.files!, told: 'was played with another scenario' },
  { what: 'an edited manifest', files: CHANGES[1]!.files!, told: 'was played with another scenario' },
  {
    what: 'another scenario',
    files: { 'shop/other.yaml': SCENARIO },
    scenario: 'shop/other.yaml',
    told: 'was played with another scenario',
  },
])('points of another grid are moved aside with $what', async ({ more = [], files = {}, scenario = 'shop', told }) => {
  const folder = folderOf(SHOP);
  const grid = (name: string, values: string) => ['sweep', name, '--vary', `workloads.front.${values}`, '--out', 'r'];
  await say(folder, grid('shop', 'workers=2,8'));
  const before = textOf(folder, 'points.jsonl');
  putFiles(folder, files);
  const { exit, stderr } = await say(folder, [...grid(scenario, 'queue=7'), ...more]);
  expect(exit).toBe(0);
  expect(stderr).toContain(`points.jsonl ${told}`);
  expect(textOf(folder, 'points.1.jsonl')).toBe(before);
  expect(pointsIn(folder)).toHaveLength(1);
});

test('points of other PATHs stay when they follow from the same', async () => {
  const folder = folderOf(SHOP);
  await say(folder, ['sweep', 'shop', '--vary', 'workloads.front.workers=2,8', '--out', 'r']);
  const { stderr } = await say(folder, ['sweep', 'shop', '--vary', 'workloads.front.queue=7', '--out', 'r']);
  expect(stderr).not.toContain('it is now');
  expect(pointsIn(folder).map(({ settings }) => settings[0]!.value)).toEqual(['7', '2', '8']);
});

test('a grid that grows plays what is new, and keeps what it has no use for', async () => {
  const folder = folderOf(SHOP);
  const grid = (values: string) => ['sweep', 'shop', '--vary', `workloads.front.workers=${values}`, '--out', 'r'];
  await say(folder, grid('2,8'));
  const { stderr } = await say(folder, grid('4,8'));
  expect(playedIn(stderr)).toBe('1');
  expect(pointsIn(folder).map(({ settings }) => settings[0]!.value)).toEqual(['4', '8', '2']);
  expect(sweepIn(folder).points.map(({ settings }) => settings[0]!.value)).toEqual(['4', '8']);
});

test('the progress is that of the whole grid', async () => {
  const { stderr } = await sweepShop(folderOf(SHOP), [], { terminal: true, stepMs: 500 });
  expect(stderr).toMatch(/\r\[#{15,16}\.+\] 5\d %/);
});
