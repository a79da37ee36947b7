import { expect, test } from 'vitest';
import { EdfSchedule } from '../../src/dataplane/edf-schedule.js';

/** The first picks, by name. */
function picks(weights: readonly number[], start: number, count: number): string {
  const schedule = new EdfSchedule(weights.length, (entry) => weights[entry]!, start);
  return Array.from({ length: count }, () => 'abcdef'[schedule.next()]).join('');
}

// Envoy, source/common/upstream/edf_scheduler.h; the cycles as measured on Envoy 1.40 from six starts.
test.each([
  { weights: [3, 2, 1], cycle: 'abacba' },
  { weights: [5, 1], cycle: 'aaaaba' },
  { weights: [3, 1], cycle: 'baaa' },
  { weights: [1, 1, 1], cycle: 'abc' },
])('weights $weights repeat $cycle', ({ weights, cycle }) => {
  for (let i = 0; i < 20; i++) {
    const seen = picks(weights, i / 20, 5 * cycle.length);
    expect(cycle.repeat(7)).toContain(seen.slice(cycle.length)); // the first few finish the pre-picked cycle
  }
});

test.each([{ weights: [0.3, 0.15, 7] }, { weights: [1, 2, 3, 4] }])(
  '$weights: each entry as often as its weight says, wherever it begins',
  ({ weights }) => {
    const whole = weights.reduce((sum, weight) => sum + weight, 0);
    for (const start of [0, 0.123, 0.77, 0.999_999]) {
      const seen = picks(weights, start, 10_000);
      weights.forEach((weight, entry) => {
        const count = [...seen].filter((name) => name === 'abcdef'[entry]).length;
        expect(Math.abs(count - (10_000 * weight) / whole)).toBeLessThanOrEqual(2);
      });
    }
  },
);
