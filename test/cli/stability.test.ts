import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import type { StabilityDocument } from '../../src/analysis/index.js';
import { folderOf, say } from '../support/outside.js';
import { station, virtualService } from '../support/stations.js';

const FAULTS = '[{at: 30s, for: 4s, slow: {workload: server, by: 100ms}}]';

/** One worker of 10 ms whose answers all come too late once its waiting room is full: it recovers below 33/s. */
const files = (rate: string, faults = FAULTS) => ({
  'edge/scenario.yaml': `apiVersion: drymesh.dev/v1
kind: Scenario
metadata: {name: edge}
spec:
  manifests: [apps.yaml]
  platform: {proxyCost: none}
  workloads:
    caller: {endpoints: []}
    server: {workers: 1, queue: 400, endpoints: [{steps: [{wait: 10ms}]}]}
  traffic:
    - {name: load, from: {workload: caller}, ${rate}, to: http://server/}
  faults: ${faults}
  run: {duration: 60s, warmup: 1s, replications: 1}
`,
  'edge/apps.yaml':
    station('caller', { sidecar: true }) +
    station('server', { sidecar: true }) +
    virtualService('server', { retries: { attempts: 2, perTryTimeout: '200ms', retryOn: '5xx', backoff: '1ms' } }),
});
const RATE = 'rate: 50/s';

test('finds both thresholds, the loop and its line, and writes them down', async () => {
  const folder = folderOf(files(RATE));
  const { exit, stdout, stderr } = await say(folder, ['stability', 'edge']);
  expect(exit).toBe(1);
  expect(stdout).toMatch(/^edge\n/);
  expect(stdout).toContain('✗ The mesh stays down after its faults as written');
  expect(stdout).toContain('Held there by retries x timeouts on caller → server: 3.0 attempts a call');
  expect(stdout).toContain('(apps.yaml:10)');
  expect(stdout).toMatch(/^ {2}load, requests\/s +50\.0 +3\d\.\d +3\d\.\d +3\d\.\d +–$/m);
  expect(stdout).toMatch(/^length of the faults +4 s +\S+ s +\S+ s +\S+ s +–$/m);
  expect(stderr).toContain('Probing edge: less and more load, shorter and longer faults, 1 replication each, seed 1\n');
  expect(stderr).toMatch(/^load x 1\.00: down \(1 down\)$/m);
  expect(stderr).toMatch(/^The same again: drymesh stability edge$/m);
  const document = documentIn(folder);
  expect(document.load!.recoversUpTo! * 50).toBeLessThan(100 / 3);
  expect(document.load!.failsFrom! * 50).toBeGreaterThan(100 / 3);
  expect(document.load!.isOverload).toBe(false);
  const { estimate, ci95, recoversUpTo, failsFrom } = document.load!;
  expect(estimate).toBeGreaterThanOrEqual(recoversUpTo!);
  expect(estimate).toBeLessThanOrEqual(failsFrom!);
  expect(ci95).toBeNull(); // of one replication
  expect(document.faultLength!.failsFrom).toBeLessThan(1);
});

test('with --format json stdout is the very bytes of stability.json, and keeps to its schema', async () => {
  const folder = folderOf(files(RATE));
  const { exit, stdout } = await say(folder, ['stability', 'edge', '--format', 'json', '--out', 'here']);
  expect(exit).toBe(1);
  expect(stdout).toBe(readFileSync(join(folder, 'here/stability.json'), 'utf8'));
  const schema = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../schema/stability.schema.json'), 'utf8'));
  const validate = new Ajv2020({ allErrors: true, strict: false }).compile(schema);
  validate(JSON.parse(stdout));
  expect(validate.errors).toBeNull();
});

test('exits with 0 where it recovers as written; beyond its capacity the load alone is too much', async () => {
  const folder = folderOf(files('rate: 20/s'));
  const { exit, stdout } = await say(folder, ['stability', 'edge', '--seed', '3', '--replications', '2']);
  expect(exit).toBe(0);
  expect(stdout).toMatch(/✓ The mesh recovers from its faults as written, \d+ s after them/);
  expect(stdout).toContain('Beyond the threshold it is held down by retries x timeouts');
  expect(documentIn(folder)).toMatchObject({ seed: 3, replications: 2, faultLength: { failsFrom: null } });
});

test('--set and --with change what is probed', async () => {
  const folder = folderOf({ ...files(RATE), 'calm.yaml': virtualService('server', { retries: { attempts: 0 } }) });
  expect((await say(folder, ['stability', 'edge', '--with', 'calm.yaml'])).exit).toBe(0);
  const slower = ['--set', 'traffic.load.rate=30/s', '--set', 'workloads.server.queue=20'];
  expect((await say(folder, ['stability', 'edge', ...slower])).exit).toBe(0);
});

test.each([
  { what: 'without a fault', faults: '[]', code: 'nothing-to-recover-from', line: 1 },
  {
    what: 'with one that stays',
    faults: '[{at: 30s, slow: {workload: server, by: 1s}}]',
    code: 'nothing-to-recover-from',
    line: 12,
  },
  {
    what: 'with another that stays and begins meanwhile',
    faults: `[{at: 31s, cpu: {workload: server, to: 50%}}, ${FAULTS.slice(1)}`,
    code: 'lasting-fault',
    line: 12,
  },
  { what: 'with replayed traffic', rate: 'replay: times.csv', code: 'replayed-load', line: 11 },
])('a scenario $what is refused', async ({ faults, rate, code, line }) => {
  const folder = folderOf({ ...files(rate ?? RATE, faults), 'edge/times.csv': '1,request-1\n2,request-1\n' });
  const json = await say(folder, ['stability', 'edge', '--format', 'json']);
  expect(json.exit).toBe(2);
  const { diagnostics } = JSON.parse(json.stdout) as StabilityDocument;
  expect(diagnostics.filter(({ refuses }) => refuses)).toMatchObject([{ code, file: 'scenario.yaml', line }]);
  const text = await say(folder, ['stability', 'edge']);
  expect(text.stdout).toBe('');
  expect(text.stderr).toContain(`[${code}]`);
  expect(existsSync(join(folder, 'reports'))).toBe(false);
});

test('a folder that cannot be written to is refused before anything is played', async () => {
  const folder = folderOf({ ...files(RATE), file: 'in the way' });
  const { exit, stderr } = await say(folder, ['stability', 'edge', '--out', 'file/below']);
  expect(exit).toBe(2);
  expect(stderr).toContain('[unwritable]');
  expect(stderr).not.toContain('Probing');
});

test('Ctrl-C ends it: what was found is written, if anything was', async () => {
  const folder = folderOf(files(RATE));
  const soon = await say(folder, ['stability', 'edge'], { interruptAtLook: 2 });
  expect(soon).toMatchObject({ exit: 130, stdout: '' });
  expect(soon.stderr).toContain('nothing is known');
  expect(existsSync(join(folder, 'reports/edge/stability.json'))).toBe(false);
  const later = await say(folder, ['stability', 'edge'], { interruptAtLook: 40 });
  expect(later.exit).toBe(130);
  expect(later.stderr).toContain('Interrupted: the document holds what was found.');
  const document = documentIn(folder);
  expect(document.asWritten.verdict).toBe('down');
  expect(document.faultLength).toBeNull();
});

function documentIn(folder: string): StabilityDocument {
  return JSON.parse(readFileSync(join(folder, 'reports/edge/stability.json'), 'utf8')) as StabilityDocument;
}
