import { expect, test } from 'vitest';
import { pairedMean, pairedQuantile, pairedSuccess } from '../../src/analysis/paired.js';
import { runKey, SequentialRandom } from '../../src/engine/index.js';
import { Histogram, MECHANISMS, TrafficRecorder } from '../../src/telemetry/index.js';

const REPLICATIONS = 10;
const SAMPLES = 1000;
const TRIALS = 200;
/** Half of the values of a replication in a hundred are shared with those of the other variant: busy periods, roughly. */
const SLOW = 1.2;
const QUICK = 0.8;

function histogram(values: readonly number[]): Histogram {
  const all = new Histogram(9);
  for (const value of values) all.record(value);
  return all;
}

/** Exponential times of a slow or a quick day, all of a replication alike, and the same 10 % longer. */
function pairOf(random: SequentialRandom, shared: boolean): readonly [Histogram, Histogram] {
  const day = random.next() < 0.5 ? SLOW : QUICK;
  const draw = () => -Math.log(1 - random.next()) * day;
  const base = Array.from({ length: SAMPLES }, draw);
  const candidate = base.map((value) => 1.1 * (shared ? value : draw()));
  return [histogram(base), histogram(candidate)];
}

/** The quantile of the mixture of both kinds of days, by bisection. */
function trueQuantile(q: number): number {
  let [low, high] = [0, 100];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if ((Math.exp(-middle / SLOW) + Math.exp(-middle / QUICK)) / 2 > 1 - q) low = middle;
    else high = middle;
  }
  return low;
}

function experiment(q: number | 'mean', shared: boolean) {
  const random = new SequentialRandom(runKey(1, 0), `paired ${q} ${shared}`);
  const truth = 0.1 * (q === 'mean' ? (SLOW + QUICK) / 2 : trueQuantile(q));
  let held = 0;
  let width = 0;
  for (let trial = 0; trial < TRIALS; trial++) {
    const pairs = Array.from({ length: REPLICATIONS }, () => pairOf(random, shared));
    const [base, candidate] = [pairs.map(([b]) => b), pairs.map(([, c]) => c)];
    const { ci95 } = q === 'mean' ? pairedMean(base, candidate) : pairedQuantile(q, base, candidate);
    if (ci95![0] <= truth && truth <= ci95![1]) held++;
    width += (ci95![1] - ci95![0]) / TRIALS;
  }
  return { coverage: held / TRIALS, width };
}

test.each(['mean', 0.5, 0.9, 0.99] as const)('intervals of a difference of %s hold it in 95 of 100 cases', (q) => {
  const alike = experiment(q, true);
  const apart = experiment(q, false);
  // Of 200 experiments 95 % +- 3.3 standard deviations; a little more is allowed for what two buckets leave open.
  for (const { coverage } of [alike, apart]) {
    expect(coverage).toBeGreaterThan(0.95 - 3.3 * Math.sqrt((0.95 * 0.05) / TRIALS));
  }
  // The same draws in both: the interval is a fraction as wide.
  expect(alike.width).toBeLessThan(apart.width / 2);
});

test('what saw the very same has no difference, and no doubt about it', () => {
  const values = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20];
  const same = [histogram(values), histogram(values.map((value) => 2 * value))];
  expect(pairedQuantile(0.5, same, same)).toMatchObject({ difference: 0, ci95: [0, 0] });
  expect(pairedMean(same, same)).toMatchObject({ difference: 0, ci95: [0, 0] });
});

test('one pair, or too few values beyond a quantile, have no interval', () => {
  const few = histogram([1, 2, 3]);
  expect(pairedQuantile(0.5, [few], [few]).ci95).toBeNull();
  expect(pairedQuantile(0.99, [few, few], [few, few]).ci95).toBeNull();
  expect(pairedQuantile(0.5, [new Histogram(9)], [new Histogram(9)]).difference).toBeNull();
});

function recorder(requests: number, failed: number, latencyMs: number): TrafficRecorder {
  const seen = new TrafficRecorder(1000, 1000);
  for (let n = 0; n < requests; n++) {
    seen.end(seen.arrive(0), latencyMs, n >= failed, n >= failed ? 200 : 503, 0, new Float64Array(MECHANISMS.length));
  }
  return seen;
}

test('that nothing failed in either is no proof that nothing can', () => {
  const [base, candidate] = [1, 2].map((ms) => [recorder(500, 0, ms), recorder(500, 0, ms)]);
  const { difference, ci95 } = pairedSuccess(base!, candidate!);
  expect(difference).toBe(0);
  expect(ci95![1]).toBeCloseTo(1 - 0.025 ** (1 / 1000), 9); // Clopper and Pearson for 1000 of 1000
  expect(ci95![0]).toBe(-ci95![1]);
  expect(pairedSuccess(base!, base!).ci95).toEqual([0, 0]);
});

test('success: the differences of the pairs', () => {
  const base = [recorder(100, 1, 1), recorder(100, 5, 1), recorder(100, 9, 1)];
  const candidate = [recorder(100, 3, 1), recorder(100, 7, 1), recorder(100, 11, 1)];
  const { difference, ci95 } = pairedSuccess(base, candidate);
  expect(difference).toBeCloseTo(-0.02, 12);
  expect(ci95![0]).toBeCloseTo(-0.02, 9); // by the same in all three, though they are far apart
  expect(ci95![1]).toBeCloseTo(-0.02, 9);
});
