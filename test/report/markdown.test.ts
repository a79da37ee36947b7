import { expect, test } from 'vitest';
import { renderMarkdown } from '../../src/report/index.js';
import { sampleReport } from '../support/report.js';
import { emptyReport, hostileReport } from '../support/report-variants.js';

const OWN_TAGS = /<\/?(?:code|details|summary)>/g;

test('opens with the verdict and folds the details away', () => {
  const markdown = renderMarkdown(sampleReport());
  expect(markdown).toMatch(/^### ❌ Drymesh: <code>bookinfo<\/code>: 1 of 4 objectives failed\n/);
  expect(markdown).toContain('| <code>shoppers</code> | 3,000,000');
  expect(markdown.indexOf('<details>')).toBeGreaterThan(markdown.indexOf('| <code>shoppers</code> | 3,000,000'));
  expect(markdown).toMatch(/<\/details>\n$/);
});

test('nothing that a user wrote is markup, a link, a mention or a cell of its own', () => {
  const markdown = renderMarkdown(hostileReport()).replace(OWN_TAGS, '');
  expect(markdown).not.toMatch(/[<>`*[\]\\]|:\/\//);
  const columns = markdown
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|').length);
  expect(new Set(columns)).toEqual(new Set([7, 10])); // objectives, edges and causes have 5 columns, traffic 8
});

test('a name with an at sign mentions nobody', () => {
  expect(renderMarkdown(sampleReport({ scenario: { name: '@everyone' } }))).toContain('&#64;&#8288;everyone');
});

test('a report without data has no empty tables', () => {
  expect(renderMarkdown(emptyReport())).not.toContain('|');
});
