import { expect, test } from 'vitest';
import { ratioInterval, sectionInterval, student975 } from '../../src/analysis/index.js';

// Standard tables of Student's t, 97.5 %.
test.each([
  [1, 12.706],
  [4, 2.776],
  [9, 2.262],
  [30, 2.042],
  [40, 2.021],
  [60, 2.0],
  [120, 1.98],
  [1000, 1.962],
])('t with %i degrees of freedom', (degreesOfFreedom, t) => {
  expect(student975(degreesOfFreedom)).toBeCloseTo(t, 3);
});

test('an interval by sectioning: t times the standard error around the pooled estimate', () => {
  // Mean 10, sd 1.581, 5 values: 10 +- 2.776 * 1.581 / sqrt(5).
  const [low, high] = sectionInterval(10, [8, 9, 10, 11, 12])!;
  expect(low).toBeCloseTo(10 - 1.963, 3);
  expect(high).toBeCloseTo(10 + 1.963, 3);
});

test('one replication has no interval', () => {
  expect(sectionInterval(10, [10])).toBeNull();
  expect(ratioInterval(1, 2, [0.5])).toBeNull();
});

// Clopper and Pearson for none of n: 1 - 0.025^(1/n).
test.each([
  [10, 0.3085],
  [100, 0.0362],
  [1000, 0.00368],
])('none of %i succeeded', (of, upper) => {
  const [low, high] = ratioInterval(0, of, [0, 0])!;
  expect(low).toBe(0);
  expect(high).toBeCloseTo(upper, 4);
  const all = ratioInterval(of, of, [1, 1])!;
  expect(all[0]).toBeCloseTo(1 - upper, 4);
  expect(all[1]).toBe(1);
});

test('the interval of a ratio stays within 0 and 1', () => {
  expect(ratioInterval(99, 100, [0.9, 1])).toEqual([expect.any(Number), 1]);
});
