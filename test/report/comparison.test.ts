import { expect, test } from 'vitest';
import { renderComparisonMarkdown } from '../../src/report/comparison/markdown.js';
import { renderComparisonText } from '../../src/report/comparison/text.js';
import {
  formatDifference,
  formatDifferenceInterval,
  formatRelative,
  verdictWords,
} from '../../src/report/comparison/words.js';
import { renderHtml } from '../../src/report/index.js';
import { renderJunit } from '../../src/report/junit.js';
import { renderSarif } from '../../src/report/sarif.js';
import { PLAIN } from '../../src/report/text/index.js';
import { comparedReport, hostileComparedReport } from '../support/compared-report.js';
import { sampleReport } from '../support/report.js';

const DIFFERENCES = [
  { unit: 'ms', difference: 1.234, text: '+1.23 ms' },
  { unit: 'ms', difference: -0.0001, text: '−<0.001 ms' },
  { unit: 'ratio', difference: -0.0012, text: '−0.12 pp' },
  { unit: 'ratio', difference: 0.000031, text: '+0.0031 pp' },
  { unit: 'cores', difference: 0.5, text: '+0.500 cores' },
  { unit: 'perSecond', difference: 0, text: '0/s' },
  { unit: 'ms', difference: null, text: '–' },
] as const;

test.each(DIFFERENCES)('a difference of $difference in $unit is $text', ({ unit, difference, text }) => {
  expect(formatDifference(unit, difference)).toBe(text);
});

test.each([
  { unit: 'ms', base: 100, difference: 12.34, text: '+12 %' },
  { unit: 'ms', base: 100, difference: -1.25, text: '−1.3 %' },
  { unit: 'ms', base: 0, difference: 5, text: '' },
  { unit: 'ratio', base: 1, difference: -0.1, text: '' }, // per cent of per cent confuse
] as const)('of a base of $base $difference is $text', ({ text, ...metric }) => {
  expect(formatRelative(metric)).toBe(text);
});

test('verdicts in words', () => {
  const words = Object.fromEntries(
    comparedReport().comparison!.metrics.map((metric) => [metric.name, verdictWords(metric)]),
  );
  expect(words).toEqual({
    success: 'worse',
    mean: 'better',
    p50: 'undecided: 31 more',
    p90: 'same to 1 %',
    p99: 'worse',
    p999: 'no interval',
    cost: 'the same',
    load: 'the same',
  });
  expect(formatDifferenceInterval('ms', [0, 0])).toBe('exactly');
});

test('the text opens with the verdict and says what, how much, and why', () => {
  const text = renderComparisonText(comparedReport(), PLAIN);
  expect(text).toContain('✗ 1 of 3 bounds is crossed: p99 > +10% of shoppers (+20.0 ms)');
  expect(text).toContain('k8s/reviews.yaml:14  VirtualService/default/reviews spec.http[0].timeout: – → 1s');
  expect(text).toContain('UT (upstream request timeout) on productpage-v1 → reviews: 0 % → 0.90 % of requests;');
  for (const line of text.split('\n')) expect([...line].length, line).toBeLessThanOrEqual(100);
});

test('nothing but two sides: no difference', () => {
  const report = comparedReport();
  const metrics = report.comparison!.metrics.filter(({ verdict }) => verdict === 'same');
  const same = {
    ...report,
    objectives: [],
    comparison: { ...report.comparison!, metrics, causes: [], bounds: [], changes: [] },
  };
  const text = renderComparisonText(same, PLAIN);
  expect(text).toContain('✓ No difference');
  expect(text).toContain('Nothing that is modelled was changed.');
});

test('nothing that a user wrote is markup, a link, a mention or a cell of its own in Markdown', () => {
  const markdown = renderComparisonMarkdown(hostileComparedReport()).replace(/<\/?(?:code|details|summary)>/g, '');
  expect(markdown.replaceAll('&gt;', '')).not.toMatch(/[<>`*[\]\\]|:\/\//);
});

test('nor does it steer a terminal, or break the page, the XML or the JSON', () => {
  const report = hostileComparedReport();
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const acting = /[\u0000-\u0009\u000b-\u001f\u202a-\u202e\u2066-\u2069]/;
  expect(renderComparisonText(report, PLAIN)).not.toMatch(acting);
  const xml = renderJunit(report);
  expect(xml).not.toMatch(acting);
  expect(
    xml.replace(/<\/?(?:testsuites?|testcase|failure|skipped)(?: \w+="[^"<>]*")*\/?>|<\?xml [^>]*\?>/g, ''),
  ).not.toMatch(/[<>]/);
  expect(renderSarif(report, String)).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
  expect(renderHtml(report)).not.toContain('<script>document.title');
});

test('JUnit: a case for each bound and objective', () => {
  const xml = renderJunit(comparedReport());
  expect(xml).toContain('<testsuite name="bookinfo.bounds" tests="3" failures="1" skipped="1">');
  expect(xml).toContain('<failure message="+20.0 ms (95 % interval +15.0 ms to +25.0 ms)"/>');
  expect(renderJunit(sampleReport())).not.toContain('bounds');
});

test('SARIF: what is new, and at the line of a change what it does', () => {
  const report = comparedReport();
  const { runs } = JSON.parse(renderSarif(report, String)) as {
    runs: { results: { ruleId: string; level: string; message: { text: string }; locations: unknown[] }[] }[];
  };
  const effects = runs[0]!.results.filter(({ ruleId }) => ruleId === 'drymesh-effect');
  expect(effects).toHaveLength(1);
  expect(effects[0]).toMatchObject({
    level: 'error', // a bound of p99 is crossed
    locations: [{ physicalLocation: { artifactLocation: { uri: 'k8s/reviews.yaml' }, region: { startLine: 14 } } }],
  });
  expect(effects[0]!.message.text).toContain('shoppers p99 +20.0 ms (worse): timeout wait on productpage-v1 → reviews');
  expect(runs[0]!.results).toHaveLength(1 + report.comparison!.introduced.length);
});
