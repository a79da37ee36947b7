import type { EdgeReport, Report } from '../../../analysis/index.js';
import { compareKeys } from '../../canonical-json.js';
import { failedCalls, worstEdgesFirst } from '../../edge-order.js';
import { formatCount, formatFigure, formatInterval, formatMs, formatPercent } from '../../figures.js';
import { codeChips, flagChips } from '../chips.js';
import { type DataColumn, type DataRow, dataTable, numberCell } from '../data-table.js';
import { html, type Markup } from '../markup.js';
import type { Section } from './section.js';

const COLUMNS: readonly DataColumn[] = [
  { title: 'Edge', isNumber: false, help: 'who calls → what is called (which workload answered)' },
  { title: 'Calls', isNumber: true, help: 'calls as the application makes them' },
  { title: 'Attempts', isNumber: true, help: 'endpoints picked for these calls, retries included' },
  { title: 'Retries', isNumber: true, help: 'attempts after the first one of the same call' },
  { title: 'Success', isNumber: true, help: 'share of the calls that succeeded' },
  { title: 'p50, ms', isNumber: true, help: 'median latency as the caller’s proxy sees it' },
  { title: 'p99, ms', isNumber: true, help: '99th percentile of latency as the caller’s proxy sees it' },
  { title: 'Codes', isNumber: false, help: 'response codes; 0: no answer' },
  { title: 'Flags', isNumber: false, help: 'Envoy’s response flags; see the glossary' },
];

/** Every edge of the mesh, the worst first, with Envoy's counters below each. */
export function edgesSection({ edges }: Report): Section | null {
  if (edges.length === 0) return null;
  const rows = worstEdgesFirst(edges).map(edgeRow);
  return { id: 'edges', title: 'Edges', body: dataTable({ label: 'Edges, the worst first', columns: COLUMNS, rows }) };
}

function edgeRow(edge: EdgeReport): DataRow {
  const { source, destination, requests, attempts, retries, success, latencyMs, codes, flags } = edge;
  return {
    cells: [
      { content: edgeTitle(edge), sort: `${source} ${destination}` },
      numberCell(formatCount(requests), requests),
      numberCell(formatCount(attempts), attempts),
      numberCell(formatCount(retries), retries),
      numberCell(formatPercent(success.ratio), success.ratio),
      numberCell(formatFigure(latencyMs.p50), latencyMs.p50),
      numberCell(formatFigure(latencyMs.p99), latencyMs.p99),
      { content: codeChips(codes), sort: failedCalls(edge) },
      { content: flagChips(flags), sort: Object.keys(flags).length },
    ],
    details: edgeDetails(edge),
  };
}

function edgeTitle({ source, destination, workload, version }: EdgeReport): Markup {
  const reached = workload === null ? 'refused before a workload was picked' : workload;
  const versionChip = version === null ? null : html` <span class="chip">${version}</span>`;
  return html`<span class="name">${source} <span class="faint">→</span> ${destination}</span>${versionChip}<span class="faint block">${reached}</span>`;
}

function edgeDetails({ latencyMs, success, mirrored, inFlight, counters }: EdgeReport): Markup {
  const fact = (term: string, text: string) => html`<div><dt>${term}</dt><dd>${text}</dd></div>`;
  const facts = [
    fact('success, 95 % interval', formatInterval('ratio', success.ci95)),
    fact('mean', formatMs(latencyMs.mean)),
    fact('p90', formatMs(latencyMs.p90)),
    fact('p95', formatMs(latencyMs.p95)),
    fact('p99, 95 % interval', formatInterval('ms', latencyMs.ci95.p99)),
    fact('p99.9', formatMs(latencyMs.p999)),
    fact('max', formatMs(latencyMs.max)),
    fact('mirrored copies', formatCount(mirrored)),
    fact('unfinished', formatCount(inFlight)),
    ...Object.keys(counters)
      .sort(compareKeys)
      .map((name) => fact(name, formatCount(counters[name]!))),
  ];
  return html`<dl class="counters">${facts}</dl>`;
}
