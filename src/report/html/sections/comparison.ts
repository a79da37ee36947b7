import type { CauseComparison, ChangeReport, Comparison, MetricComparison, Report } from '../../../analysis/index.js';
import { explanations, hiddenLoads, shownMetrics } from '../../comparison/rows.js';
import {
  causeFigures,
  causeLabel,
  counterWords,
  formatDifference,
  formatDifferenceInterval,
  formatRelative,
  formatValue,
  metricLabel,
  resolvedWords,
  verdictWords,
} from '../../comparison/words.js';
import { NO_FIGURE } from '../../figures.js';
import { placeWords } from '../../place-words.js';
import { differencesSpec } from '../charts/differences.js';
import { distributionSpec } from '../charts/distribution.js';
import { chartFigure } from '../charts/figure.js';
import { seriesColour } from '../charts/theme.js';
import { timeSpentLegend, timeSpentSpec } from '../charts/time-spent.js';
import { html, type Markup } from '../markup.js';
import { findingGroups } from './diagnostics.js';
import type { Section } from './section.js';

/** Sources of which charts show both sides. */
const CHARTED_MAX = 4;
const SPENT: readonly MetricComparison['name'][] = ['mean', 'p99'];

const CHIPS: Readonly<Record<string, string>> = { worse: 'bad', better: 'good', undecided: 'doubtful' };
const FOUND_BY: Readonly<Record<string, string>> = {
  only: 'the only change',
  likeness: 'likely, by its name',
  experiment: 'found by trying each change',
  together: 'only together with others, by trying each',
};

/** What is different, how sure that is, and why; none in the report of a single run. */
export function comparisonSections(report: Report): readonly Section[] {
  const { comparison } = report;
  if (comparison === undefined) return [];
  return [differences(comparison), why(comparison), bothSides(report, comparison), changes(comparison)];
}

function differences(comparison: Comparison): Section {
  const shown = shownMetrics(comparison);
  const chart = chartFigure({
    title: 'Differences with their 95 % intervals',
    description:
      'The difference of each figure in per cent of the base, with its interval. The table holds the figures.',
    spec: differencesSpec(shown.filter(({ name }) => name !== 'success')),
  });
  const titles = ['Base', 'Candidate', 'Difference', '95 % interval of it'];
  const hidden = hiddenLoads(comparison);
  const note = hidden === null ? null : html`<p class="note">${hidden}.</p>`;
  const body = html`${chart}<div class="scroll" tabindex="0" role="region" aria-label="Figures of both"><table><thead><tr><th scope="col">Figure</th>${titles.map((title) => html`<th scope="col" class="number">${title}</th>`)}<th scope="col">Verdict</th></tr></thead><tbody>${shown.map(metricRow)}</tbody></table></div>${note}`;
  return { id: 'differences', title: 'What the change does', body };
}

function metricRow(metric: MetricComparison): Markup {
  const { unit, base, candidate, difference, ci95, verdict } = metric;
  const relative = formatRelative(metric);
  const share = relative === '' ? null : html`<span class="faint">${relative}</span>`;
  return html`<tr><td><span class="name">${metricLabel(metric)}</span></td><td class="number">${formatValue(unit, base)}</td><td class="number">${formatValue(unit, candidate)}</td><td class="number">${formatDifference(unit, difference)}${share}</td><td class="number">${formatDifferenceInterval(unit, ci95)}</td><td><span class="chip ${CHIPS[verdict ?? ''] ?? ''}">${verdictWords(metric)}</span></td></tr>
`;
}

