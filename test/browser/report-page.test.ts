import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../../src/analysis/index.js';
import { renderSweepHtml } from '../../src/report/html/sweep/page.js';
import { renderHtml } from '../../src/report/index.js';
import { HAS_CHROMIUM, launchChromium } from '../support/chromium.js';
import { comparedReport, hostileComparedReport } from '../support/compared-report.js';
import { HOSTILE_NAMES, sampleReport } from '../support/report.js';
import { emptyReport, hostileReport, idleReport, largeReport } from '../support/report-variants.js';
import { gridSweep, HOSTILE_SWEEP } from '../support/sweep.js';
import { TEXT_CONTRASTS, type TextContrast } from './text-contrasts.js';

const REPORTS: Readonly<Record<string, Report>> = {
  sample: sampleReport(),
  empty: emptyReport(),
  idle: idleReport(),
  large: largeReport(400),
  hostile: hostileReport(),
  compared: comparedReport(),
  'hostile compared': hostileComparedReport(),
};

/** Pages of sweeps: one axis, two, more than two, and names that would act. */
const SWEEPS = {
  'sweep of a line': gridSweep(6),
  'sweep of a plane': gridSweep(5, 3),
  'sweep of a room': gridSweep(4, 3, 2),
  'hostile sweep': HOSTILE_SWEEP,
};

const PAGES: Readonly<Record<string, () => string>> = Object.fromEntries([
  ...Object.entries(REPORTS).map(([name, report]) => [name, () => renderHtml(report)]),
  ...Object.entries(SWEEPS).map(([name, sweep]) => [name, () => renderSweepHtml(sweep)]),
]);

const SCREENS = [
  { width: 1440, scheme: 'light' },
  { width: 1440, scheme: 'dark' },
  { width: 390, scheme: 'light' },
  { width: 390, scheme: 'dark' },
] as const;

const ALL_DRAWN = "[...document.querySelectorAll('.chart:has(.plot)')].every((chart) => chart.dataset.drawn)";

interface Visit {
  readonly page: Page;
  /** Everything that the page asked for. */
  readonly requests: readonly string[];
  /** Whatever the console said, refusals of the content policy among it, and uncaught errors. */
  readonly complaints: readonly string[];
}

