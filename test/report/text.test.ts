import { describe, expect, test } from 'vitest';
import { COLOUR, PLAIN, renderText } from '../../src/report/index.js';
import { sampleReport } from '../support/report.js';
import { emptyReport, hostileReport, idleReport, largeReport } from '../support/report-variants.js';

const REPORTS = {
  sample: sampleReport(),
  empty: emptyReport(),
  idle: idleReport(),
  large: largeReport(300),
  hostile: hostileReport(),
};

describe.each(Object.entries(REPORTS))('the text of %s', (_, report) => {
  const lines = renderText(report, PLAIN).split('\n');

  test('has no line of more than 100 columns', () => {
    expect(lines.filter((line) => [...line].length > 100)).toEqual([]);
  });

  test('holds nothing that steers a terminal', () => {
    expect(lines.join('')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  test('is the same without its colours', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one
    expect(renderText(report, COLOUR).replace(/\u001b\[\d+m/g, '')).toBe(lines.join('\n'));
  });
});

test('the verdict comes before the figures, and failures before successes', () => {
  const text = renderText(sampleReport(), PLAIN);
  const order = [
    '1 of 4 objectives failed',
    '✗ failed',
    '? met',
    '✓ held',
    'Traffic',
    'Edges',
    'Workloads',
    'Capacity',
  ];
  const places = order.map((words) => text.indexOf(words));
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(places).not.toContain(-1);
});

test('an estimate stands with half its 95 % interval', () => {
  const line = renderText(sampleReport(), PLAIN)
    .split('\n')
    .find((text) => text.startsWith('shoppers  '));
  expect(line).toMatch(/3,000,000 +1,000 +99\.38 ±0\.04 +53\.1 ±0\.53 +38\.0 ±0\.46 +111 ±2\.2 +266 ±16$/);
});

test('a large mesh shows its worst edges and says how many it leaves out', () => {
  const text = renderText(largeReport(300), PLAIN);
  expect(text).toContain('and 289 more, in report.json');
  expect(text.split('\n').find((line) => line.includes(' → '))).toContain('97.00');
});
