import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CpuQuota } from '../../src/dataplane/index.js';

/** Half a core is 50 ms of each 100 ms (kernel docs, scheduler/sched-bwc). */
describe('a quota of CPU', () => {
  const CASES = [
    { what: 'work that fits ends as it would', works: [[0, 50]], ends: [50] },
    { what: 'the rest waits for the next period', works: [[0, 60]], ends: [110] },
    { what: 'work at the end of a period goes on in the next', works: [[90, 20]], ends: [110] },
    { what: 'what others have spent is gone', works: [[0, 40], [40, 20]], ends: [40, 110] }, // biome-ignore format: a table
    { what: 'workers spend it together', works: [[0, 30], [0, 30]], ends: [30, 110] }, // biome-ignore format: a table
    { what: 'a new period is a new quota', works: [[0, 50], [100, 50]], ends: [50, 150] }, // biome-ignore format: a table
    { what: 'long work takes as many periods as it needs', works: [[0, 1000]], ends: [1950] },
    { what: 'what a long queue has taken stays taken', works: [[0, 5000], [10, 1]], ends: [9950, 10001] }, // biome-ignore format: a table
  ];
  test.each(CASES)('$what', ({ works, ends }) => {
    const quota = new CpuQuota(0.5, 0);
    expect(works.map(([atMs, takesMs]) => quota.spend(atMs!, atMs!, takesMs!))).toEqual(ends);
  });

  test('begins its periods where it is told', () => {
    expect(new CpuQuota(0.5, 30).spend(0, 0, 60)).toBe(60); // 30 ms are left of a period
    expect(new CpuQuota(0.5, 60).spend(0, 0, 60)).toBe(70); // 50 ms in 60 ms, then 10 ms
  });

  test('of a process that has died is whole again', () => {
    const quota = new CpuQuota(0.5, 0);
    quota.spend(0, 0, 5000);
    quota.clear();
    expect(quota.spend(0, 0, 50)).toBe(50);
  });

  test('lets one worker do exactly its share, however its work is cut', () => {
    const pieces = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(pieces, (all) => {
        const quota = new CpuQuota(0.25, 0);
        let endMs = 0;
        for (const takesMs of all) endMs = quota.spend(0, endMs, takesMs);
        const sum = all.reduce((total, takesMs) => total + takesMs, 0);
        const whole = Math.ceil(sum / 25) - 1; // periods that are spent before the last
        expect(endMs).toBe(100 * whole + sum - 25 * whole);
      }),
    );
  });
});