function why(comparison: Comparison): Section {
  const all = explanations(comparison);
  const rows = all.flatMap(({ metric, causes }) => causes.map((cause, i) => causeRow(cause, i === 0 ? metric : null)));
  const titles = ['Figure', 'Cause', 'Before → after', 'Change', 'Written in'];
  const table = html`<div class="scroll" tabindex="0" role="region" aria-label="Causes of the differences"><table><thead><tr>${titles.map((title) => html`<th scope="col">${title}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div>`;
  const nothing = html`<p class="nothing">No figure is certain to differ.</p>`;
  return { id: 'why', title: 'Why', body: html`${all.length === 0 ? nothing : table}${attributionTable(comparison)}` };
}

function causeRow(cause: CauseComparison, metric: MetricComparison | null): Markup {
  const { change, foundBy } = cause;
  const counters = counterWords(cause);
  const how = foundBy === null ? null : html`<span class="faint block">${FOUND_BY[foundBy] ?? foundBy}</span>`;
  const what = change === null ? NO_FIGURE : html`${changeText(change)}<br>${how}`;
  return html`<tr><td>${metric === null ? null : html`<span class="name">${metricLabel(metric)}</span>`}</td><td><span class="name">${causeLabel(cause)}</span>${counters === '' ? null : html`<br><span class="faint block">${counters}</span>`}</td><td class="figure">${causeFigures(cause)}</td><td>${what}</td><td><code>${placeWords(cause)}</code></td></tr>
`;
}

function attributionTable({ attribution, changes: all, metrics }: Comparison): Markup | null {
  if (attribution.length === 0) return null;
  const rows = metrics.flatMap((metric) =>
    attribution
      .filter((each) => metricLabel({ name: each.metric, ...each }) === metricLabel(metric))
      .map(({ change, alone, last }, i) => {
        const figure = ({ difference, ci95 }: typeof alone) =>
          html`<td class="number">${formatDifference(metric.unit, difference)}<span class="spread">${formatDifferenceInterval(metric.unit, ci95)}</span></td>`;
        return html`<tr><td>${i === 0 ? html`<span class="name">${metricLabel(metric)}</span>` : null}</td><td>${changeText(all[change]!)}</td>${figure(alone)}${figure(last)}</tr>
`;
      }),
  );
  return html`<h3>Each change tried</h3><div class="scroll" tabindex="0" role="region" aria-label="Each change tried"><table><thead><tr><th scope="col">Figure</th><th scope="col">Change</th><th scope="col" class="number">Alone</th><th scope="col" class="number">On top of all others</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

function bothSides({ traffic }: Report, { base, metrics }: Comparison): Section {
  const shared = traffic.filter(({ name }) => base.traffic.some((source) => source.name === name));
  const busiest = [...shared].sort((a, b) => b.requests - a.requests).slice(0, CHARTED_MAX);
  const charts = busiest.map((source) => {
    const before = base.traffic.find(({ name }) => name === source.name)!;
    const sides = [
      { ...before, name: 'base' },
      { ...source, name: 'candidate' },
    ];
    const distribution = chartFigure(
      {
        title: `${source.name}: how latencies are distributed`,
        description: 'Share of requests by latency in the base and in the candidate, on a logarithmic axis.',
        spec: distributionSpec(sides),
      },
      sides.map(({ name }, i) => ({ label: name, colour: seriesColour(i) })),
    );
    const spent = SPENT.flatMap((name) => {
      const causesMs = metrics.find((metric) => metric.name === name && metric.traffic === source.name)?.causesMs;
      if (causesMs?.base == null || causesMs.candidate == null) return [];
      return [
        { name: `${name}, base`, causesMs: causesMs.base },
        { name: `${name}, candidate`, causesMs: causesMs.candidate },
      ];
    });
    const bars = chartFigure(
      {
        title: `${source.name}: what latencies are made of`,
        description:
          'Bars for the mean and the 99th percentile of both, made of the milliseconds that each mechanism takes.',
        spec: timeSpentSpec(spent, 'latency, ms'),
      },
      timeSpentLegend(spent),
    );
    return html`<div class="pair">${distribution}${bars}</div>`;
  });
  return {
    id: 'both',
    title: 'Base and candidate',
    body: charts.length === 0 ? html`<p class="nothing">No source is in both.</p>` : charts,
  };
}

function changes({ changes: all, introduced, resolved }: Comparison): Section {
  const row = (change: ChangeReport) =>
    html`<tr><td>${changeText(change)}</td><td><code>${placeWords(change)}</code></td></tr>
`;
  const table =
    all.length === 0
      ? html`<p class="nothing">Nothing that is modelled was changed.</p>`
      : html`<div class="scroll" tabindex="0" role="region" aria-label="Changes"><table><thead><tr><th scope="col">Change</th><th scope="col">Written in</th></tr></thead><tbody>${all.map(row)}</tbody></table></div>`;
  const findings = introduced.length === 0 ? null : html`<h3>New findings</h3>${findingGroups(introduced)}`;
  const gone = resolved.length === 0 ? null : html`<p class="note">${resolvedWords(resolved.length)}.</p>`;
  return { id: 'changes', title: 'Changes', body: html`${table}${findings}${gone}` };
}

function changeText({ resource, path, before, after }: ChangeReport): Markup {
  if (path === null) return html`<span class="name">${resource}</span> ${after === null ? 'is gone' : 'is new'}`;
  return html`<span class="name">${resource}</span> <code>${path}</code><br><span class="name">${before ?? NO_FIGURE} → ${after ?? NO_FIGURE}</span>`;
}
