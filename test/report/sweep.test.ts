import { logger, parse, View } from 'vega';
import { describe, expect, test } from 'vitest';
import type { Sweep } from '../../src/analysis/sweep/index.js';
import { renderSweepHtml } from '../../src/report/html/sweep/page.js';
import { renderSweepMarkdown } from '../../src/report/sweep/markdown.js';
import { renderSweepText } from '../../src/report/sweep/text.js';
import { axisNames, pointState, sweepVerdict } from '../../src/report/sweep/words.js';
import { PLAIN } from '../../src/report/text/index.js';
import { visibleText } from '../../src/report/visible-text.js';
import { HOSTILE_NAMES } from '../support/report.js';
import { gridSweep as grid, HOSTILE_SWEEP as HOSTILE, sweepFrom } from '../support/sweep.js';

const SWEEPS: Readonly<Record<string, Sweep>> = {
  'one axis': grid(6),
  'one axis of texts': sweepFrom([{ path: 'x', values: ['a', 'b'] }], [{ values: ['a'] }, { values: ['b'] }]),
  'one point': grid(1),
  'two axes': grid(5, 3),
  'three axes': grid(4, 3, 2),
  'many points': grid(10, 30),
  hostile: HOSTILE,
  'nothing holds': sweepFrom(
    [{ path: 'x', values: ['1', '2'] }],
    [
      { values: ['1'], objective: { pass: false } },
      { values: ['2'], stopped: true, objective: { pass: false } },
    ],
  ),
  'no figures': sweepFrom(
    [{ path: 'x', values: ['1', '2'] }],
    [
      { values: ['1'], p99Ms: null },
      { values: ['2'], p99Ms: null },
    ],
  ),
};

/** One point for each way in which a mesh may be after its faults. */
const RECOVERIES = [
  {
    stability: { verdict: 'down', afterSeconds: null, reason: null, loop: 'retries x timeouts on a' },
    text: 'stays down',
  },
  { stability: { verdict: 'degraded', afterSeconds: null, reason: null, loop: null }, text: 'stays worse' },
  { stability: { verdict: 'undecided', afterSeconds: null, reason: null, loop: null }, text: 'undecided' },
  { stability: { verdict: 'recovered', afterSeconds: 0, reason: null, loop: null }, text: 'recovers at once' },
  { stability: { verdict: 'recovered', afterSeconds: 3, reason: null, loop: null }, text: 'recovers after 3 s' },
] as const;

const recoverySweep = (cases: readonly (typeof RECOVERIES)[number][]) =>
  sweepFrom(
    [{ path: 'x', values: cases.map((_, i) => String(i)) }],
    cases.map(({ stability }, i) => ({ values: [String(i)], stability, objective: { pass: true } })),
  );

const NAMES = Object.keys(SWEEPS);

/** The charts of a page, as the page's script draws them, without a complaint. */
async function chartsOf(page: string): Promise<string[]> {
  const specs = [...page.matchAll(/<script type="application\/json">(.*?)<\/script>/g)].map(([, json]) => json!);
  const complaints: unknown[] = [];
  const listening = logger(1, 'error', (_method, _level, complaint) => void complaints.push(String(complaint)));
  const views = specs.map((json) => new View(parse(JSON.parse(json)), { renderer: 'none', logger: listening }));
  const drawn = await Promise.all(views.map((view) => view.toSVG()));
  expect(complaints).toEqual([]);
  return drawn;
}

