import type { CauseReport, FailureReport, Report } from '../../../analysis/index.js';
import { formatMs, formatPerRequest, NO_FIGURE } from '../../figures.js';
import { MECHANISMS, mechanismLabel } from '../../mechanisms.js';
import { signWords } from '../../response-flags.js';
import { chartFigure } from '../charts/figure.js';
import { timeSpentLegend, timeSpentSpec } from '../charts/time-spent.js';
import { html, type Markup } from '../markup.js';
import { chartedSources } from './latency.js';
import type { Section } from './section.js';

/** What the mean latency is made of, and which lines of the configuration take the most of it. */
export function causesSection(report: Report): Section | null {
  if (report.traffic.length === 0) return null;
  const sources = chartedSources(report);
  const chart = chartFigure(
    {
      title: 'Mean latency by what it is spent on',
      description: 'A bar for each traffic source, made of the milliseconds per request that each mechanism takes.',
      spec: timeSpentSpec(sources),
    },
    timeSpentLegend(sources),
  );
  const causes = report.causes.length === 0 ? null : causeTable(report.causes);
  const body = html`${chart}${causes}${report.failures.length === 0 ? null : failureTable(report.failures)}`;
  return { id: 'causes', title: 'Where the time goes', body };
}

function failureTable(failures: readonly FailureReport[]): Markup {
  const row = ({ traffic, edge, sign, perRequest, file, line }: FailureReport) => {
    const place = file === null ? NO_FIGURE : html`<code>${file}:${line ?? 1}</code>`;
    return html`<tr><td class="number">${formatPerRequest(perRequest)}</td><td>${signWords(sign)}</td><td><span class="name">${edge.source} → ${edge.destination}</span></td><td>${traffic}</td><td>${place}</td></tr>
`;
  };
  const titles = ['Sign', 'Edge', 'Traffic', 'Written in'];
  return html`<h3>Where failures begin</h3><div class="scroll" tabindex="0" role="region" aria-label="Where failures begin"><table><thead><tr><th scope="col" class="number">Of requests</th>${titles.map((title) => html`<th scope="col">${title}</th>`)}</tr></thead><tbody>${failures.map(row)}</tbody></table></div>`;
}

function causeTable(causes: readonly CauseReport[]): Markup {
  const largest = Math.max(...causes.map(({ ms }) => ms));
  const row = ({ traffic, edge, mechanism, ms, file, line }: CauseReport) => {
    const share = largest > 0 ? Math.max(0, (100 * ms) / largest) : 0;
    const meaning = MECHANISMS.find(({ key }) => key === mechanism)?.meaning ?? mechanism;
    const place = file === null ? NO_FIGURE : html`<code>${file}:${line ?? 1}</code>`;
    return html`<tr><td class="number">${formatMs(ms)}<span class="meter" aria-hidden="true"><i style="width:${share.toFixed(1)}%"></i></span></td><td title="${meaning}">${mechanismLabel(mechanism)}</td><td><span class="name">${edge.source} → ${edge.destination}</span></td><td>${traffic}</td><td>${place}</td></tr>
`;
  };
  const titles = ['Mechanism', 'Edge', 'Traffic', 'Written in'];
  return html`<h3>Largest causes</h3><div class="scroll" tabindex="0" role="region" aria-label="Largest causes"><table><thead><tr><th scope="col" class="number">Per request</th>${titles.map((title) => html`<th scope="col">${title}</th>`)}</tr></thead><tbody>${causes.map(row)}</tbody></table></div>`;
}
