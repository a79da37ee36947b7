import type { ObjectiveReport, Report, TrafficReport } from '../analysis/index.js';
import { diagnosticGroups } from './diagnostic-groups.js';
import { edgeName, worstEdgesFirst } from './edge-order.js';
import {
  formatCount,
  formatFigure,
  formatInterval,
  formatMeasured,
  formatMs,
  formatPercent,
  formatPerRequest,
  formatSeconds,
} from './figures.js';
import { code, literal, TONE_MARKS, table } from './markdown-parts.js';
import { mechanismLabel } from './mechanisms.js';
import { signWords } from './response-flags.js';
import { type ObjectiveState, objectiveState, objectivesByState, verdictOf } from './verdict.js';

const ROWS_MAX = 10;

const STATE_MARKS: Readonly<Record<ObjectiveState, string>> = {
  failed: '❌ failed',
  missed: '❌ missed, undecided',
  met: '⚠️ met, undecided',
  held: '✅ held',
};

/** A comment for a pull request: the verdict, objectives and traffic; the rest folded away. */
export function renderMarkdown(report: Report): string {
  const { tone, headline, notes } = verdictOf(report);
  const blocks = [
    `### ${TONE_MARKS[tone]} Drymesh: ${code(report.scenario.name)}: ${headline}`,
    ...notes.map(literal),
    objectiveTable(report),
    trafficTable(report),
    details(report),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function objectiveTable({ objectives }: Report): string {
  const row = (objective: ObjectiveReport) => [
    STATE_MARKS[objectiveState(objective)],
    code(objective.name),
    code(objective.traffic),
    formatMeasured(objective.unit, objective.measured, objective.target),
    formatInterval(objective.unit, objective.ci95),
  ];
  return table(
    '|:--|:--|:--|--:|--:|',
    ['verdict', 'objective', 'traffic', 'measured', '95 % interval'],
    objectivesByState(objectives).map(row),
  );
}

function trafficTable({ traffic }: Report): string {
  const row = ({ name, requests, ratePerSecond, success, latencyMs }: TrafficReport) => [
    code(name),
    formatCount(requests),
    formatFigure(ratePerSecond),
    formatPercent(success.ratio),
    ...[latencyMs.mean, latencyMs.p50, latencyMs.p90, latencyMs.p99].map(formatMs),
  ];
  const titles = ['traffic', 'requests', 'per second', 'success', 'mean', 'p50', 'p90', 'p99'];
  return table(`|:--${'|--:'.repeat(7)}|`, titles, traffic.map(row));
}

function details(report: Report): string {
  const { seed, replications, simulatedSeconds, drymesh } = report;
  const run = `Seed ${seed}, ${replications} × ${formatSeconds(simulatedSeconds)} simulated, drymesh ${code(drymesh.version)}.`;
  const blocks = [
    edgeTable(report),
    causeTable(report),
    failureTable(report),
    capacitySentence(report),
    diagnosticList(report),
    run,
  ];
  const inside = blocks.filter((block) => block !== '').join('\n\n');
  return `<details>\n<summary>Edges, causes, capacity, diagnostics</summary>\n\n${inside}\n\n</details>`;
}

function edgeTable({ edges }: Report): string {
  const rows = worstEdgesFirst(edges)
    .slice(0, ROWS_MAX)
    .map((edge) => [
      code(edgeName(edge)),
      formatCount(edge.requests),
      formatCount(edge.retries),
      formatPercent(edge.success.ratio),
      formatMs(edge.latencyMs.p99),
    ]);
  return table('|:--|--:|--:|--:|--:|', ['edge, the worst first', 'calls', 'retries', 'success', 'p99'], rows);
}

function causeTable({ causes }: Report): string {
  const rows = causes
    .slice(0, ROWS_MAX)
    .map(({ edge, traffic, mechanism, ms, file, line }) => [
      code(`${edge.source} → ${edge.destination}`),
      code(traffic),
      code(mechanismLabel(mechanism)),
      formatMs(ms),
      file === null ? '' : code(`${file}:${line ?? 1}`),
    ]);
  return table(
    '|:--|:--|:--|--:|:--|',
    ['where the time goes', 'traffic', 'mechanism', 'per request', 'written in'],
    rows,
  );
}

function failureTable({ failures }: Report): string {
  const rows = failures
    .slice(0, ROWS_MAX)
    .map(({ edge, traffic, sign, perRequest, file, line }) => [
      code(`${edge.source} → ${edge.destination}`),
      code(traffic),
      code(signWords(sign)),
      formatPerRequest(perRequest),
      file === null ? '' : code(`${file}:${line ?? 1}`),
    ]);
  return table('|:--|:--|:--|--:|:--|', ['what fails', 'traffic', 'sign', 'of requests', 'written in'], rows);
}

function capacitySentence({ capacity }: Report): string {
  const { app, proxy, gateway } = capacity.vcpuPer1000Rps;
  const figures = `${formatFigure(app)} applications, ${formatFigure(proxy)} proxies, ${formatFigure(gateway)} gateways`;
  return `vCPU per 1000 requests/s: ${figures}.`;
}

function diagnosticList({ diagnostics }: Report): string {
  const groups = diagnosticGroups(diagnostics);
  const shown = groups.flatMap((group) => group.diagnostics).slice(0, ROWS_MAX);
  const items = shown.map(
    ({ code: word, file, line, message }) => `- ${code(word)} ${code(`${file}:${line}`)} ${code(message)}`,
  );
  const more = diagnostics.length > ROWS_MAX ? [`- and ${formatCount(diagnostics.length - ROWS_MAX)} more`] : [];
  return groups.length === 0 ? '' : [groups.map(({ label }) => label).join(', '), '', ...items, ...more].join('\n');
}
