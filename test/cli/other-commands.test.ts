import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folderOf, say } from '../support/outside.js';
import { MANIFESTS, ROUTING, SHOP } from './shop.js';

const CODELESS = /^\S+:\d+:\d+: (error|warning|info): .* \[[\w-]+\]$/m;
const WRONG_SUBSET = ROUTING.replace('host: front', 'host: front\n            subset: blue');

test('lint tells what is wrong, from where the user stands, and counts it', async () => {
  const folder = folderOf({ 'k8s/apps.yaml': MANIFESTS, 'k8s/routing.yaml': ROUTING });
  const { exit, stdout, stderr } = await say(folder, ['lint', 'k8s']);
  expect(exit).toBe(0);
  expect(stdout).toMatch(CODELESS);
  expect(stdout).toContain('k8s/routing.yaml:47:');
  expect(stderr).toMatch(/^0 errors, 1 warning, \d+ notes?\n$/);
});

test('lint exits with 1 for an error that a cluster accepts, with 2 for what it refuses', async () => {
  const accepted = folderOf({ 'apps.yaml': MANIFESTS, 'routing.yaml': WRONG_SUBSET });
  expect((await say(accepted, ['lint', '.'])).exit).toBe(1);
  const refused = folderOf({ 'routing.yaml': ROUTING.replace('5s', '5 seconds') });
  expect((await say(refused, ['lint', 'routing.yaml'])).exit).toBe(2);
});

test('lint --format json prints the diagnostics that run reports', async () => {
  const folder = folderOf(SHOP);
  const { stdout } = await say(folder, ['lint', 'shop', '--format', 'json']);
  const { diagnostics } = JSON.parse(stdout);
  const report = JSON.parse((await say(folder, ['run', 'shop', '--format', 'json'])).stdout);
  expect(diagnostics).toEqual(report.diagnostics);
  expect(diagnostics.length).toBeGreaterThan(0);
  expect(Object.keys(diagnostics[0])).toEqual([
    'code',
    'severity',
    'refuses',
    'message',
    'help',
    'file',
    'line',
    'column',
    'resource',
  ]);
});

test('lint reads standard input', async () => {
  const { exit, stdout } = await say(folderOf({}), ['lint', '-', '--format', 'json'], { stdin: 'a: [' });
  expect(exit).toBe(2);
  expect(JSON.parse(stdout).diagnostics).toMatchObject([{ file: '-', line: 1, code: 'yaml-syntax' }]);
});

test.each([
  { what: 'in block style', text: SHOP['shop/scenario.yaml']! },
  { what: 'in flow style', text: '{apiVersion: drymesh.dev/v1, kind: Scenario, metadata: {name: x}, spec: {}}' },
  {
    what: 'in JSON',
    text: '{\n  "kind": "Scenario", "apiVersion": "drymesh.dev/v1",\n"metadata": {"name": "x"}, "spec": {}}',
  },
  { what: 'with a kind that is wrong', text: 'apiVersion: drymesh.dev/v1\nkind: Scenery\n' },
])('lint knows a scenario $what from manifests', async ({ text }) => {
  const folder = folderOf({ ...SHOP, 'shop/scenario.yaml': text });
  const { stdout } = await say(folder, ['lint', 'shop/scenario.yaml', '--format', 'json']);
  for (const { code, resource } of JSON.parse(stdout).diagnostics) {
    expect(code).not.toBe('not-modelled');
    expect(resource?.kind ?? 'Scenario').toMatch(
      /Scenario|DestinationRule|Mesh|Deployment|Service|Gateway|VirtualService/,
    );
  }
});

test('explain shows the mesh, and of a scenario what it leaves out', async () => {
  const folder = folderOf(SHOP);
  const whole = await say(folder, ['explain', 'shop']);
  expect(whole.exit).toBe(0);
  expect(whole.stdout).toMatch(/^endpointDelay {2}1s$/m);
  expect(whole.stdout).toContain('30ms between regions');
  expect(whole.stdout).toContain('front');
  const manifests = await say(join(folder, 'shop'), ['explain', 'k8s']);
  expect(whole.stdout.endsWith(manifests.stdout)).toBe(true);
  const json = JSON.parse((await say(folder, ['explain', 'shop', '--format', 'json'])).stdout);
  expect(json).toMatchObject({ schema: 'drymesh.dev/explain/v1', scenario: { name: 'shop' } });
});

