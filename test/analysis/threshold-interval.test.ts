import { expect, test } from 'vitest';
import { thresholdEstimate } from '../../src/analysis/index.js';

const between = (recoversUpTo: number, failsFrom: number) => ({ recoversUpTo, failsFrom });

test('all replications turn within the same two probes: these are the interval', () => {
  const { estimate, ci95 } = thresholdEstimate([between(1, 1.21), between(1, 1.21), between(1, 1.21)]);
  expect(estimate).toBeCloseTo(1.1, 12);
  expect(ci95![0]).toBeCloseTo(1, 12);
  expect(ci95![1]).toBeCloseTo(1.21, 12);
});

test('replications that turn apart from each other: by how the logarithms scatter', () => {
  // Thresholds 1/2 and 2: logarithms -ln 2 and ln 2, of standard deviation ln 2 x sqrt 2, over sqrt 2; t of one is 12.706.
  const { estimate, ci95 } = thresholdEstimate([between(0.5, 0.5), between(2, 2)]);
  expect(estimate).toBeCloseTo(1, 12);
  expect(Math.log(ci95![1])).toBeCloseTo(12.706 * Math.LN2, 2);
  expect(Math.log(ci95![0])).toBeCloseTo(-12.706 * Math.LN2, 2);
});

test.each([
  { what: 'one replication has no interval', brackets: [between(1, 1)], expected: { estimate: 1, ci95: null } },
  { what: 'nor one that never turned', brackets: [between(1, 2), null], expected: { estimate: null, ci95: null } },
  { what: 'nor none', brackets: [], expected: { estimate: null, ci95: null } },
])('$what', ({ brackets, expected }) => {
  expect(thresholdEstimate(brackets)).toEqual(expected);
});
