import { expect, test } from 'vitest';
import {
  formatFigure,
  formatInterval,
  formatMeasured,
  formatPercent,
  formatSeconds,
  formatSpread,
  halfWidth,
} from '../../src/report/figures.js';
import { shortened, visibleText } from '../../src/report/visible-text.js';

test.each([
  [null, '–'],
  [0, '0'],
  [0.0001, '<0.001'],
  [0.0421, '0.042'],
  [7.314, '7.31'],
  [9.996, '10.0'],
  [84.25, '84.3'],
  [99.96, '100'],
  [1310.4, '1,310'],
  [1_234_567.8, '1,234,568'],
])('the figure %d is written %s', (value, text) => expect(formatFigure(value)).toBe(text));

// Nothing that failed may be rounded away: 100 % and 0 % are said of exactly all and none.
test.each([
  [null, '–'],
  [0, '0 %'],
  [1, '100 %'],
  [0.9938, '99.38 %'],
  [0.99999, '99.999 %'],
  [0.9999996, '99.99996 %'],
  [0.000004, '0.0004 %'],
])('the ratio %d is written %s', (ratio, text) => expect(formatPercent(ratio)).toBe(text));

test.each([
  [5, '5 s'],
  [0.25, '0.250 s'],
  [60, '1 m'],
  [630, '10 m 30 s'],
  [7200, '2 h'],
  [90_061, '25 h 1 m 1 s'],
])('%d seconds are written %s', (seconds, text) => expect(formatSeconds(seconds)).toBe(text));

test.each([
  [0, '0'],
  [0.00001, '<0.001'],
  [0.0372, '0.04'],
  [2.22, '2.2'],
  [15.96, '16'],
])('half an interval of %d is written %s', (half, text) => expect(formatSpread(half)).toBe(text));

test('half an interval is measured on its wider side', () => {
  expect(halfWidth(1, [0.9, 1])).toBeCloseTo(0.1);
  expect(halfWidth(1, null)).toBeNull();
  expect(halfWidth(null, [0, 1])).toBeNull();
});

test.each([
  ['ms', 266.2, 250, '266 ms'],
  ['ms', 250, 250, '250 ms'],
  ['ms', 250.04, 250, '250.04 ms'],
  ['ratio', 0.998996, 0.999, '99.8996 %'],
  ['ms', null, 250, '–'],
] as const)('%s %d against %d reads %s', (unit, measured, target, text) => {
  expect(formatMeasured(unit, measured, target)).toBe(text);
});

test('an interval carries its unit', () => {
  expect(formatInterval('ms', [236, 262])).toBe('236 ms to 262 ms');
  expect(formatInterval('ratio', [0.9934, 1])).toBe('99.34 % to 100 %');
  expect(formatInterval('ms', null)).toBe('–');
});

test.each([
  ['red \u001b[31m', 'red \\u{1b}[31m'],
  ['abc\u202egnp', 'abc\\u{202e}gnp'],
  ['two\nlines', 'two\\u{a}lines'],
  ['zero\u200bwidth', 'zero\\u{200b}width'],
  ['half \ud800', 'half \\u{d800}'],
  ['Grüße 😀', 'Grüße 😀'],
])('%j is seen as %s', (text, seen) => expect(visibleText(text)).toBe(seen));

test('a long text keeps its beginning, by code points', () => {
  expect(shortened('abcdef', 6)).toBe('abcdef');
  expect(shortened('abcdefg', 6)).toBe('abcde…');
  expect(shortened('😀😀😀', 2)).toBe('😀…');
  expect(shortened('😀😀😀', 3)).toBe('😀😀😀');
});
