import type { TopLevelSpec } from 'vega-lite';
import {
  type NumberedPoint,
  p99Of,
  type Sweep,
  successOf,
  vcpuPer1000SuccessfulOf,
} from '../../../analysis/sweep/index.js';
import { formatFigure, formatMs, formatPercent } from '../../figures.js';
import { pointState, settingsText } from '../../sweep/words.js';
import { visibleText } from '../../visible-text.js';
import { LOG_FLOOR_MS, rounded } from '../charts/theme.js';
import { latencyTicks } from './latency-ticks.js';

const HEIGHT = 260;
/** How far the axis reaches when there are none. */
const ERRORS_MIN = 0.001;

/** What the latency is held against. */
export type Against = 'cost' | 'errors';

/** Every point by its p99 and by its cost or its errors; those on the front stand out, with their numbers. Null: no figures. */
export function frontSpec(sweep: Sweep, against: Against): TopLevelSpec | null {
  const marks = sweep.points.flatMap((point) => markOf(sweep, point, against));
  if (marks.length === 0) return null;
  const latencies = marks.map(({ y }) => y);
  const domain = [latencies.reduce((a, b) => Math.min(a, b)) / 1.2, latencies.reduce((a, b) => Math.max(a, b)) * 1.2];
  const x = { field: 'x', type: 'quantitative', ...xAxis(against, marks) } as const;
  const values = latencyTicks(domain[0]!, domain[1]!);
  const y = {
    field: 'y',
    type: 'quantitative',
    scale: { type: 'log', domain, nice: false },
    axis: { title: 'p99, ms (log)', values, format: ',~f' },
  } as const;
  return {
    width: 'container',
    height: HEIGHT,
    data: { values: marks },
    layer: [
      {
        mark: { type: 'point', filled: true, opacity: 1 },
        encoding: {
          x,
          y,
          size: { field: 'size', type: 'quantitative', scale: null },
          color: {
            field: 'kind',
            type: 'nominal',
            scale: { domain: KINDS.map(({ kind }) => kind), range: KINDS.map(({ colour }) => colour) },
            legend: null,
          },
          tooltip: { field: 'tip' },
        },
      },
      {
        transform: [{ filter: 'datum.isFront' }],
        mark: { type: 'text', dy: -11, fontSize: 11, fontWeight: 600, fill: 'var(--text)' },
        encoding: { x, y, text: { field: 'number' } },
      },
    ],
  };
}

/** Costs lie close together, errors begin at none. */
function xAxis(against: Against, marks: readonly { readonly x: number }[]) {
  if (against === 'cost') {
    return {
      scale: { zero: false, nice: true, padding: 12 },
      axis: { title: 'vCPU per 1000 successful rps', tickCount: 6 },
    } as const;
  }
  const most = marks.reduce((errors, { x }) => Math.max(errors, x), 0);
  const domain = [0, most === 0 ? ERRORS_MIN : most];
  return {
    scale: { domain, nice: true, padding: 12 },
    axis: { title: 'errors', format: '.2~%', tickCount: 6 },
  } as const;
}

type Kind = 'best' | 'holds' | 'fails' | 'none';

const KINDS: readonly { readonly kind: Kind; readonly label: string; readonly colour: string }[] = [
  { kind: 'best', label: 'best', colour: 'var(--good)' },
  { kind: 'holds', label: 'every objective holds', colour: 'var(--accent)' },
  { kind: 'fails', label: 'an objective fails', colour: 'var(--bad)' },
  { kind: 'none', label: 'no objectives', colour: 'var(--accent)' },
];

/** Of the kinds of points that there are. */
export function frontLegend(sweep: Sweep) {
  const kinds = new Set(sweep.points.filter(({ stopped }) => stopped === null).map((point) => kindOf(sweep, point)));
  const front = { label: 'large, with its number: on the front', colour: 'var(--text)' };
  return [...KINDS.filter(({ kind }) => kinds.has(kind)), front];
}

function kindOf(sweep: Sweep, point: NumberedPoint): Kind {
  const state = pointState(sweep, point);
  if (state === 'best') return 'best';
  if (point.objectives.length === 0) return 'none';
  return state === 'fails' ? 'fails' : 'holds';
}

/** What was stopped early has figures of another stretch of time: it is left out. */
function markOf(sweep: Sweep, point: NumberedPoint, against: Against) {
  const p99Ms = p99Of(point, sweep.busiest).value;
  const success = successOf(point).value;
  const vcpu = vcpuPer1000SuccessfulOf(point).value;
  if (p99Ms === null || success === null || vcpu === null || point.stopped !== null) return [];
  const isFront = sweep.pareto.includes(point.number);
  const figures = `p99 ${formatMs(p99Ms)}, success ${formatPercent(success)}, ${formatFigure(vcpu)} vCPU per 1000 successful rps, ${point.cost.pods} pods`;
  return [
    {
      x: rounded(against === 'cost' ? vcpu : 1 - success),
      y: rounded(Math.max(p99Ms, LOG_FLOOR_MS)),
      number: String(point.number),
      isFront,
      size: isFront ? 95 : 34,
      kind: kindOf(sweep, point),
      tip: `${point.number}: ${visibleText(settingsText(sweep, point))}\n${figures}`,
    },
  ];
}