test('explain shows what a proxy does with a host', async () => {
  const folder = folderOf(SHOP);
  const gateway = await say(folder, ['explain', 'shop', 'shop.example.com', '--from', 'istio-ingressgateway']);
  expect(gateway.stdout).toContain('istio-ingressgateway (gateway) calls shop.example.com:80');
  expect(gateway.stdout).toMatch(/timeout +5s +\S*routing\.yaml:/);
  const change = { 'change.yaml': ROUTING.replace('5s', '4s') };
  const over = await say(folderOf({ ...SHOP, ...change }), [
    ...['explain', 'shop', 'shop.example.com', '--from', 'istio-ingressgateway', '--with', 'change.yaml'],
  ]);
  expect(over.stdout).toMatch(/timeout +4s/);
});

test('explain knows its workloads', async () => {
  const { exit, stderr } = await say(folderOf(SHOP), ['explain', 'shop', 'stock', '--from', 'frnt']);
  expect(exit).toBe(2);
  expect(stderr).toBe('drymesh: there is no workload "frnt"; did you mean front?\n');
});

test.each([['explain'], ['lint'], ['init']])('%s refuses what cannot be read', async (command) => {
  const { exit, stderr, stdout } = await say(folderOf({ 'bad.yaml': 'a: [' }), [command, 'bad.yaml']);
  expect(exit).toBe(2);
  expect(stderr + stdout).toContain('bad.yaml:1:5: error:');
});

test('init writes a scenario for manifests, which runs as it stands', async () => {
  const folder = folderOf({ 'k8s/apps.yaml': MANIFESTS, 'k8s/routing.yaml': ROUTING });
  const written = await say(folder, ['init', 'k8s', '--out', 'sim/scenario.yaml']);
  expect(written.exit).toBe(0);
  expect(written.stderr).toContain('then: drymesh run sim/scenario.yaml');
  expect(readFileSync(join(folder, 'sim/scenario.yaml'), 'utf8')).toContain('manifests: ["../k8s"]');
  const { exit, stdout } = await say(folder, ['run', 'sim', '--duration', '10s']);
  expect(exit).toBe(0);
  expect(stdout).toContain('first-guess');
});

test('init within the folder of the manifests: the scenario is not taken for one of them', async () => {
  const folder = folderOf({ 'apps.yaml': MANIFESTS, 'routing.yaml': ROUTING });
  await say(folder, ['init', '.']);
  const { exit, stdout } = await say(folder, ['run', '.', '--duration', '10s', '--format', 'json']);
  expect(exit).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ complete: true });
  expect(stdout).not.toContain('not-modelled');
});

test('init - reads standard input, and --out - writes to standard output', async () => {
  const folder = folderOf({});
  const { exit, stdout } = await say(folder, ['init', '-', '--out', '-'], { stdin: MANIFESTS });
  expect(exit).toBe(0);
  expect(stdout).toContain('manifests: ["-"]');
  expect(existsSync(join(folder, 'scenario.yaml'))).toBe(false);
});

test('init overwrites nothing unless it is forced to', async () => {
  const folder = folderOf({ 'apps.yaml': MANIFESTS, 'scenario.yaml': 'mine' });
  const { exit, stderr } = await say(folder, ['init', 'apps.yaml']);
  expect(exit).toBe(2);
  expect(stderr).toContain('scenario.yaml exists already: give --force');
  expect(readFileSync(join(folder, 'scenario.yaml'), 'utf8')).toBe('mine');
  expect((await say(folder, ['init', 'apps.yaml', '--force'])).exit).toBe(0);
  expect(readFileSync(join(folder, 'scenario.yaml'), 'utf8')).toContain('kind: Scenario');
});

test('init tells when the file cannot be written', async () => {
  const folder = folderOf({ 'apps.yaml': MANIFESTS });
  const { exit, stderr } = await say(folder, ['init', 'apps.yaml', '--out', 'apps.yaml/below.yaml']);
  expect(exit).toBe(2);
  expect(stderr).toBe('drymesh: apps.yaml/below.yaml cannot be written: a file is in the way\n');
});