describe('sweep.html', () => {
  test.each(NAMES)('%s: asks for nothing, runs its own two scripts only', (name) => {
    const page = renderSweepHtml(SWEEPS[name]!);
    expect(page).toContain('default-src &#39;none&#39;');
    const body = page.slice(0, page.indexOf('<div id="tip"'));
    expect(body.match(/<script(?! type="application\/json")/g)).toBeNull();
    expect(body).not.toMatch(/<img|<link|<iframe/);
  });

  test.each(NAMES)('%s: every chart is drawn with marks', async (name) => {
    for (const svg of await chartsOf(renderSweepHtml(SWEEPS[name]!)))
      expect(svg).toMatch(/role-mark[\s\S]*<(?:path|text)/);
  });

  test.each([
    { name: 'one axis', charts: 6 }, // p99, success, cost, load, and two of the front
    { name: 'two axes', charts: 5 },
    { name: 'three axes', charts: 8 },
    { name: 'one point', charts: 4 },
  ])('$name: $charts charts', ({ name, charts }) => {
    expect(renderSweepHtml(SWEEPS[name]!).match(/<figure class="chart">/g)).toHaveLength(charts);
  });

  test('hostile names are text wherever they stand', () => {
    const page = renderSweepHtml(HOSTILE);
    for (const name of HOSTILE_NAMES.slice(0, 3)) expect(page).not.toContain(name);
    expect(page).toContain('&lt;script&gt;document.title = &quot;hacked&quot;&lt;/script&gt;');
    const body = page.slice(page.indexOf('<body>'), page.indexOf('<div id="tip"'));
    for (const line of body.split('\n')) expect(visibleText(line)).toBe(line);
  });

  test('lines over one setting show what the objectives ask for', () => {
    expect(renderSweepHtml(SWEEPS['one axis']!)).toContain('objective: p99 \\u003c 100ms');
  });

  test('the table has every point with its settings', () => {
    const page = renderSweepHtml(SWEEPS['two axes']!);
    expect(page.match(/<tr class="details"/g)).toHaveLength(15);
  });
});

describe('as text', () => {
  test.each(NAMES)('%s: at most 100 wide, without what would steer a terminal', (name) => {
    const lines = renderSweepText(SWEEPS[name]!, PLAIN).split('\n');
    expect(lines.filter((line) => [...line].length > 100)).toEqual([]);
    for (const line of lines) expect(visibleText(line)).toBe(line);
  });

  test('of many points it shows a screenful, the best first', () => {
    const sweep = SWEEPS['many points']!;
    const text = renderSweepText(sweep, PLAIN);
    expect(text.split('\n').length).toBeLessThan(50);
    expect(text).toContain('and 285 more, in sweep.json');
    const rows = text
      .split('\n')
      .filter((line) => /[★≈✓✗] \w+/.test(line) && /\d+ms/.test(line) && !line.includes('Best:'));
    expect(rows[0]).toContain('★ best');
  });

  test('names what failed at the closest point', () => {
    const text = renderSweepText(SWEEPS['nothing holds']!, PLAIN);
    expect(text).toContain('✗ At no point does every objective hold');
    expect(text).toContain('The closest is 1 (x=1): p99 < 100ms of shoppers is 50.0 ms.');
  });
});

