import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { EventQueue } from '../../src/engine/index.js';
import { renderJson } from '../../src/report/index.js';
import { randomMesh } from '../support/random-mesh.js';
import { reportOf } from '../support/run.js';

const RUNS = { seed: 20_261_123, numRuns: 60 };

afterEach(() => {
  vi.restoreAllMocks();
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
