import type { Report, TimelineMark } from '../../../analysis/index.js';
import { formatSeconds } from '../../figures.js';
import { chartFigure } from '../charts/figure.js';
import { latencySpec, rateSpec, successSpec, timelineSources } from '../charts/timeline.js';
import { type Span, spanOf } from '../charts/timeline-parts.js';
import { html, type Markup } from '../markup.js';
import { chartedSources, sourceLegend } from './latency.js';
import type { Section } from './section.js';

/** What happened when: rate, success and latency over simulated time, with the windows of the faults. */
export function timelineSection(report: Report): Section | null {
  const all = timelineSources(report);
  if (all.length === 0) return null;
  const charted = new Set(chartedSources(report).map(({ name }) => name));
  const sources = all.filter(({ name }) => charted.has(name));
  const span = spanOf(report);
  const outcomes = [
    { label: 'succeeded', colour: 'var(--good)' },
    { label: 'failed', colour: 'var(--bad)' },
  ];
  const legend = sourceLegend(sources.map(({ name }) => name));
  return {
    id: 'timeline',
    title: 'Timeline',
    body: html`${markList(report.timeline.marks)}
${recoveryNote(span)}
${chartFigure({ title: 'Requests', description: 'Requests per second over time, succeeded and failed.', spec: rateSpec(all, span) }, outcomes)}
${chartFigure({ title: 'Success', description: 'Share of successful requests over time, a line for each traffic source.', spec: successSpec(sources, span) }, legend)}
${chartFigure({ title: 'Latency: p50 solid, p99 dashed', description: 'Median and 99th percentile of latency over time for each traffic source.', spec: latencySpec(sources, span) }, legend)}
<p class="note">Points group requests by intended arrival in steps of ${formatSeconds(report.timeline.stepSeconds)}; all replications together.</p>`,
  };
}

function recoveryNote({ recoveredSeconds }: Span): Markup | null {
  if (recoveredSeconds === null) return null;
  return html`<p class="note">The dashed line: the mesh is as before its faults again, at ${formatSeconds(recoveredSeconds)}.</p>`;
}

function markList(marks: readonly TimelineMark[]): Markup | null {
  if (marks.length === 0) return null;
  const item = ({ label, fromSeconds, toSeconds, file, line }: TimelineMark, i: number) =>
    html`<li><span class="badge">${i + 1}</span> <strong>${label}</strong> <span class="faint">${formatSeconds(fromSeconds)} to ${formatSeconds(toSeconds)}, <code>${file}:${line}</code></span></li>`;
  return html`<ol class="marks" aria-label="What happened to the mesh">${marks.map(item)}</ol>`;
}
