import type { LatencyMs, Report, TrafficReport } from '../../../analysis/index.js';
import { formatCount, formatFigure, formatPercent, formatSpread, halfWidth } from '../../figures.js';
import { distributionSpec } from '../charts/distribution.js';
import { chartFigure, type LegendItem } from '../charts/figure.js';
import { percentilesSpec } from '../charts/percentiles.js';
import { SERIES_MAX, seriesColour } from '../charts/theme.js';
import { codeChips, flagChips } from '../chips.js';
import { html, type Markup } from '../markup.js';
import type { Section } from './section.js';

const PERCENTILES = ['mean', 'p50', 'p90', 'p95', 'p99', 'p999'] as const;

/** The sources that charts show: those with the most requests, in the order of the report. */
export function chartedSources({ traffic }: Report): readonly TrafficReport[] {
  const busiest = new Set([...traffic].sort((a, b) => b.requests - a.requests).slice(0, SERIES_MAX));
  return traffic.filter((source) => busiest.has(source));
}

export function sourceLegend(names: readonly string[]): readonly LegendItem[] {
  return names.map((label, i) => ({ label, colour: seriesColour(i) }));
}

/** How long requests took, for each traffic source: charts, then every figure with its interval. */
export function latencySection(report: Report): Section | null {
  if (report.traffic.length === 0) return null;
  const sources = chartedSources(report);
  const legend = sourceLegend(sources.map(({ name }) => name));
  const percentiles = chartFigure(
    {
      title: 'Percentiles with their 95 % intervals',
      description:
        'Latency percentiles of each traffic source on a logarithmic axis. The table below holds the figures.',
      spec: percentilesSpec(sources),
    },
    legend,
  );
  const distribution = chartFigure(
    {
      title: 'How latencies are distributed',
      description: 'Share of requests by latency for each traffic source, on a logarithmic axis.',
      spec: distributionSpec(sources),
    },
    legend,
  );
  const left = report.traffic.length - sources.length;
  const note =
    left > 0
      ? html`<p class="note">Charts show the ${SERIES_MAX} busiest sources; the table has all ${report.traffic.length}.</p>`
      : null;
  return {
    id: 'latency',
    title: 'Latency',
    body: html`<div class="pair">${percentiles}${distribution}</div>${note}${trafficTable(report.traffic)}`,
  };
}

function trafficTable(traffic: readonly TrafficReport[]): Markup {
  const titles = ['Requests', 'per second', 'Success', 'Mean', 'p50', 'p90', 'p95', 'p99', 'p99.9', 'Max'];
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Traffic sources"><table class="traffic"><thead><tr><th scope="col">Traffic source, latency in ms</th>${titles.map((title) => html`<th scope="col" class="number">${title}</th>`)}</tr></thead>
${traffic.map(trafficRows)}</table></div>`;
}

function trafficRows({
  name,
  kind,
  requests,
  inFlight,
  ratePerSecond,
  success,
  latencyMs,
  okLatencyMs,
  codes,
  flags,
}: TrafficReport): Markup {
  const half = halfWidth(success.ratio, success.ci95);
  const open = inFlight > 0 ? html`<span class="faint">${formatCount(inFlight)} unfinished</span>` : null;
  return html`<tbody><tr><th scope="row"><span class="name">${name}</span> <span class="faint">${kind} loop</span></th><td class="number">${formatCount(requests)}${open}</td><td class="number">${formatFigure(ratePerSecond)}</td><td class="number">${formatPercent(success.ratio)}${spread(half === null ? null : half * 100)}</td>${latencyCells(latencyMs)}</tr>
<tr class="second"><th scope="row" class="faint">of the succeeded only</th><td></td><td></td><td></td>${latencyCells(okLatencyMs)}</tr>
<tr class="second"><td colspan="11">${codeChips(codes)} ${flagChips(flags)}</td></tr></tbody>
`;
}

function latencyCells(latencyMs: LatencyMs): readonly Markup[] {
  const cell = (key: (typeof PERCENTILES)[number]) =>
    html`<td class="number">${formatFigure(latencyMs[key])}${spread(halfWidth(latencyMs[key], latencyMs.ci95[key]))}</td>`;
  return [...PERCENTILES.map(cell), html`<td class="number">${formatFigure(latencyMs.max)}</td>`];
}

function spread(half: number | null): Markup | null {
  return half === null ? null : html`<span class="spread">±${formatSpread(half)}</span>`;
}
