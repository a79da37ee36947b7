import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import type { MeasuredRun } from '../../validation/harness/bench.js';
import { builtHarness } from '../support/built.js';
import { envoyBinary } from '../support/envoy.js';
import { deployment, service, station } from '../support/stations.js';

/** The bench plays a short case with real Envoys. Nothing here depends on how long anything takes. */
const EACH = 20; // requests of each kind
const KINDS = ['fine', 'failing', 'aborted'];

const SPEC = {
  manifests: ['manifests.yaml'],
  workloads: {
    caller: { endpoints: [] },
    main: {
      endpoints: [
        { match: { path: { prefix: '/failing' } }, steps: [{ wait: '1ms' }, { fail: 500 }] },
        { steps: [{ wait: '1ms' }, { call: 'http://back/' }] },
      ],
    },
    back: { workers: 1, endpoints: [{ steps: [{ wait: '2ms' }], respond: { status: 202, size: '1kB' } }] },
  },
  traffic: [
    {
      name: 'load',
      from: { workload: 'caller' },
      replay: 'requests.csv',
      requests: KINDS.map((name) => ({ name, to: `http://main/${name}` })),
    },
  ],
  run: { duration: '3s', warmup: '200ms', drain: '5s' },
};
const ROUTES = [
  {
    match: [{ uri: { prefix: '/aborted' } }],
    fault: { abort: { httpStatus: 418, percentage: { value: 100 } } },
    route: [{ destination: { host: 'main' } }],
  },
  { retries: { attempts: 2, retryOn: '5xx' }, route: [{ destination: { host: 'main' } }] },
];

const binary = envoyBinary();
const folder = mkdtempSync(join(tmpdir(), 'drymesh-smoke-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(binary === null)('a case with real Envoys', () => {
  const harness = builtHarness();

  test('ends as the Scenario says: codes, flags, counters', async () => {
    writeCase();
    const { figures } = await measure(harness());
    const { requests, success, codes, flags } = figures.traffic.load!;
    const third = expect.closeTo(1 / 3, 10);
    expect({ requests, success, codes, flags }).toEqual({
      requests: 3 * EACH,
      success: third,
      codes: { '200': third, '418': third, '500': third },
      flags: { FI: third, URX: third },
    });
    const { upstream_rq_retry: retries, upstream_rq_retry_limit_exceeded: exceeded } =
      figures.counters['caller > main']!;
    expect({ retries, exceeded }).toEqual({ retries: expect.closeTo(2 / 3, 10), exceeded: third });
    expect(figures.counters['main > back']).toMatchObject({ upstream_rq_total: third });
  });
});

function writeCase(): void {
  mkdirSync(join(folder, 'smoke'));
  const head = 'apiVersion: drymesh.dev/v1\nkind: Scenario\nmetadata: {name: smoke}\n';
  writeFileSync(join(folder, 'smoke/scenario.yaml'), `${head}spec: ${JSON.stringify(SPEC)}\n`);
  const routes = { hosts: ['main'], http: ROUTES };
  const rule = {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: 'main' },
    spec: routes,
  };
  const manifests = [
    station('caller', { sidecar: true }),
    station('main', { sidecar: true, replicas: 2 }),
    deployment('back'),
    service('back'),
    `---\n${JSON.stringify(rule)}\n`,
  ];
  writeFileSync(join(folder, 'smoke/manifests.yaml'), manifests.join(''));
  const lines = Array.from({ length: 3 * EACH }, (_, i) => `${(0.2 + i * 0.015).toFixed(3)},${KINDS[i % 3]}`);
  writeFileSync(join(folder, 'smoke/requests.csv'), `${lines.join('\n')}\n`);
}

async function measure(harness: string): Promise<MeasuredRun> {
  const program = `
    import { measure } from ${JSON.stringify(join(harness, 'bench.js'))};
    import { loadCase } from ${JSON.stringify(join(harness, 'case.js'))};
    import { lockMachine } from ${JSON.stringify(join(harness, 'machine-lock.js'))};
    await lockMachine(() => {});
    const run = await measure(loadCase(${JSON.stringify(folder)}, 'smoke'), 0, ${JSON.stringify(binary)});
    process.stdout.write(JSON.stringify(run), () => process.exit());`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program]);
  return JSON.parse(stdout) as MeasuredRun;
}
