import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { EventQueue } from '../../src/engine/index.js';
import { renderJson } from '../../src/report/index.js';
import { randomMesh } from '../support/random-mesh.js';
import { type Given, reportOf } from '../support/run.js';
import { station } from '../support/stations.js';

const RUNS = { seed: 20_261_123, numRuns: 60 };

afterEach(() => {
  vi.restoreAllMocks();
});

/** What one station does before it calls another, so that more is left to do at that time than to call. */
const FIRST: Readonly<Record<string, object>> = {
  'a worker is freed for a request that calls at once': { workers: 1, endpoints: [{ steps: [{ call: 'http://b/' }] }] },
  'branches call at once': {
    endpoints: [{ steps: [{ parallel: [{ call: 'http://b/' }, { call: 'http://b/' }] }] }],
  },
};

test.each(Object.entries(FIRST))('%s', async (_, a) => {
  const given: Given = {
    manifests: ['load', 'a', 'b'].map((name) => station(name, { sidecar: true })).join(''),
    spec: {
      workloads: { load: { endpoints: [] }, a, b: { endpoints: [{ steps: [{ wait: { exponential: '2ms' } }] }] } },
      traffic: [{ name: 'load', from: { workload: 'load' }, to: 'http://a/', rate: '300/s' }],
      run: { duration: '5s', replications: 1 },
    },
  };
  const report = renderJson(await reportOf(given));
  vi.spyOn(EventQueue.prototype, 'passTo').mockReturnValue(false);
  expect(renderJson(await reportOf(given))).toBe(report);
});

test('what goes on without an event gives the bytes that it gives with one: random meshes', {
  timeout: 120_000,
}, async () => {
  const passed = vi.spyOn(EventQueue.prototype, 'passTo');
  let passes = 0;
  await fc.assert(
    fc.asyncProperty(randomMesh({ load: 'any' }), async ({ given }) => {
      const report = renderJson(await reportOf(given));
      passes += passed.mock.results.filter(({ value }) => value).length;
      passed.mockReturnValue(false);
      expect(renderJson(await reportOf(given))).toBe(report);
      passed.mockReset();
    }),
    RUNS,
  );
  expect(passes).toBeGreaterThan(1000);
});