describe.skipIf(!HAS_CHROMIUM)('HTML pages in a browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'drymesh-report-'));
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchChromium();
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  async function open(name: string, { width, scheme }: (typeof SCREENS)[number] = SCREENS[0]): Promise<Visit> {
    const file = join(folder, `${name}.html`);
    if (!existsSync(file)) writeFileSync(file, PAGES[name]!());
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme: scheme });
    const requests: string[] = [];
    const complaints: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(pathToFileURL(file).href);
    await page.waitForFunction(ALL_DRAWN);
    return { page, requests, complaints };
  }

  test.each(Object.keys(PAGES))('%s: asks for nothing but itself and has no complaint', async (name) => {
    const { page, requests, complaints } = await open(name);
    expect(requests).toEqual([pathToFileURL(join(folder, `${name}.html`)).href]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test.each(['sample', 'large', 'hostile'])('%s: every chart has marks that can be seen', async (name) => {
    const { page } = await open(name);
    const marks = await page.$$eval('.chart', (charts) =>
      charts.map((chart) => {
        const shapes = [...chart.querySelectorAll('.role-mark path, .role-mark rect, .role-mark line')];
        return shapes.filter((shape) => shape.getBoundingClientRect().width > 2).length;
      }),
    );
    expect(marks).toHaveLength(6);
    expect(Math.min(...marks)).toBeGreaterThan(0);
    await page.close();
  });

  test.each(SCREENS)('fits a screen of $width px, $scheme', async (screen) => {
    for (const name of screen.scheme === 'light' ? Object.keys(PAGES) : Object.keys(REPORTS)) {
      const { page } = await open(name, screen);
      const width = await page.evaluate<number>('document.documentElement.scrollWidth');
      expect(width, name).toBeLessThanOrEqual(screen.width);
      await page.close();
    }
  });

  test.each(['light', 'dark'] as const)('text and charts can be read in %s', async (scheme) => {
    for (const name of ['sample', 'compared', 'sweep of a plane']) {
      const { page } = await open(name, { width: 1440, scheme });
      const contrasts = await page.evaluate<TextContrast[]>(TEXT_CONTRASTS);
      expect(contrasts.length, name).toBeGreaterThan(60);
      expect(contrasts.filter(({ contrast }) => contrast < 4.5)).toEqual([]); // WCAG 2.2, 1.4.3, level AA
      await page.close();
    }
  });

  test.each(['hostile', 'hostile compared'])('%s: names are read, and nothing of them runs', async (name) => {
    const { page } = await open(name);
    const text = await page.evaluate<string>('document.body.innerText');
    expect(text).toContain(HOSTILE_NAMES[0]);
    expect(text).toContain(HOSTILE_NAMES[1]);
    expect(text).toContain(HOSTILE_NAMES[2]);
    expect(text).toContain('abc\\u{202e}gnp.exe\\u{2066}');
    expect(text).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
    expect(await page.title()).not.toBe('hacked');
    expect(await page.locator('img').count()).toBe(0);
    await page.close();
  });

  test('what a change does comes before the report of the candidate', async () => {
    const { page } = await open('compared');
    const titles = await page.$$eval('main > section > h2', (headings) => headings.map((each) => each.textContent));
    expect(titles.slice(0, 5)).toEqual(['What the change does', 'Why', 'Base and candidate', 'Changes', 'Latency']);
    const marks = page.locator('#differences .role-mark path');
    expect(await marks.count()).toBeGreaterThan(5);
    await page.close();
  });

  test('a chart says what stands under the pointer', async () => {
    const { page } = await open('sample');
    const bar = page.locator('#causes .role-mark.mark-rect path').first();
    await bar.hover();
    expect(await page.locator('#tip').textContent()).toBe('shoppers\nservice: 27.6 ms, 52.0 %');
    await page.close();
  });

  test('the timeline says what stands at the time under the pointer', async () => {
    const { page } = await open('sample');
    await page.locator('#timeline .plot svg').last().hover();
    const tip = await page.locator('#tip').textContent();
    expect(tip).toMatch(/^at 4 m \d+ s\nshoppers: p50 .* ms, p99 .* ms\nbatch: p50/);
    await page.close();
  });

  test('a table is ordered by a click on its title, figures by value', async () => {
    const { page } = await open('sample');
    const calls = () =>
      page.$$eval('#edges tbody tr:first-child td:nth-child(2)', (cells) => cells.map((cell) => cell.textContent));
    const numbers = async () => (await calls()).map((text) => Number(text.replaceAll(',', '')));
    await page.click('#edges th:nth-child(2) button');
    expect(await numbers()).toEqual([...(await numbers())].sort((a, b) => b - a));
    await page.click('#edges th:nth-child(2) button');
    expect(await numbers()).toEqual([...(await numbers())].sort((a, b) => a - b));
    expect(await page.getAttribute('#edges th:nth-child(2)', 'aria-sort')).toBe('ascending');
    await page.close();
  });

  test('a row unfolds to the counters of its edge', async () => {
    const { page } = await open('sample');
    const details = page.locator('#edges tbody').first().locator('.details');
    expect(await details.isVisible()).toBe(false);
    await page.locator('#edges .unfold').first().click();
    expect(await details.isVisible()).toBe(true);
    expect(await details.textContent()).toContain('upstream_rq_retry_limit_exceeded');
    await page.close();
  });

  test('a long table can be filtered', async () => {
    const { page } = await open('large');
    await page.fill('#edges input', 'service-0017');
    const shown = page.locator('#edges tbody:visible');
    expect(await shown.count()).toBe(4); // the edge to it and its three calls
    expect(await page.textContent('#edges output')).toBe('4 of 399');
    await page.close();
  });
});
