import fc from 'fast-check';
import { expect, test } from 'vitest';
import { truncation } from '../../src/analysis/index.js';
import { SequentialRandom } from '../../src/engine/index.js';

/** `n` values around 10, above it by `excess` times e^(-i/tau). */
function series(n: number, excess: number, tau: number, seed: number): number[] {
  const random = new SequentialRandom([seed, 0, 0, 0], 'series');
  return Array.from({ length: n }, (_, i) => 10 + excess * Math.exp(-i / tau) + random.next() - 0.5);
}

test('a transient is left out until little of it is left', () => {
  for (let seed = 0; seed < 50; seed++) {
    const left = truncation(series(200, 20, 10, seed))!;
    // 20 e^(-i/10) is below half of the noise's width (0.5) from 37 on, and below a tenth of it from 53 on.
    expect(left).toBeGreaterThan(25);
    expect(left).toBeLessThan(100);
  }
});

test.each([
  { name: 'a series that never changes', values: Array.from({ length: 50 }, () => 1), left: 0 },
  {
    name: 'one step',
    values: [...Array.from({ length: 20 }, () => 5), ...Array.from({ length: 80 }, () => 1)],
    left: 20,
  },
  { name: 'a straight line', values: Array.from({ length: 100 }, (_, i) => i), left: null },
  { name: 'a step in the second half', values: Array.from({ length: 100 }, (_, i) => (i < 60 ? 5 : 1)), left: null },
  { name: 'nothing', values: [], left: 0 },
  { name: 'one value', values: [3], left: 0 },
])('$name', ({ values, left }) => {
  expect(truncation(values)).toBe(left);
});

test('it does not matter where zero is, nor the unit', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 60 }), (values) => {
      const left = truncation(values);
      expect(truncation(values.map((value) => value + 4096))).toBe(left);
      expect(truncation(values.map((value) => value * 8))).toBe(left);
    }),
    { seed: 1 },
  );
});
