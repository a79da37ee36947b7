import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type DistributionSpec, normalQuantile, sampler } from '../../src/engine/index.js';

/** The mean by the midpoint rule over the quantile function. */
function meanMs(spec: DistributionSpec, points = 200_000): number {
  const distribution = sampler(spec);
  let sum = 0;
  for (let i = 0; i < points; i++) sum += distribution.quantileMs((i + 0.5) / points);
  return sum / points;
}

const MEANS: { spec: DistributionSpec; mean: number }[] = [
  { spec: { kind: 'constant', ms: 3 }, mean: 3 },
  { spec: { kind: 'exponential', meanMs: 5 }, mean: 5 },
  { spec: { kind: 'lognormal-mean', meanMs: 10, cv: 1.5 }, mean: 10 },
  { spec: { kind: 'gamma', meanMs: 10, cv: 2 }, mean: 10 },
  { spec: { kind: 'gamma', meanMs: 10, cv: 0.3 }, mean: 10 },
  { spec: { kind: 'uniform', minMs: 2, maxMs: 6 }, mean: 4 },
  { spec: { kind: 'pareto', minMs: 1, shape: 3 }, mean: 1.5 },
  { spec: { kind: 'empirical', valuesMs: [3, 1, 2, 10] }, mean: 4 },
  {
    spec: {
      kind: 'mixture',
      parts: [
        { share: 0.75, of: { kind: 'constant', ms: 4 } },
        { share: 0.25, of: { kind: 'exponential', meanMs: 8 } },
      ],
    },
    mean: 5,
  },
];

test.each(MEANS)('the mean of $spec.kind', ({ spec, mean }) => {
  expect(meanMs(spec) / mean).toBeCloseTo(1, 2);
});

const QUANTILES: { spec: DistributionSpec; u: number; ms: number }[] = [
  { spec: { kind: 'exponential', meanMs: 10 }, u: 0.99, ms: 46.0517 },
  { spec: { kind: 'lognormal', medianMs: 4, p99Ms: 30 }, u: 0.5, ms: 4 },
  { spec: { kind: 'lognormal', medianMs: 4, p99Ms: 30 }, u: 0.99, ms: 30 },
  // Chi-square with 4 degrees of freedom is gamma of shape 2 and mean 4: its 95 % quantile is 9.48773.
  { spec: { kind: 'gamma', meanMs: 4, cv: Math.SQRT1_2 }, u: 0.95, ms: 9.48773 },
  // With 1 degree of freedom, shape 1/2: 3.84146.
  { spec: { kind: 'gamma', meanMs: 1, cv: Math.SQRT2 }, u: 0.95, ms: 3.84146 },
  { spec: { kind: 'pareto', minMs: 10, shape: 2 }, u: 0.99, ms: 100 },
];

test.each(QUANTILES)('$spec.kind at $u', ({ spec, u, ms }) => {
  expect(sampler(spec).quantileMs(u) / ms).toBeCloseTo(1, 5);
});

test('a larger number never gives a smaller value', () => {
  const u = fc.double({ min: 2 ** -33, max: 1 - 2 ** -33, noNaN: true });
  fc.assert(
    fc.property(fc.constantFrom(...MEANS), u, u, ({ spec }, a, b) => {
      const distribution = sampler(spec);
      const [low, high] = [Math.min(a, b), Math.max(a, b)];
      expect(distribution.quantileMs(low)).toBeLessThanOrEqual(distribution.quantileMs(high) * (1 + 1e-9));
    }),
    { seed: 1, numRuns: 2000 },
  );
});

// Abramowitz and Stegun, table 26.5.
test.each([
  [0.5, 0],
  [0.975, 1.959963984540054],
  [0.999, 3.090232306167813],
  [0.0001, -3.719016485455709],
])('the normal quantile of %s', (u, z) => {
  expect(normalQuantile(u)).toBeCloseTo(z, 9);
});

test('a mixture chooses by share and draws within what is left', () => {
  const halves = sampler({
    kind: 'mixture',
    parts: [
      { share: 0.5, of: { kind: 'uniform', minMs: 0, maxMs: 1 } },
      { share: 0.5, of: { kind: 'uniform', minMs: 10, maxMs: 11 } },
    ],
  });
  expect(halves.quantileMs(0.25)).toBeCloseTo(0.5, 9);
  expect(halves.quantileMs(0.75)).toBeCloseTo(10.5, 9);
});
