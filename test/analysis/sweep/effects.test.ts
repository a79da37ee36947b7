import { expect, test } from 'vitest';
import { axisScaleOf } from '../../../src/analysis/sweep/index.js';
import { type PointSketch, sweepFrom } from '../../support/sweep.js';

test.each([
  { values: ['1', '2.5', '-3'], scale: { unit: 'none', numbers: [1, 2.5, -3] } },
  { values: ['1s', '250ms', '0'], scale: { unit: 'ms', numbers: [1000, 250, 0] } },
  { values: ['10%', '5%'], scale: { unit: 'ratio', numbers: [0.1, 0.05] } },
  { values: ['50/s', '60/min'], scale: { unit: 'perSecond', numbers: [50, 1] } },
  { values: ['1kB', '1KiB'], scale: { unit: 'bytes', numbers: [1000, 1024] } },
  { values: ['1', '2s'], scale: null },
  { values: ['1s', '1000ms'], scale: null }, // the same twice: no place on an axis for each
  { values: ['a'], scale: null },
  { values: ['[1]'], scale: null },
])('$values are on the scale $scale', ({ values, scale }) => {
  expect(axisScaleOf(values)).toEqual(scale);
});

/** Of p99, over values of one axis. */
function effect(values: readonly string[], sketches: readonly Omit<PointSketch, 'values'>[], figure = 'p99Ms') {
  const sweep = sweepFrom(
    [{ path: 'a', values }],
    sketches.map((sketch, i) => ({ ...sketch, values: [values[i]!] })),
  );
  return sweep.effects.find((each) => each.figure === figure)!;
}

test.each([
  { what: 'higher at every step', p99: [10, 20, 30], direction: 'rises' },
  { what: 'lower at every step', p99: [30, 20, 10], direction: 'falls' },
  { what: 'up, then down', p99: [10, 30, 20], direction: 'mixed' },
  { what: 'up, then the same', p99: [10, 20, 20], direction: 'rises' },
  { what: 'under 1 % a step and in all', p99: [100, 100.4, 100.8], direction: 'flat' },
  { what: 'under 1 % a step, but more in all', p99: [100, 100.9, 101.8], direction: 'rises' },
])('$what: $direction', ({ p99, direction }) => {
  const values = p99.map((_, i) => String(i));
  expect(
    effect(
      values,
      p99.map((p99Ms) => ({ p99Ms })),
    ).direction,
  ).toBe(direction);
});

test('steps that replications cannot tell from none are none', () => {
  const noisy = { p99Ms: 55, p99Replicates: [60, 41, 70, 44, 60] };
  const { direction, steps } = effect(['1', '2'], [{ p99Ms: 50, p99Replicates: [50, 51, 49, 52, 48] }, noisy]);
  expect(direction).toBe('undecided');
  expect(steps[0]!.difference).toBe(5);
  const [low, high] = steps[0]!.ci95!;
  expect(low).toBeLessThan(0);
  expect(high).toBeGreaterThan(5);
});

/** Around each p99 these, by replication: what is left of them in the differences is their width. */
const wobble = (p99Ms: number, off: number) => [off, -off, off, -off, 0].map((by) => p99Ms + by);

test.each([
  { what: 'an interval within 1 %', p99: [100, 100.2], off: 0.2, direction: 'flat' },
  { what: 'an interval beyond 1 %', p99: [100, 100.2], off: 5, direction: 'undecided' },
  { what: 'less than 1 %, but surely, with an interval beyond', p99: [100, 100.9], off: 0.5, direction: 'undecided' },
  { what: 'up, then who knows, and up in all', p99: [100, 200, 205], off: 20, direction: 'rises' },
  { what: 'up, then who knows, and who knows in all', p99: [100, 140, 105], off: 30, direction: 'undecided' },
])('$what: $direction', ({ p99, off, direction }) => {
  const values = p99.map((_, i) => String(i));
  const sketches = p99.map((p99Ms, i) => ({ p99Ms, p99Replicates: wobble(p99Ms, i === 0 ? 0 : i * off) }));
  expect(effect(values, sketches).direction).toBe(direction);
});

test('the direction goes by the numbers, the means stand as they were written', () => {
  const found = effect(['1s', '250ms', '500ms'], [{ p99Ms: 30 }, { p99Ms: 10 }, { p99Ms: 20 }]);
  expect(found).toMatchObject({ means: [30, 10, 20], direction: 'rises' });
});

test('values without an order have no direction', () => {
  expect(effect(['a', 'b'], [{ p99Ms: 30 }, { p99Ms: 10 }]).direction).toBeNull();
});

test('success has no trifles', () => {
  expect(effect(['1', '2'], [{ success: 0.999 }, { success: 0.998 }], 'successRatio').direction).toBe('falls');
});

test('means are over all settings of the others, and leave out those at which a point was stopped', () => {
  const axes = [
    { path: 'a', values: ['1', '2'] },
    { path: 'b', values: ['x', 'y', 'z'] },
  ];
  const p99 = [
    [10, 20, 5],
    [30, 60, 5],
  ];
  const sketches = p99.flatMap((row, a) =>
    row.map((p99Ms, b) => ({ values: [axes[0]!.values[a]!, axes[1]!.values[b]!], p99Ms, stopped: a === 1 && b === 2 })),
  );
  const { effects } = sweepFrom(axes, sketches);
  expect(effects.find(({ path, figure }) => path === 'a' && figure === 'p99Ms')!.means).toEqual([15, 45]);
  expect(effects.find(({ path, figure }) => path === 'b' && figure === 'p99Ms')!.means).toEqual([10, 20, 5]);
});

test('an axis of one value has no effect, nor has one whose points lack figures', () => {
  expect(sweepFrom([{ path: 'a', values: ['1'] }], [{ values: ['1'] }]).effects).toEqual([]);
  expect(effect(['1', '2'], [{ p99Ms: null }, { p99Ms: 3 }])).toMatchObject({ means: [null, 3], direction: null });
});
