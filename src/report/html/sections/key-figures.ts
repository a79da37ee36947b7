import type { Report, TrafficReport } from '../../../analysis/index.js';
import { formatFigure, formatMs, formatPercent, formatSpread, halfWidth, NO_FIGURE } from '../../figures.js';
import { MECHANISMS } from '../../mechanisms.js';
import { html, type Markup } from '../markup.js';

interface KeyFigure {
  readonly label: string;
  readonly value: string;
  readonly unit: string;
  readonly note: string;
}

/** The figures that a reader wants first, of all traffic or of its busiest source. */
export function keyFigures(report: Report): Markup {
  const busiest = [...report.traffic].sort((a, b) => b.requests - a.requests)[0];
  const figures = [
    rate(report.traffic),
    success(report.traffic),
    ...(busiest === undefined ? [] : latencies(report, busiest)),
    cost(report),
  ];
  const tile = ({ label, value, unit, note }: KeyFigure) =>
    html`<div class="tile"><dt>${label}</dt><dd><strong>${value}</strong> <span class="unit">${unit}</span><span class="note">${note}</span></dd></div>`;
  return html`<dl class="tiles">${figures.map(tile)}</dl>
`;
}

function rate(traffic: readonly TrafficReport[]): KeyFigure {
  const perSecond = traffic.reduce((sum, source) => sum + source.ratePerSecond, 0);
  const note = traffic.length === 1 ? '1 traffic source' : `${traffic.length} traffic sources`;
  return { label: 'Traffic', value: formatFigure(perSecond), unit: 'requests/s', note };
}

function success(traffic: readonly TrafficReport[]): KeyFigure {
  const requests = traffic.reduce((sum, source) => sum + source.requests, 0);
  const good = traffic.reduce((sum, source) => sum + source.requests * (source.success.ratio ?? 0), 0);
  const ratio = requests === 0 ? null : good / requests;
  const [value, unit = ''] = formatPercent(ratio).split(' ');
  const failed = ratio === null ? 'no requests' : `${formatPercent(1 - ratio)} failed`;
  return { label: 'Success', value: value!, unit, note: failed };
}

function latencies({ traffic }: Report, { name, latencyMs, causesMs }: TrafficReport): readonly KeyFigure[] {
  const whose = traffic.length === 1 ? '' : `, ${name}`;
  const figure = (key: 'p50' | 'p99'): KeyFigure => {
    const half = halfWidth(latencyMs[key], latencyMs.ci95[key]);
    const note = half === null ? 'no interval' : `± ${formatSpread(half)} ms`;
    return { label: `Latency ${key}`, value: formatFigure(latencyMs[key]), unit: 'ms', note: note + whose };
  };
  const [largest] = [...MECHANISMS].sort((a, b) => causesMs[b.key] - causesMs[a.key]);
  const share = latencyMs.mean ? causesMs[largest!.key] / latencyMs.mean : null;
  const note = share === null ? 'no samples' : `${formatMs(causesMs[largest!.key])} per request${whose}`;
  const cause = {
    label: 'Most time goes to',
    value: share === null ? NO_FIGURE : largest!.label,
    unit: share === null ? '' : formatPercent(share, 0),
    note,
  };
  return [figure('p50'), figure('p99'), cause];
}

function cost({ capacity }: Report): KeyFigure {
  const { app, proxy, gateway } = capacity.vcpuPer1000Rps;
  const parts = [app, proxy, gateway].filter((cores) => cores !== null);
  const total = parts.length === 0 ? null : parts.reduce((sum, cores) => sum + cores, 0);
  const note =
    total === null ? 'nothing used' : `of it ${formatFigure((proxy ?? 0) + (gateway ?? 0))} in proxies and gateways`;
  return { label: 'Cost', value: formatFigure(total), unit: 'vCPU/1000 rps', note };
}
