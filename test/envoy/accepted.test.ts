import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
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

async function proxiesOf(scenario: string): Promise<readonly string[]> {
  const { stdout } = await say(ROOT, ['explain', scenario, '--format', 'json']);
  const { workloads } = JSON.parse(stdout).mesh as { workloads: { name: string; inMesh: boolean }[] };
  return workloads.filter(({ inMesh }) => inMesh).map(({ name }) => name);
}
