import type {
  EdgeReport,
  LatencyMs,
  ObjectiveReport,
  Report,
  TrafficReport,
  WorkloadReport,
} from '../../analysis/index.js';
import { diagnosticGroups } from '../diagnostic-groups.js';
import { edgeName, worstEdgesFirst } from '../edge-order.js';
import {
  formatCount,
  formatFigure,
  formatInterval,
  formatMeasured,
  formatPercent,
  formatPerRequest,
  formatSpread,
  halfWidth,
} from '../figures.js';
import { mechanismLabel } from '../mechanisms.js';
import { placeWords } from '../place-words.js';
import { signWords } from '../response-flags.js';
import { type ObjectiveState, objectiveState, objectivesByState } from '../verdict.js';
import { shortened } from '../visible-text.js';
import type { Style } from './style.js';
import { type Column, type Row, tableLines, WIDTH } from './table.js';

const EDGES_MAX = 10;
const WORKLOADS_MAX = 20;
const CAUSES_MAX = 5;

const left = (title: string): Column => ({ title, align: 'left' });
const right = (title: string): Column => ({ title, align: 'right' });

const STATE_WORDS: Readonly<Record<ObjectiveState, string>> = {
  failed: '✗ failed',
  missed: '✗ missed, undecided',
  met: '? met, undecided',
  held: '✓ held',
};

export function objectiveLines({ objectives }: Report, style: Style): string[] {
  const columns = [left('objective'), left('traffic'), left('verdict'), right('measured'), right('95 % interval')];
  const row = (objective: ObjectiveReport): Row => {
    const state = objectiveState(objective);
    const { name, traffic, unit, measured, target, ci95 } = objective;
    const cells = [
      name,
      traffic,
      STATE_WORDS[state],
      formatMeasured(unit, measured, target),
      formatInterval(unit, ci95),
    ];
    return { cells, paint: state === 'held' ? style.good : state === 'met' ? style.doubtful : style.bad };
  };
  return section('Objectives', columns, objectivesByState(objectives).map(row), style);
}

export function trafficLines({ traffic }: Report, style: Style): string[] {
  const columns = [left('traffic, ms'), ...['requests', 'per s', 'success %', 'mean', 'p50', 'p90', 'p99'].map(right)];
  const row = ({ name, requests, ratePerSecond, success, latencyMs }: TrafficReport): Row => ({
    cells: [
      name,
      formatCount(requests),
      formatFigure(ratePerSecond),
      successCell(success),
      ...(['mean', 'p50', 'p90', 'p99'] as const).map((key) => latencyCell(latencyMs, key)),
    ],
  });
  return section('Traffic', columns, traffic.map(row), style);
}

export function edgeLines({ edges }: Report, style: Style): string[] {
  const columns = [left('edge, ms'), ...['calls', 'retries', 'success %', 'p50', 'p99'].map(right), left('flags')];
  const row = (edge: EdgeReport): Row => ({
    cells: [
      edgeName(edge),
      formatCount(edge.requests),
      formatCount(edge.retries),
      perCentNumber(edge.success.ratio),
      formatFigure(edge.latencyMs.p50),
      formatFigure(edge.latencyMs.p99),
      Object.keys(edge.flags).join(' '),
    ],
  });
  const rows = worstEdgesFirst(edges).slice(0, EDGES_MAX).map(row);
  return section('Edges, the worst first', columns, rows, style, edges.length - rows.length);
}

