import { expect, test } from 'vitest';
import { BY_SHARE, EXACT, OF_SUCCESS, whereabouts } from '../../../src/analysis/sweep/difference.js';

const at = (value: number | null, ...replicates: number[]) => ({ value, replicates });

test.each([
  { what: 'one replication', from: at(10, 10), to: at(1000, 1000), margin: BY_SHARE, found: 'unknown' },
  { what: 'two that agree', from: at(10, 9, 11), to: at(20, 19, 21), margin: BY_SHARE, found: 'above' },
  { what: 'two that do not', from: at(328, 20, 636), to: at(15.8, 15, 16.6), margin: BY_SHARE, found: 'unknown' },
  {
    what: 'a thousandth of success',
    from: at(0.99, 0.99, 0.99),
    to: at(0.989, 0.989, 0.989),
    margin: OF_SUCCESS,
    found: 'below',
  },
  {
    what: 'within a thousandth',
    from: at(0.99, 0.99, 0.99),
    to: at(0.99, 0.99005, 0.98995),
    margin: OF_SUCCESS,
    found: 'equal',
  },
  { what: 'without scatter', from: at(6), to: at(8), margin: EXACT, found: 'above' },
  { what: 'the same without scatter', from: at(6), to: at(6), margin: EXACT, found: 'equal' },
  { what: 'nothing', from: at(0, 0, 0), to: at(0, 0, 0), margin: BY_SHARE, found: 'equal' },
  { what: 'no figure', from: at(null), to: at(8), margin: BY_SHARE, found: null },
])('$what: $found', ({ from, to, margin, found }) => {
  expect(whereabouts(from, to, margin)).toBe(found);
});
