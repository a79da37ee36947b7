import fc from 'fast-check';
import { expect, test } from 'vitest';
import { axesOf, pointCount, valuesAt } from '../../../src/cli/sweep/grid.js';
import { valuesOf } from '../../../src/cli/sweep/values.js';

test.each([
  { text: 'a', values: ['a'] },
  { text: 'a, b ,c', values: ['a', 'b', 'c'] },
  { text: '1s,250ms,off', values: ['1s', '250ms', 'off'] },
  { text: '50/s,100/s', values: ['50/s', '100/s'] },
  { text: '[a, b],[c]', values: ['[a, b]', '[c]'] },
  { text: '{median: 1ms, p99: 5ms},2ms', values: ['{median: 1ms, p99: 5ms}', '2ms'] },
  { text: '"a,b",c', values: ['"a,b"', 'c'] },
  { text: "'a,b','',it's", values: ["'a,b'", "''", "it's"] },
  { text: '"a\\",b",c', values: ['"a\\",b"', 'c'] },
  { text: '["],", {x: "}"}],y', values: ['["],", {x: "}"}]', 'y'] },
  { text: '"1..3"', values: ['"1..3"'] },
  { text: '[../a, ../b]', values: ['[../a, ../b]'] },
  { text: 'a..b', values: ['a..b'] },
  { text: '1..4', values: ['1', '2', '3', '4'] },
  { text: '-1..1', values: ['-1', '0', '1'] },
  { text: '7..7', values: ['7'] },
  { text: '1..10 by 4', values: ['1', '5', '9'] },
  { text: '0..0.3 by 0.1', values: ['0', '0.1', '0.2', '0.3'] },
  { text: '0.05..0.2 by 0.05', values: ['0.05', '0.1', '0.15', '0.2'] },
  { text: '100ms..300ms by 100ms', values: ['100ms', '200ms', '300ms'] },
  { text: '50/s .. 150/s by 50/s', values: ['50/s', '100/s', '150/s'] },
  { text: '10%..30% by 10%', values: ['10%', '20%', '30%'] },
  { text: '0.5s..1.5s by 0.5s', values: ['0.5s', '1s', '1.5s'] },
  { text: '1..3,10,off', values: ['1', '2', '3', '10', 'off'] },
])('$text', ({ text, values }) => {
  expect(valuesOf(text, '--vary p=')).toEqual(values);
});

test.each([
  { text: '', told: 'a value is missing' },
  { text: 'a,,b', told: 'a value is missing' },
  { text: 'a,', told: 'a value is missing' },
  { text: '[a,b', told: 'does not end' },
  { text: '"a,b', told: 'does not end' },
  { text: 'a,b,a', told: 'a stands there twice' },
  { text: '1..3,2', told: '2 stands there twice' },
  { text: '1..x', told: "'1..x' is no range" },
  { text: '1..2..3', told: 'is no range' },
  { text: '1..3 by', told: 'is no range' },
  { text: '1ms..3s by 1ms', told: 'in one unit' },
  { text: '1ms..3ms by 1', told: 'in one unit' },
  { text: '1..3 by 1ms', told: 'in one unit' },
  { text: '100ms..500ms', told: "lacks its step: write '100ms..500ms by 1ms'" },
  { text: '0.5..2', told: 'lacks its step' },
  { text: '1..3 by 0', told: 'above 0' },
  { text: '1..3 by -1', told: 'above 0' },
  { text: '3..1', told: 'begins above its end' },
  { text: '1..1000000', told: 'has 1000000 values; at most 1000' },
  { text: '0..1 by 0.0001', told: 'has 10001 values' },
])('refuses $text', ({ text, told }) => {
  expect(() => valuesOf(text, '--vary p=')).toThrow(told);
});

test('a range goes from its beginning by its step and not beyond its end, without rounding', () => {
  const amount = fc.integer({ min: -2000, max: 2000 });
  fc.assert(
    fc.property(amount, fc.integer({ min: 0, max: 900 }), fc.integer({ min: 1, max: 50 }), (first, width, step) => {
      const written = [first, first + width, step].map((hundredths) => (hundredths / 100).toFixed(2));
      const values = valuesOf(`${written[0]}ms..${written[1]}ms by ${written[2]}ms`, 'x');
      const hundredths = values.map((value) => Math.round(100 * Number(value.replace('ms', ''))));
      const count = Math.floor(width / step) + 1;
      expect(hundredths).toEqual(Array.from({ length: count }, (_, i) => first + i * step));
      expect(values.every((value) => /^-?\d+(\.\d{1,2})?ms$/.test(value))).toBe(true);
    }),
    { seed: 1 },
  );
});

test('a list of values that hold no comma outside of brackets and quotes is itself', () => {
  const value = fc.oneof(
    fc.constantFrom('5ms', 'a', '[a, b]', '{x: [1, 2]}', '"a,b"', "'it''s, so'", '"\\","', '3/s', "it's"),
    fc.nat().map(String),
  );
  fc.assert(
    fc.property(fc.uniqueArray(value, { minLength: 1, maxLength: 6 }), (values) => {
      expect(valuesOf(values.join(','), 'x')).toEqual(values);
    }),
    { seed: 2 },
  );
});

test('a path ends at the first equals sign outside of quotes', () => {
  expect(axesOf(['Deployment/default/a:metadata.labels["x=y"]=1,2', 'run.x=[a=b]'])).toEqual([
    { path: 'Deployment/default/a:metadata.labels["x=y"]', values: ['1', '2'] },
    { path: 'run.x', values: ['[a=b]'] },
  ]);
});

test.each([
  { varied: [], told: 'nothing is varied' },
  { varied: ['nonsense'], told: 'is not PATH=VALUES' },
  { varied: ['=1,2'], told: 'is not PATH=VALUES' },
  { varied: ['a=1', 'b=2', 'a=3'], told: '--vary a is given twice' },
  { varied: ['a=1..40', 'b=1..26'], told: 'the grid has 1040 points (40 x 26); at most 1000 are played' },
])('refuses $varied', ({ varied, told }) => {
  expect(() => axesOf(varied)).toThrow(told);
});

test('the points are every combination, the last axis first', () => {
  const axes = axesOf(['a=1,2', 'b=x,y,z']);
  const points = Array.from({ length: pointCount(axes) }, (_, i) => valuesAt(axes, i).join(''));
  expect(points).toEqual(['1x', '1y', '1z', '2x', '2y', '2z']);
});
