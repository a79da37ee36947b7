import { expect, test } from 'vitest';
import { quantileInterval, ratioInterval, sectionInterval, student975 } from '../../src/analysis/index.js';
import { normalQuantile, runKey, SequentialRandom } from '../../src/engine/index.js';
import { Histogram } from '../../src/telemetry/index.js';

// Any table of Student's t, two-sided 95 %.
const STUDENT = [
  [1, 12.706],
  [2, 4.303],
  [4, 2.776],
  [9, 2.262],
  [19, 2.093],
  [30, 2.042],
  [31, 2.0395],
  [40, 2.021],
  [60, 2.0],
  [120, 1.98],
  [1000, 1.962],
  [1_000_000, 1.96],
] as const;

test.each(STUDENT)("Student's t with %i degrees of freedom is %d", (freedom, value) => {
  expect(student975(freedom)).toBeCloseTo(value, 3);
});

test('sectioning: the spread of the replications around the pooled estimate', () => {
  // Values 8, 10, 12, 14 around 11.5: squares 12.25 + 2.25 + 0.25 + 6.25 = 21; sqrt(21 / 3 / 4) x 3.182.
  const [low, high] = sectionInterval(11.5, [8, 10, 12, 14])!;
  expect(low).toBeCloseTo(11.5 - 3.182446 * Math.sqrt(21 / 12), 6);
  expect(high).toBeCloseTo(11.5 + 3.182446 * Math.sqrt(21 / 12), 6);
});

test('one replication has no interval, equal ones have none of any width', () => {
  expect(sectionInterval(5, [5])).toBeNull();
  expect(ratioInterval(9, 10, [0.9])).toBeNull();
  expect(sectionInterval(5, [5, 5, 5])).toEqual([5, 5]);
});

test('an interval of 95 % holds the mean in 95 % of all cases', () => {
  const random = new SequentialRandom(runKey(1, 0), 'coverage');
  const trials = 4000;
  let held = 0;
  for (let trial = 0; trial < trials; trial++) {
    const values = Array.from({ length: 5 }, () => 10 + normalQuantile(random.next()));
    const [low, high] = sectionInterval(values.reduce((sum, value) => sum + value, 0) / 5, values)!;
    if (low <= 10 && 10 <= high) held++;
  }
  expect(Math.abs(held / trials - 0.95)).toBeLessThan(3.3 * Math.sqrt((0.95 * 0.05) / trials));
});

function histogram(values: readonly number[]): Histogram {
  const all = new Histogram(9);
  for (const value of values) all.record(value);
  return all;
}

function quantile(q: number, replications: readonly (readonly number[])[]) {
  return quantileInterval(q, histogram(replications.flat()), replications.map(histogram));
}

test('a quantile: by how the share of values below it scatters', () => {
  // 1 to 100 in four replications. Up to the median 50 they hold 20, 10, 12 and 8 of 25 each: 7.5, -2.5, -0.5 and -4.5 more
  // than half. The share is 0.5 + 3.182 sqrt(83 / 3 x 4) / 100 at most, which is 0.335 more: the value 84. Below the median
  // the last holds 7: 7.75, -2.25, -0.25 and -5.25 more than 49 of 100, which makes it 0.354 less: the value 15.
  const holds = [20, 10, 12, 8];
  let low = 1;
  let high = 51;
  const replications = holds.map((count) => [
    ...Array.from({ length: count }, () => low++),
    ...Array.from({ length: 25 - count }, () => high++),
  ]);
  const [from, to] = quantile(0.5, replications)!;
  expect(Math.abs(from - 15)).toBeLessThan(0.05); // by less than a bucket
  expect(Math.abs(to - 84)).toBeLessThan(0.2);
});

test('a quantile among many values that are one reaches below them when their share scatters', () => {
  // The timeout of 2000 ms ends 2 to 30 of a hundred requests each: the 99th of a hundred can well be no timeout.
  const replications = [2, 30, 3, 1, 2].map((timeouts) => [
    ...Array.from({ length: 100 - timeouts }, (_, i) => 10 * (i + 1)),
    ...Array.from({ length: timeouts }, () => 2000),
  ]);
  const [from, to] = quantile(0.95, replications)!;
  expect(to).toBe(2000);
  expect(from).toBeLessThan(1000);
});

test.each([
  { what: 'values that are all the same', replications: [[5, 5], [5, 5], [5]], interval: [5, 5] },
  { what: 'one replication', replications: [[1, 2, 3]], interval: null },
  { what: 'no values', replications: [[], []], interval: null },
])('the interval of a quantile of $what', ({ replications, interval }) => {
  expect(quantile(0.5, replications)).toEqual(interval);
});

test('an interval of 95 % holds a quantile in 95 % of all cases, where values come in clusters too', () => {
  const random = new SequentialRandom(runKey(1, 0), 'quantiles');
  const trials = 1500;
  for (const cluster of [1, 10]) {
    let held = 0;
    for (let trial = 0; trial < trials; trial++) {
      const replications = Array.from({ length: 10 }, () =>
        Array.from({ length: 200 / cluster }, () => Array<number>(cluster).fill(-Math.log(random.next()))).flat(),
      );
      const [low, high] = quantile(0.9, replications)!;
      if (low <= Math.LN10 && Math.LN10 <= high) held++;
    }
    expect(held / trials).toBeGreaterThan(0.93);
    expect(held / trials).toBeLessThan(0.97);
  }
});

// Clopper and Pearson, Biometrika 26 (1934): with all or none the bound is the root of 0.025.
const ALL_OR_NONE = [
  { succeeded: 10, of: 10, interval: [0.6915, 1] },
  { succeeded: 0, of: 10, interval: [0, 0.3085] },
  { succeeded: 100, of: 100, interval: [0.9638, 1] },
  { succeeded: 0, of: 1000, interval: [0, 0.00368] },
  { succeeded: 0, of: 1, interval: [0, 0.975] },
  { succeeded: 1_000_000, of: 1_000_000, interval: [0.99999631, 1] },
];

test.each(ALL_OR_NONE)('$succeeded of $of: Clopper and Pearson', ({ succeeded, of, interval }) => {
  const [low, high] = ratioInterval(succeeded, of, [succeeded / of, succeeded / of])!;
  expect(low).toBeCloseTo(interval[0]!, 4);
  expect(high).toBeCloseTo(interval[1]!, 4);
});

test('a ratio stays within 0 and 1', () => {
  expect(ratioInterval(999, 1000, [0.99, 1, 1, 1])![1]).toBe(1);
  expect(ratioInterval(1, 1000, [0.01, 0, 0, 0])![0]).toBe(0);
});
