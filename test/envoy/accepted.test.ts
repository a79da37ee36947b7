import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
// @ts-expect-error: a script without types
import * as cases from '../../validation/istiod/cases.mjs';
import { complaintOf, envoyBinary } from '../support/envoy.js';
import { say } from '../support/outside.js';

/** Every proxy of every shipped scenario, exported, is a configuration that a real Envoy takes. */
const ROOT = resolve(import.meta.dirname, '../../scenarios');
const SCENARIOS = ['bookinfo', 'guide', 'online-shop', 'retry-storm', 'zone-outage'];

const binary = envoyBinary();
const folder = mkdtempSync(join(tmpdir(), 'envoy-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe.skipIf(binary === null)('a real Envoy', () => {
  const PLAIN = SCENARIOS.map((scenario) => ({ scenario, flags: [] }));
  const SECURE = { scenario: 'online-shop', flags: ['--certificates', join(folder, 'certificates')] };
  test.each([...PLAIN, SECURE])('takes every proxy of $scenario $flags.0', async ({ scenario, flags }) => {
    const complaints: Record<string, string> = {};
    for (const name of await proxiesOf(scenario)) {
      const { exit, stdout } = await say(ROOT, [
        'export',
        'envoy',
        scenario,
        '--proxy',
        name,
        '--format',
        'json',
        ...flags,
      ]);
      expect(exit).toBe(0);
      const path = join(folder, 'envoy.json');
      writeFileSync(path, stdout);
      complaints[name] = complaintOf(binary!, path);
    }
    expect(Object.keys(complaints)).not.toHaveLength(0);
    expect(Object.entries(complaints).filter(([, complaint]) => complaint !== '')).toEqual([]);
  });
});

/** Of the recorded meshes those that ask for unlike things: see validation/istiod. */
const CASES = [
  'connection-pools',
  'default-services',
  'external-workloads',
  'gateway-server-names',
  'gateway-tls',
  'headless-services',
  'locality-failover',
  'match-kinds',
  'outlier-detection',
  'retries-hashed',
  'service-entries-tcp',
  'sidecar-ingress',
  'tls-by-name',
  'tls-routes',
  'warm-up',
];

describe.skipIf(binary === null)('a real Envoy', () => {
  test.each(CASES)('takes every proxy of the case %s', async (name) => {
    const [first, ...more] = cases.inputFiles(name) as string[];
    const input = [first!, ...more.flatMap((file) => ['--with', file])];
    for (const { workload } of (cases.readCase(name) as { proxies: { workload: string }[] }).proxies) {
      const flags = ['--proxy', workload, '--format', 'json', '--certificates', join(folder, 'certificates')];
      const { stdout } = await say(ROOT, ['export', 'envoy', ...input, ...flags]);
      const path = join(folder, 'envoy.json');
      writeFileSync(path, stdout);
      expect(complaintOf(binary!, path)).toBe('');
    }
  });
});

async function proxiesOf(scenario: string): Promise<readonly string[]> {
  const { stdout } = await say(ROOT, ['explain', scenario, '--format', 'json']);
  const { workloads } = JSON.parse(stdout).mesh as { workloads: { name: string; inMesh: boolean }[] };
  return workloads.filter(({ inMesh }) => inMesh).map(({ name }) => name);
}
