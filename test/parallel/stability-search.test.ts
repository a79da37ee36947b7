import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Outcome, searchThreshold } from '../../src/parallel/stability/search.js';

const RANGE = { least: 1 / 16, greatest: 16 };

/** Recovers below `sure`, fails from `lost` on, and is anybody's guess between them. */
function mesh(sure: number, lost: number, asked: number[] = []) {
  return async (factor: number): Promise<Outcome> => {
    asked.push(factor);
    return factor < sure ? 'recovers' : factor < lost ? 'unknown' : 'fails';
  };
}

test.each([
  { what: 'within the range', sure: 3, lost: 3 },
  { what: 'just above what is written', sure: 1.01, lost: 1.01 },
  { what: 'what is written', sure: 1, lost: 1 },
  { what: 'with doubt between', sure: 0.3, lost: 0.7 },
  { what: 'with doubt about what is written', sure: 0.9, lost: 1.2 },
])('a threshold $what', async ({ sure, lost }) => {
  const found = (await searchThreshold(RANGE, mesh(sure, lost)))!;
  expect(found.recoversUpTo).toBeLessThan(sure);
  expect(found.recoversUpTo).toBeGreaterThanOrEqual(sure / 1.05 ** 2);
  expect(found.failsFrom).toBeGreaterThanOrEqual(lost);
  expect(found.failsFrom).toBeLessThanOrEqual(lost * 1.05 ** 2);
});

test.each([
  { what: 'always recovers', sure: 99, lost: 99, expected: { recoversUpTo: 16, failsFrom: null } },
  { what: 'never recovers', sure: 0, lost: 0, expected: { recoversUpTo: null, failsFrom: 1 / 16 } },
  { what: 'nobody knows', sure: 0, lost: 99, expected: { recoversUpTo: null, failsFrom: null } },
])('$what', async ({ sure, lost, expected }) => {
  expect(await searchThreshold(RANGE, mesh(sure, lost))).toEqual(expected);
});

test('interrupted it knows nothing', async () => {
  let left = 3;
  expect(await searchThreshold(RANGE, async () => (left-- > 0 ? 'recovers' : null))).toBeNull();
});

test('what fails first is looked at for longer, and the search goes on where it then recovers', async () => {
  const found = await searchThreshold(RANGE, async (factor, isLong) =>
    factor < (isLong ? 3.4 : 3) ? 'recovers' : 'fails',
  );
  expect(found!.recoversUpTo).toBeGreaterThan(3.2);
  expect(found!.failsFrom).toBeGreaterThanOrEqual(3.4);
});

test('whatever the threshold, it takes a bounded number of probes, and none within the range twice', async () => {
  const factor = fc.double({ min: 1 / 32, max: 32, noNaN: true });
  await fc.assert(
    fc.asyncProperty(factor, factor, async (one, other) => {
      const asked: number[] = [];
      await searchThreshold(RANGE, mesh(Math.min(one, other), Math.max(one, other), asked));
      expect(asked.length).toBeLessThanOrEqual(2 * (4 + 4) + 2 + 9);
      expect(new Set(asked).size).toBeGreaterThanOrEqual(asked.length - 1); // the last one, at length
      for (const each of asked) expect(each >= RANGE.least && each <= RANGE.greatest).toBe(true);
    }),
    { numRuns: 200, seed: 1 },
  );
});
