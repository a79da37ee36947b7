import { describe, expect, test } from 'vitest';
import { embeddedJson, html } from '../../src/report/html/markup.js';
import { renderHtml } from '../../src/report/index.js';
import { sampleReport, trafficReport } from '../support/report.js';
import { hostileReport } from '../support/report-variants.js';

describe('HTML', () => {
  test('what is filled in is text; what is markup already stays so', () => {
    const inner = html`<b>${'<i>'}</b>`;
    expect(html`<p title="${'"&\''}">${inner}${null}${[1, '\u202e']}</p>`.text).toBe(
      '<p title="&quot;&amp;&#39;"><b>&lt;i&gt;</b>1\\u{202e}</p>',
    );
  });

  test('JSON within a page cannot end its element, and reads back', () => {
    const value = { text: '</script><!-- & \u2028', list: [1] };
    const { text } = embeddedJson(value);
    expect(text).not.toMatch(/[<>&\u2028]/);
    expect(JSON.parse(text)).toEqual(value);
  });

  test('the same report gives the same bytes', () => {
    expect(renderHtml(sampleReport())).toBe(renderHtml(sampleReport()));
  });

  test('nothing in it loads anything', () => {
    const own = renderHtml(sampleReport()).replace(/<script>.*?<\/script>/gs, '');
    expect(own.match(/\ssrc=|<link|@import|url\((?!#)/g)).toBeNull();
    expect(own.match(/http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;;/g)).toHaveLength(1);
  });

  // Vega compiles expressions: a name must never be part of one, whatever it looks like.
  test('names stand in the data of charts alone', () => {
    const specs = chartsOf(renderHtml(hostileReport()));
    expect(specs).toHaveLength(6);
    for (const { data, ...spec } of specs) {
      const rules = JSON.stringify([spec, data.map(({ values: _, ...rest }) => rest)]);
      expect(rules).not.toMatch(/hacked|gnp|javascript|__proto__/);
    }
  });

  test('charts show the busiest six sources, and the page says so', () => {
    const traffic = Array.from({ length: 9 }, (_, i) => trafficReport(`source-${i}`, 10 + i, 4, 1000 * (i + 1)));
    const page = renderHtml(sampleReport({ traffic }));
    expect(page).toContain('Charts show the 6 busiest sources; the table has all 9.');
    expect(JSON.stringify(chartsOf(page)[0]!.data)).not.toContain('source-2,');
  });
});

interface ChartSpec {
  readonly data: readonly { readonly name: string; readonly values?: unknown }[];
}

function chartsOf(page: string): readonly ChartSpec[] {
  return [...page.matchAll(/<script type="application\/json">(.*?)<\/script>/g)].map(([, json]) => JSON.parse(json!));
}
