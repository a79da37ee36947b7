import type { Report, WorkloadReport } from '../../../analysis/index.js';
import { formatCount, formatFigure, formatMebibytes, formatPercent } from '../../figures.js';
import { type DataCell, type DataColumn, type DataRow, dataTable, numberCell } from '../data-table.js';
import { html } from '../markup.js';
import type { Section } from './section.js';

const number = (title: string, help: string): DataColumn => ({ title, isNumber: true, help });

const COLUMNS: readonly DataColumn[] = [
  { title: 'Workload', isNumber: false },
  number('Replicas', 'pods'),
  number('App, cores', 'mean cores used by the application, all pods together'),
  number('Proxy, cores', 'mean cores used by its proxies, all pods together'),
  number('Utilization', 'cores used / what limit and threads allow, mean over pods and time'),
  number('Workers', 'share of the application’s workers that were busy'),
  number('Queue, mean', 'requests waiting for a worker, per pod'),
  number('Queue, max', 'the longest queue of any pod'),
  number('App, vCPU/1000 rps', 'cores per 1000 requests/s that this workload received'),
  number('Proxy, vCPU/1000 rps', 'cores of its proxies per 1000 requests/s that it received'),
  number('Proxy, memory', 'memory of its proxies'),
];

const BUSY_MIN = 0.7;
const OVERLOADED_MIN = 0.9;

/** What every workload used, the busiest first. */
export function workloadsSection({ workloads }: Report): Section | null {
  if (workloads.length === 0) return null;
  const rows = [...workloads].sort((a, b) => loadOf(b) - loadOf(a)).map(workloadRow);
  return {
    id: 'workloads',
    title: 'Workloads',
    body: dataTable({ label: 'Workloads, the busiest first', columns: COLUMNS, rows }),
  };
}

function loadOf({ utilization, workerUtilization }: WorkloadReport): number {
  return Math.max(utilization ?? 0, workerUtilization ?? 0);
}

function workloadRow({ name, kind, version, ...workload }: WorkloadReport): DataRow {
  const { replicas, cpuCores, utilization, workerUtilization, queue, vcpuPer1000Rps, memoryBytes } = workload;
  const versionChip = version === null ? null : html` <span class="chip">${version}</span>`;
  const title = html`<span class="name">${name}</span>${versionChip}<span class="faint block">${kind}</span>`;
  return {
    cells: [
      { content: title, sort: name },
      numberCell(formatCount(replicas), replicas),
      figureCell(cpuCores.app),
      figureCell(cpuCores.proxy),
      meterCell(utilization),
      meterCell(workerUtilization),
      figureCell(queue.mean),
      figureCell(queue.max),
      figureCell(vcpuPer1000Rps.app),
      figureCell(vcpuPer1000Rps.proxy),
      numberCell(formatMebibytes(memoryBytes.proxy), memoryBytes.proxy),
    ],
    details: null,
  };
}

function figureCell(value: number | null): DataCell {
  return numberCell(formatFigure(value), value);
}

function meterCell(ratio: number | null): DataCell {
  if (ratio === null) return numberCell(formatPercent(null), null);
  const health = ratio >= OVERLOADED_MIN ? 'bad' : ratio >= BUSY_MIN ? 'doubtful' : 'good';
  const width = Math.min(100, Math.max(0, ratio * 100)).toFixed(1);
  const meter = html`<span class="meter ${health}" aria-hidden="true"><i style="width:${width}%"></i></span>`;
  return { content: html`${formatPercent(ratio, 0)}${meter}`, sort: ratio };
}
