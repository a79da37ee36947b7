import fc from 'fast-check';
import { expect, test } from 'vitest';
import { unbeaten } from '../../../src/analysis/sweep/index.js';
import { sweepFrom } from '../../support/sweep.js';

const costs = fc.array(fc.tuple(fc.nat(4), fc.nat(4), fc.nat(4)), { maxLength: 30 });

/** By the words of the definition, one pair at a time. */
function isBeaten(own: readonly number[], all: readonly (readonly number[])[]): boolean {
  for (const other of all) {
    let worse = 0;
    let better = 0;
    for (let i = 0; i < own.length; i++) {
      if (other[i]! > own[i]!) worse++;
      if (other[i]! < own[i]!) better++;
    }
    if (worse === 0 && better > 0) return true;
  }
  return false;
}

test('the front is what no other beats', () => {
  fc.assert(
    fc.property(costs, (all) => {
      expect(unbeaten(all)).toEqual(all.map((own) => !isBeaten(own, all)));
    }),
    { numRuns: 500, seed: 1 },
  );
});

test('whatever is not on the front is beaten by something that is', () => {
  fc.assert(
    fc.property(costs, (all) => {
      const front = unbeaten(all);
      const onFront = all.filter((_, i) => front[i]);
      for (const [i, own] of all.entries()) if (!front[i]) expect(isBeaten(own, onFront)).toBe(true);
      expect(onFront.length > 0).toBe(all.length > 0);
    }),
    { numRuns: 500, seed: 2 },
  );
});

test('counts p99, errors, cost and pods, with three digits, of points that were not stopped', () => {
  const { pareto } = sweepFrom(
    [{ path: 'a', values: ['1', '2', '3', '4', '5', '6', '7'] }],
    [
      { values: ['1'], p99Ms: 50 },
      { values: ['2'], p99Ms: 60 }, // as good as the first but slower
      { values: ['3'], p99Ms: 60, success: 0.9995 },
      { values: ['4'], p99Ms: 60, vcpu: 1.9 },
      { values: ['5'], p99Ms: 60, pods: 5 },
      { values: ['6'], p99Ms: 10, stopped: true },
      { values: ['7'], p99Ms: 50.04 }, // reads 50.0
    ],
  );
  expect(pareto).toEqual([1, 3, 4, 5, 7]);
});