export function workloadLines({ workloads }: Report, style: Style): string[] {
  const figures = ['replicas', 'cores app', 'proxy', 'utilization', 'workers', 'vCPU/1000 rps app', 'proxy'];
  const columns = [left('workload'), ...figures.map(right)];
  const row = (workload: WorkloadReport): Row => ({
    cells: [
      workload.name,
      formatCount(workload.replicas),
      formatFigure(workload.cpuCores.app),
      formatFigure(workload.cpuCores.proxy),
      formatPercent(workload.utilization, 0),
      formatPercent(workload.workerUtilization, 0),
      formatFigure(workload.vcpuPer1000Rps.app),
      formatFigure(workload.vcpuPer1000Rps.proxy),
    ],
  });
  const load = ({ utilization, workerUtilization }: WorkloadReport) =>
    Math.max(utilization ?? 0, workerUtilization ?? 0);
  const busiestFirst = [...workloads].sort((a, b) => load(b) - load(a)).slice(0, WORKLOADS_MAX);
  return section(
    'Workloads, the busiest first',
    columns,
    busiestFirst.map(row),
    style,
    workloads.length - WORKLOADS_MAX,
  );
}

export function causeLines({ causes }: Report, style: Style): string[] {
  const columns = [left('edge'), left('traffic'), left('mechanism'), right('ms per request'), left('written in')];
  const rows = causes.slice(0, CAUSES_MAX).map(({ edge, traffic, mechanism, ms, file, line }) => ({
    cells: [
      `${edge.source} → ${edge.destination}`,
      traffic,
      mechanismLabel(mechanism),
      formatFigure(ms),
      placeWords({ file, line }),
    ],
  }));
  return section('Where the time goes', columns, rows, style);
}

export function failureLines({ failures }: Report, style: Style): string[] {
  const columns = [left('edge'), left('traffic'), left('sign'), right('of requests'), left('written in')];
  const rows = failures.slice(0, CAUSES_MAX).map(({ edge, traffic, sign, perRequest, file, line }) => ({
    cells: [
      `${edge.source} → ${edge.destination}`,
      traffic,
      signWords(sign),
      formatPerRequest(perRequest),
      placeWords({ file, line }),
    ],
  }));
  return section('What fails', columns, rows, style);
}

export function capacityLine({ capacity }: Report, style: Style): string[] {
  const { app, proxy, gateway, controlPlane } = capacity.vcpuPer1000Rps;
  const parts = [
    [app, 'applications'],
    [proxy, 'proxies'],
    [gateway, 'gateways'],
    [controlPlane, 'control plane'],
  ] as const;
  const texts = parts.filter(([cores]) => cores !== null).map(([cores, of]) => `${formatFigure(cores)} ${of}`);
  if (texts.length === 0) return [];
  return [`${style.heading('Capacity')}  vCPU per 1000 requests/s: ${texts.join(', ')}`, ''];
}

export function diagnosticsLine({ diagnostics }: Report, style: Style): string[] {
  if (diagnostics.length === 0) return [];
  const texts = diagnosticGroups(diagnostics).map(({ label, codes }) => `${label} (${codes.join(', ')})`);
  return [`${style.heading('Diagnostics')}  ${shortened(texts.join('; '), WIDTH - 'Diagnostics  '.length)}`, ''];
}

function section(title: string, columns: readonly Column[], rows: readonly Row[], style: Style, hidden = 0): string[] {
  if (rows.length === 0) return [];
  const more = hidden > 0 ? [style.faint(`and ${formatCount(hidden)} more, in report.json`)] : [];
  return [style.heading(title), ...tableLines(columns, rows, style), ...more, ''];
}

function latencyCell(latencyMs: LatencyMs, key: keyof LatencyMs['ci95']): string {
  return withHalfWidth(formatFigure(latencyMs[key]), halfWidth(latencyMs[key], latencyMs.ci95[key]));
}

function successCell({ ratio, ci95 }: TrafficReport['success']): string {
  const half = halfWidth(ratio, ci95);
  return withHalfWidth(perCentNumber(ratio), half === null ? null : half * 100);
}

function withHalfWidth(text: string, half: number | null): string {
  return half === null ? text : `${text} ±${formatSpread(half)}`;
}

function perCentNumber(ratio: number | null): string {
  return formatPercent(ratio).replace(' %', '');
}
