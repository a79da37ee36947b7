import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EDGE_BITS, Histogram, TRAFFIC_BITS, WINDOW_BITS } from '../../src/telemetry/index.js';

const RUNS = { seed: 4, numRuns: 300 };
/** From 61 ns to seven weeks: what the buckets span. */
const value = fc.double({ min: -13.9, max: 31.9, noNaN: true }).map((exponent) => 2 ** exponent);
const values = fc.array(value, { minLength: 1, maxLength: 300 });

function of(bits: number, valuesMs: readonly number[]): Histogram {
  const histogram = new Histogram(bits);
  for (const ms of valuesMs) histogram.record(ms);
  return histogram;
}

const exact = (sorted: readonly number[], q: number) => sorted[Math.max(0, Math.ceil(q * sorted.length - 1e-9) - 1)]!;

test('relative errors are what the contract promises', () => {
  expect(new Histogram(TRAFFIC_BITS).relativeError).toBeLessThanOrEqual(0.001);
  expect(new Histogram(EDGE_BITS).relativeError).toBeLessThanOrEqual(0.01);
  expect(new Histogram(WINDOW_BITS).relativeError).toBeLessThanOrEqual(0.01);
});

test.each([TRAFFIC_BITS, EDGE_BITS])('with %i bits every quantile is right within its error', (bits) => {
  fc.assert(
    fc.property(values, (valuesMs) => {
      const histogram = of(bits, valuesMs);
      const sorted = [...valuesMs].sort((a, b) => a - b);
      for (const q of [0, 0.01, 0.5, 0.9, 0.99, 0.999, 1]) {
        const expected = exact(sorted, q);
        expect(Math.abs(histogram.quantileMs(q)! / expected - 1)).toBeLessThanOrEqual(histogram.relativeError);
      }
      expect(histogram.minMs).toBe(sorted[0]);
      expect(histogram.maxMs).toBe(sorted.at(-1));
    }),
    RUNS,
  );
});

test('the buckets hold every value, in order, below their upper ends', () => {
  fc.assert(
    fc.property(values, (valuesMs) => {
      const histogram = of(TRAFFIC_BITS, valuesMs);
      const buckets = [...histogram.buckets()];
      expect(buckets.reduce((sum, { count }) => sum + count, 0)).toBe(valuesMs.length);
      for (const ms of valuesMs) {
        const bucket = histogram.bucketOf(ms);
        expect(ms).toBeLessThan(histogram.upperMs(bucket));
        expect(ms).toBeGreaterThanOrEqual(histogram.upperMs(bucket - 1));
      }
      const order = buckets.map(({ bucket }) => bucket);
      expect(order).toEqual([...new Set(order)].sort((a, b) => a - b));
    }),
    RUNS,
  );
});

test('merging is exact, in any order', () => {
  const parts = fc.array(values, { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(parts, (lists) => {
      const whole = of(TRAFFIC_BITS, lists.flat());
      for (const order of [lists, [...lists].reverse()]) {
        const merged = new Histogram(TRAFFIC_BITS);
        for (const list of order) merged.merge(of(TRAFFIC_BITS, list));
        expect([...merged.buckets()]).toEqual([...whole.buckets()]);
        expect([merged.count, merged.minMs, merged.maxMs]).toEqual([whole.count, whole.minMs, whole.maxMs]);
        expect(Math.abs(merged.sumMs / whole.sumMs - 1)).toBeLessThan(1e-12);
      }
    }),
    RUNS,
  );
});

test('merging leaves the other as it was', () => {
  const [first, second] = [of(EDGE_BITS, [1, 2]), of(EDGE_BITS, [3, 300])];
  first.merge(second);
  first.record(3);
  expect(second.count).toBe(2);
  expect([...second.buckets()].map(({ count }) => count)).toEqual([1, 1]);
});

test('only alike can be merged', () => {
  expect(() => new Histogram(EDGE_BITS).merge(new Histogram(TRAFFIC_BITS))).toThrow(RangeError);
});

test('nothing at all, zero, the tiny and the huge', () => {
  const empty = new Histogram(EDGE_BITS);
  expect([empty.meanMs, empty.quantileMs(0.5)]).toEqual([null, null]);
  const odd = of(EDGE_BITS, [0, 1e-9, 1e12]);
  expect(odd.count).toBe(3);
  expect(odd.quantileMs(0.3)).toBe(0);
  expect(odd.maxMs).toBe(1e12);
  expect(odd.quantileMs(1)).toBeLessThanOrEqual(1e12);
});
