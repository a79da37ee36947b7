import { expect, test } from 'vitest';
import { type DistributionSpec, normalQuantile, sampler, unitExponential } from '../../src/engine/index.js';

const E2 = Math.log(4); // variance of the logarithm of a lognormal of cv sqrt(3)

interface Row {
  readonly spec: DistributionSpec;
  readonly meanMs: number;
  /** Standard deviation / mean; null: none. */
  readonly cv: number | null;
}

const ROWS: readonly Row[] = [
  { spec: { kind: 'exponential', meanMs: 20 }, meanMs: 20, cv: 1 },
  { spec: { kind: 'uniform', minMs: 5, maxMs: 15 }, meanMs: 10, cv: 1 / Math.sqrt(12) },
  { spec: { kind: 'lognormal-mean', meanMs: 20, cv: 0.5 }, meanMs: 20, cv: 0.5 },
  { spec: { kind: 'lognormal-mean', meanMs: 20, cv: 1.5 }, meanMs: 20, cv: 1.5 },
  { spec: { kind: 'gamma', meanMs: 20, cv: 0.25 }, meanMs: 20, cv: 0.25 },
  { spec: { kind: 'gamma', meanMs: 20, cv: 1 }, meanMs: 20, cv: 1 },
  { spec: { kind: 'gamma', meanMs: 20, cv: 2 }, meanMs: 20, cv: 2 },
  { spec: { kind: 'pareto', minMs: 10, shape: 5 }, meanMs: 12.5, cv: Math.sqrt(1 / 15) },
  { spec: { kind: 'empirical', valuesMs: [1, 2, 3, 6] }, meanMs: 3, cv: Math.sqrt(3.5) / 3 },
  {
    spec: {
      kind: 'mixture',
      parts: [
        { share: 0.75, of: { kind: 'constant', ms: 4 } },
        { share: 0.25, of: { kind: 'exponential', meanMs: 20 } },
      ],
    },
    meanMs: 8,
    cv: Math.sqrt(0.75 * 16 + 0.25 * 800 - 64) / 8,
  },
];

const name = ({ spec }: Row) => JSON.stringify(spec);

/** Integrates over the quantiles: a number of (0, 1) at the middle of each of so many steps. */
function moments(spec: DistributionSpec): { meanMs: number; cv: number } {
  const steps = 400_000;
  const { quantileMs } = bound(spec);
  let [sum, squares] = [0, 0];
  for (let n = 0; n < steps; n++) {
    const ms = quantileMs((n + 0.5) / steps);
    sum += ms;
    squares += ms * ms;
  }
  const meanMs = sum / steps;
  return { meanMs, cv: Math.sqrt(squares / steps - meanMs * meanMs) / meanMs };
}

function bound(spec: DistributionSpec) {
  const made = sampler(spec);
  return { quantileMs: (u: number) => made.quantileMs(u) };
}

test.each(ROWS.map((row) => [name(row), row] as const))('%s has its mean and its spread', (_, { spec, meanMs, cv }) => {
  const seen = moments(spec);
  expect(Math.abs(seen.meanMs / meanMs - 1)).toBeLessThan(1e-3);
  if (cv !== null) expect(Math.abs(seen.cv / cv - 1)).toBeLessThan(0.02);
});

test.each(ROWS.map((row) => [name(row), row] as const))('%s: a larger number never gives a smaller value', (_, row) => {
  const { quantileMs } = bound(row.spec);
  let before = -Infinity;
  for (const u of [2 ** -33, 1e-6, ...Array.from({ length: 999 }, (__, n) => (n + 1) / 1000), 1 - 1e-6, 1 - 2 ** -33]) {
    const ms = quantileMs(u);
    if (row.spec.kind !== 'mixture') expect(ms).toBeGreaterThanOrEqual(before);
    expect(Number.isFinite(ms) && ms >= 0).toBe(true);
    before = ms;
  }
});

// Values of qgamma(u, shape, scale = 1) as R gives them; mean 1 / cv^2 and cv make the scale 1.
const GAMMA = [
  { cv: 1 / Math.sqrt(2), shape: 2, u: 0.5, value: 1.678346990016661 },
  { cv: 1 / Math.sqrt(2), shape: 2, u: 0.99, value: 6.638352067993813 },
  { cv: 1 / Math.sqrt(10), shape: 10, u: 0.9, value: 14.205990292152 },
  { cv: Math.SQRT2, shape: 0.5, u: 0.5, value: 0.2274682115597862 },
  { cv: Math.SQRT2, shape: 0.5, u: 0.99, value: 3.31744830051061 },
  { cv: 1, shape: 1, u: 0.9, value: Math.LN10 },
];

test.each(GAMMA)('gamma of shape $shape at $u is $value', ({ cv, shape, u, value }) => {
  const { quantileMs } = bound({ kind: 'gamma', meanMs: shape, cv });
  expect(quantileMs(u)).toBeCloseTo(value, 8);
});

// Abramowitz and Stegun, table 26.1 and 26.5.
const NORMAL = [
  { u: 0.5, value: 0 },
  { u: 0.975, value: 1.959963984540054 },
  { u: 0.995, value: 2.5758293035489 },
  { u: 0.9999, value: 3.719016485455709 },
  { u: 1e-9, value: -5.997807015007687 },
];

test.each(NORMAL)('the normal quantile at $u is $value', ({ u, value }) => {
  expect(normalQuantile(u)).toBeCloseTo(value, 10);
});

test('a lognormal by median and p99 has them', () => {
  const { quantileMs } = bound({ kind: 'lognormal', medianMs: 4, p99Ms: 30 });
  expect(quantileMs(0.5)).toBeCloseTo(4, 9);
  expect(quantileMs(0.99)).toBeCloseTo(30, 9);
});

test('a lognormal by mean and cv has the median that follows', () => {
  const { quantileMs } = bound({ kind: 'lognormal-mean', meanMs: 10, cv: Math.sqrt(3) });
  expect(quantileMs(0.5)).toBeCloseTo(10 * Math.exp(-E2 / 2), 9);
});

test('the exponential and the pareto have their tails', () => {
  expect(unitExponential(1 - Math.exp(-3))).toBeCloseTo(3, 12);
  expect(bound({ kind: 'pareto', minMs: 2, shape: 2 }).quantileMs(0.99)).toBeCloseTo(20, 9);
});

const ONE_VALUE: readonly DistributionSpec[] = [
  { kind: 'constant', ms: 5 },
  { kind: 'exponential', meanMs: 0 },
  { kind: 'gamma', meanMs: 5, cv: 0 },
  { kind: 'empirical', valuesMs: [5] },
];

test.each(ONE_VALUE)('$kind of one value draws nothing', (spec) => {
  expect(sampler(spec).constantMs).not.toBeNull();
});

test('an empirical distribution gives each value the same share, whatever their order', () => {
  const { quantileMs } = bound({ kind: 'empirical', valuesMs: [30, 10, 20, 20] });
  expect([0.01, 0.24, 0.26, 0.5, 0.74, 0.76, 0.99].map(quantileMs)).toEqual([10, 10, 20, 20, 20, 30, 30]);
});

test('an empty list is a mistake of ours', () => {
  expect(() => sampler({ kind: 'empirical', valuesMs: [] })).toThrow(RangeError);
});
