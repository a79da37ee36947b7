import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EDGE_BITS, Histogram, TRAFFIC_BITS } from '../../src/telemetry/index.js';

const latency = fc.double({ min: 1e-3, max: 1e7, noNaN: true });

test.each([
  { bits: TRAFFIC_BITS, error: 0.001 },
  { bits: EDGE_BITS, error: 0.01 },
])('a value differs from its bucket by at most $error of itself', ({ bits, error }) => {
  const histogram = new Histogram(bits);
  expect(histogram.relativeError).toBeLessThanOrEqual(error);
  fc.assert(
    fc.property(latency, (ms) => {
      const bucket = histogram.bucketOf(ms);
      expect(Math.abs(histogram.middleMs(bucket) - ms)).toBeLessThanOrEqual(histogram.relativeError * ms * (1 + 1e-12));
      expect(ms).toBeLessThan(histogram.upperMs(bucket));
    }),
    { seed: 1, numRuns: 2000 },
  );
});

test('quantiles are those of the sorted values, within the error', () => {
  fc.assert(
    fc.property(
      fc.array(latency, { minLength: 1, maxLength: 300 }),
      fc.constantFrom(0.01, 0.5, 0.9, 0.99, 1),
      (values, q) => {
        const histogram = new Histogram(TRAFFIC_BITS);
        for (const ms of values) histogram.record(ms);
        const exact = [...values].sort((a, b) => a - b)[Math.max(1, Math.ceil(q * values.length - 1e-9)) - 1]!;
        expect(Math.abs(histogram.quantileMs(q)! - exact)).toBeLessThanOrEqual(0.001 * exact);
      },
    ),
    { seed: 1, numRuns: 500 },
  );
});

test('two histograms in one are the histogram of all values', () => {
  fc.assert(
    fc.property(fc.array(latency), fc.array(latency), (some, others) => {
      const [a, b, all] = [new Histogram(6), new Histogram(6), new Histogram(6)];
      for (const ms of some) a.record(ms);
      for (const ms of others) b.record(ms);
      for (const ms of [...some, ...others]) all.record(ms);
      a.merge(b);
      expect([...a.buckets()]).toEqual([...all.buckets()]);
      expect([a.count, a.minMs, a.maxMs]).toEqual([all.count, all.minMs, all.maxMs]);
    }),
    { seed: 1, numRuns: 200 },
  );
});

test('zero, tiny and huge values are counted, and nothing is empty', () => {
  const histogram = new Histogram(TRAFFIC_BITS);
  expect(histogram.quantileMs(0.5)).toBeNull();
  expect(histogram.meanMs).toBeNull();
  for (const ms of [0, 1e-9, 1e15]) histogram.record(ms);
  expect(histogram.count).toBe(3);
  expect(histogram.quantileMs(0.01)).toBe(0);
  expect(histogram.maxMs).toBe(1e15);
});

test('histograms of different widths do not mix', () => {
  expect(() => new Histogram(6).merge(new Histogram(9))).toThrow(RangeError);
});
