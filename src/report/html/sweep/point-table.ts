import {
  type NumberedPoint,
  p99Of,
  recoveryOf,
  type Sweep,
  successOf,
  vcpuPer1000SuccessfulOf,
} from '../../../analysis/sweep/index.js';
import { formatCount, formatFigure, formatInterval, formatMeasured, formatMs, formatPercent } from '../../figures.js';
import { axisNames, hasRecovery, type PointState, pointState, recoveryText } from '../../sweep/words.js';
import { objectiveState } from '../../verdict.js';
import { type DataColumn, type DataRow, dataTable, numberCell } from '../data-table.js';
import { html, type Markup } from '../markup.js';
import type { Section } from '../sections/section.js';

const STATES: Readonly<Record<PointState, readonly [word: string, kind: string]>> = {
  best: ['★ best', 'good'],
  equal: ['≈ as good as the best', 'good'],
  unknown: ['? maybe as good as the best', 'doubtful'],
  holds: ['✓ every objective holds', 'good'],
  fails: ['✕ an objective fails', 'bad'],
  stopped: ['✕ stopped early', 'bad'],
  none: ['', ''],
};

const STATE_ORDER: readonly PointState[] = ['best', 'equal', 'unknown', 'holds', 'none', 'fails', 'stopped'];

const RECOVERY_COLUMN: DataColumn = {
  title: 'After faults',
  isNumber: false,
  help: 'whether the mesh is again as before, and when, after the last fault that ends',
};

/** Every point with its settings and figures. */
export function pointSection(sweep: Sweep): Section {
  const names = axisNames(sweep.axes);
  const columns: DataColumn[] = [
    { title: 'Point', isNumber: false, help: 'its number in the grid' },
    { title: 'Standing', isNumber: false, help: 'by the objectives and the rule above' },
    ...(hasRecovery(sweep) ? [RECOVERY_COLUMN] : []),
    ...sweep.axes.map(({ path }, i) => ({ title: names[i]!, isNumber: true, help: path })),
    { title: 'Success', isNumber: true, help: 'of all traffic' },
    { title: 'p50, ms', isNumber: true, help: 'of the busiest source' },
    { title: 'p99, ms', isNumber: true, help: 'of the busiest source' },
    { title: 'vCPU per 1000 ok', isNumber: true, help: 'requests/s that succeed: applications, proxies and gateways' },
    { title: 'vCPU', isNumber: true, help: 'cores kept busy: applications, proxies and gateways' },
    { title: 'Pods', isNumber: true, help: 'of applications, gateways and waypoints' },
  ];
  const rows = sweep.points.map((point) => pointRow(sweep, point));
  return {
    id: 'points',
    title: 'Points',
    body: dataTable({ label: 'Points in the order of the grid', columns, rows, file: 'sweep.json' }),
  };
}

function pointRow(sweep: Sweep, point: NumberedPoint): DataRow {
  const state = pointState(sweep, point);
  const [word, kind] = STATES[state];
  const source = point.traffic.find(({ name }) => name === sweep.busiest);
  const success = successOf(point).value;
  const p50Ms = source?.latencyMs.p50 ?? null;
  const p99Ms = p99Of(point, sweep.busiest).value;
  const per1000 = vcpuPer1000SuccessfulOf(point).value;
  const vcpu = point.cost.vcpu.app + point.cost.vcpu.proxy + point.cost.vcpu.gateway;
  const front = sweep.pareto.includes(point.number) ? html` <span class="chip flag">Pareto front</span>` : null;
  const chip = word === '' ? null : html`<span class="chip ${kind}">${word}</span>`;
  return {
    cells: [
      { content: html`<span class="name">${point.number}</span>`, sort: String(point.number).padStart(6, '0') },
      { content: html`<span class="chips">${chip}${front}</span>`, sort: STATE_ORDER.indexOf(state) },
      ...(hasRecovery(sweep) ? [recoveryCell(point)] : []),
      ...point.settings.map(({ value }, i) => ({
        content: html`<span class="name">${value}</span>`,
        sort: sweep.axes[i]!.values.indexOf(value),
      })),
      numberCell(formatPercent(success), success),
      numberCell(formatFigure(p50Ms), p50Ms),
      numberCell(formatFigure(p99Ms), p99Ms),
      numberCell(formatFigure(per1000), per1000),
      numberCell(formatFigure(vcpu), vcpu),
      numberCell(formatCount(point.cost.pods), point.cost.pods),
    ],
    details: details(point),
  };
}

function recoveryCell(point: NumberedPoint): DataRow['cells'][number] {
  const seconds = String(point.stability?.afterSeconds ?? 0).padStart(9, '0');
  return { content: html`${recoveryText(point)}`, sort: `${9 - recoveryOf(point).value!} ${seconds}` };
}

function details({ traffic, objectives, cost, workloads, stopped, stability }: NumberedPoint): Markup {
  const fact = (term: string, text: string) => html`<div><dt>${term}</dt><dd>${text}</dd></div>`;
  const facts = [
    ...(stopped === null ? [] : [fact('stopped', stopped.reason)]),
    ...(stability?.loop ? [fact('held there by', stability.loop)] : []),
    ...objectives.map((objective) => {
      const { name, traffic: source, unit, measured, target } = objective;
      return fact(`${name} of ${source}`, `${objectiveState(objective)}: ${formatMeasured(unit, measured, target)}`);
    }),
    ...traffic.flatMap(({ name, success, latencyMs, ratePerSecond }) => [
      fact(`${name}, requests/s`, formatFigure(ratePerSecond)),
      fact(`${name}, success, 95 %`, formatInterval('ratio', success.ci95)),
      fact(`${name}, mean`, formatMs(latencyMs.mean)),
      fact(`${name}, p90`, formatMs(latencyMs.p90)),
      fact(`${name}, p99, 95 %`, formatInterval('ms', latencyMs.ci95.p99)),
      fact(`${name}, p99.9`, formatMs(latencyMs.p999)),
    ]),
    fact('vCPU of applications', formatFigure(cost.vcpu.app)),
    fact('vCPU of proxies', formatFigure(cost.vcpu.proxy)),
    fact('vCPU of gateways', formatFigure(cost.vcpu.gateway)),
    ...workloads
      .filter(({ utilization }) => utilization !== null)
      .map(({ name, utilization, workerUtilization }) => {
        const workers = workerUtilization === null ? '' : `, workers ${formatPercent(workerUtilization, 0)}`;
        return fact(`${name}, CPU`, `${formatPercent(utilization, 0)}${workers}`);
      }),
  ];
  return html`<dl class="counters">${facts}</dl>`;
}
