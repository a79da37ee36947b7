import { expect, test } from 'vitest';
import { renderJson } from '../../src/report/index.js';
import { reportOf } from '../support/run.js';
import { deployment, destinationRule, station, virtualService } from '../support/stations.js';

// Draws belong to addresses: what one change moves is what had to move.

function split(weights: readonly [number, number]) {
  const route = weights.map((weight, i) => ({ destination: { host: 'main', subset: `v${i + 1}` }, weight }));
  return virtualService('main', [{ route }]);
}

/** Two versions, 10 and 20 ms, that share the traffic; by which second the sum of the latencies tells them apart. */
function run(changes: { weights?: readonly [number, number]; manifests?: string; extra?: object; seed?: number }) {
  const { weights = [90, 10], manifests = '', extra = {}, seed = 1 } = changes;
  const subsets = ['v1', 'v2'].map((version) => ({ name: version, labels: { version } }));
  return reportOf({
    manifests:
      station('caller', { sidecar: true }) +
      ['v1', 'v2'].map((version) => deployment(version, { app: 'main', labels: { version }, replicas: 2 })).join('') +
      `---\n{apiVersion: v1, kind: Service, metadata: {name: main}, spec: {selector: {app: main}, ports: [{name: http, port: 80}]}}\n` +
      destinationRule('main', undefined, subsets) +
      split(weights) +
      manifests,
    spec: {
      workloads: {
        caller: { endpoints: [] },
        v1: { endpoints: [{ steps: [{ wait: { exponential: '10ms' } }] }] },
        v2: { endpoints: [{ steps: [{ wait: { exponential: '10ms' } }], respond: { status: 201 } }] },
      },
      traffic: [{ name: 'load', from: { workload: 'caller' }, rate: '100/s', to: 'http://main/' }],
      run: { duration: '100s', warmup: '0s', replications: 1, seed },
      ...extra,
    },
  });
}

test('the same seed gives the same bytes, another seed others', async () => {
  const first = renderJson(await run({}));
  expect(renderJson(await run({}))).toBe(first);
  expect(renderJson(await run({ seed: 2 }))).not.toBe(first);
});

test('another split moves only the requests that must move: service times stay the same', async () => {
  const [before, after] = [await run({ weights: [90, 10] }), await run({ weights: [80, 20] })];
  const [few, many] = [before.traffic[0]!, after.traffic[0]!];
  expect(many.requests).toBe(few.requests);
  expect(many.codes['201']).toBeGreaterThan(few.codes['201']!);
  // Every request waits as long as it did, whichever version it meets; only connections open at other times.
  expect(many.causesMs.service).toBeCloseTo(few.causesMs.service, 9);
});

test('another source leaves the draws of the first one alone', async () => {
  const alone = await run({});
  const load = { name: 'load', from: { workload: 'caller' }, rate: '100/s', to: 'http://main/' };
  const other = { name: 'other', from: 'outside', rate: '50/s', to: 'http://main/' };
  const together = await run({ extra: { traffic: [load, other] } });
  expect(together.traffic[0]!.requests).toBe(alone.traffic[0]!.requests);
  expect(together.traffic[0]!.codes).toEqual(alone.traffic[0]!.codes);
  expect(together.traffic[0]!.causesMs.service).toBeCloseTo(alone.traffic[0]!.causesMs.service, 9);
});

test('more replicas leave service times alone', async () => {
  const [few, many] = [
    await run({}),
    await run({ extra: {}, manifests: deployment('v3', { app: 'other', replicas: 3 }) }),
  ];
  expect(many.traffic[0]!.causesMs.service).toBeCloseTo(few.traffic[0]!.causesMs.service, 9);
});
