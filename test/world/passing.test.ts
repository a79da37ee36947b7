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

test('what is never interrupted ends all the same, however many tiers and calls follow one another', async () => {
  const TIERS = 350;
  const names = Array.from({ length: TIERS }, (_, tier) => `tier-${tier}`);
  const workloads = Object.fromEntries(
    names.map((name, tier) => {
      const below = names[tier + 1];
      return [name, { endpoints: [{ steps: below === undefined ? [] : [{ call: `http://${below}/` }] }] }];
    }),
  );
  const often = { endpoints: [{ steps: [{ repeat: { times: 5000, steps: [{ call: `http://${names.at(-1)}/` }] } }] }] };
  const report = await reportOf({
    manifests: [...names, 'often'].map((name) => station(name)).join(''),
    spec: {
      network: { sameZone: '0s' },
      workloads: { ...workloads, often },
      traffic: [
        { name: 'deep', from: 'outside', to: 'http://tier-0/', rate: '1/s' },
        { name: 'often', from: 'outside', to: 'http://often/', rate: '1/s' },
      ],
      run: { duration: '5s', replications: 1 },
    },
  });
  expect(report.traffic.map(({ success, requests }) => success.ratio! * Math.sign(requests))).toEqual([1, 1]);
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