test.each(NAMES)('markdown of %s mentions nobody and opens no tag of a user', (name) => {
  const text = renderSweepMarkdown(SWEEPS[name]!);
  expect(text).toMatch(/^### /);
  expect(text.replaceAll(/<\/?code>/g, '')).not.toMatch(/<|javascript:/);
});

test.each([
  { paths: ['traffic.shoppers.rate', 'workloads.front.workers'], names: ['rate', 'workers'] },
  { paths: ['traffic.shoppers.rate', 'traffic.robots.rate'], names: ['shoppers.rate', 'robots.rate'] },
  { paths: ['VirtualService/default/a:spec.http[0].timeout', 'b'], names: ['timeout', 'b'] },
  {
    paths: ['Pod/default/a:metadata.annotations["proxy.istio.io/config"]', 'labels["a:b.c"].x'],
    names: ['annotations["proxy.istio.io/config"]', 'x'],
  },
  { paths: ['a."b.c', '...'], names: ['c', '...'] },
  { paths: ['a.x', 'b.a.x'], names: ['a.x', 'b.a.x'] },
])('$paths are called $names', ({ paths, names }) => {
  expect(axisNames(paths.map((path) => ({ path, values: ['1'], scale: null })))).toEqual(names);
});

test('every table says whether each point recovers', () => {
  const sweep = recoverySweep(RECOVERIES);
  const text = renderSweepText(sweep, PLAIN);
  expect(text).toMatch(/ recovers +success %/);
  for (const [i, { text: said }] of RECOVERIES.entries()) {
    expect(text).toMatch(new RegExp(`^${i + 1} .*  ${said.replace('recovers ', '')} .*$`, 'm'));
    expect(renderSweepMarkdown(sweep)).toMatch(new RegExp(`^\\| ${i + 1} .*\\| ${said} \\|.*$`, 'm'));
    expect(renderSweepHtml(sweep)).toContain(`>${said}<`);
  }
});

test.each([
  {
    recovery: RECOVERIES[0],
    doubt: ', but it stays down after its faults',
    note: 'held there by retries x timeouts on a.',
  },
  {
    recovery: RECOVERIES[1],
    doubt: ', but it stays worse after its faults',
    note: 'worse after its faults than before',
  },
  { recovery: RECOVERIES[2], doubt: ', but whether it recovers from its faults is undecided', note: 'is undecided' },
  { recovery: RECOVERIES[3], doubt: '', note: '' },
])('the best point $recovery.text: told beside the verdict', ({ recovery, doubt, note }) => {
  const { tone, headline, notes } = sweepVerdict(recoverySweep([recovery]));
  expect(headline).toBe(`Best: x=0${doubt}`);
  expect(tone).toBe(doubt === '' ? 'held' : 'undecided');
  expect(notes[0]).toContain(note);
});

test('where no fault ends nothing is said of recovery', () => {
  const sweep = SWEEPS['one axis']!;
  for (const render of [renderSweepMarkdown, renderSweepHtml, (each: Sweep) => renderSweepText(each, PLAIN)])
    expect(render(sweep)).not.toMatch(/recovers|after faults/i);
});

const NOISY = [
  { values: ['1'], p99Ms: 328, p99Replicates: [20, 100, 328, 600, 592] },
  { values: ['2'], p99Ms: 103, p99Replicates: [103, 90, 110, 400, 2] },
  { values: ['3'], p99Ms: 103, p99Replicates: [103, 90, 110, 400, 2] },
];

test('what the replications cannot tell is not called equal', () => {
  const sweep = sweepFrom([{ path: 'x', values: ['1', '2', '3'] }], NOISY);
  const text = renderSweepText(sweep, PLAIN);
  expect(text).toContain('cannot be told with 5 replications: 103 ms to 328 ms');
  expect(text).not.toContain('p99 of shoppers  does not move');
  expect(sweep.points.map((point) => pointState(sweep, point))).toEqual(['unknown', 'best', 'equal']);
  expect(text).toContain('? maybe');
  expect(text).toContain('As good (≈): 3 (x=3).');
  expect(text).toContain('Perhaps as good (? maybe), which 5 replications cannot tell: 1 (x=1).');
});

test('what does not move is about its mean', () => {
  const sweep = sweepFrom(
    [{ path: 'x', values: ['1', '2'] }],
    [
      { values: ['1'], p99Ms: 100 },
      { values: ['2'], p99Ms: 100.8 },
    ],
  );
  expect(renderSweepText(sweep, PLAIN)).toMatch(/p99 of shoppers +does not move: about 100 ms/);
});

test.each([
  { replications: 1, said: true },
  { replications: 2, said: false },
])('with $replications replications it says that nothing is decided: $said', ({ replications, said }) => {
  const { notes } = sweepVerdict({ ...SWEEPS['one axis']!, replications });
  expect(notes.join(' ').includes('no difference can be told from chance')).toBe(said);
});

test('counts are in the singular where there is one', () => {
  expect(renderSweepText(SWEEPS['one point']!, PLAIN)).toContain('1 point × 5 replications');
  expect(renderSweepMarkdown(SWEEPS['one point']!)).toContain('1 point × 5 replications');
});
