import type { TopLevelSpec } from 'vega-lite';
import type { NumberedPoint, SweepAxis } from '../../../analysis/sweep/index.js';
import { formatFigure, formatPercent } from '../../figures.js';
import { shortened, visibleText } from '../../visible-text.js';
import { rounded } from '../charts/theme.js';
import { axisLabels } from './axis-labels.js';
import type { Metric } from './metrics.js';

const CELL_HEIGHT = 34;
/** More columns leave no room for figures in the cells of a narrow screen; pointing at a cell tells it all the same. */
const COLUMNS_WITH_FIGURES_MAX = 8;
/** The darkest cell: what is written in it can still be read. */
const SHADE_MAX = 0.55;
const SHADE_MIN = 0.04;

/** The two axes that the map spans. */
export interface MapAxes {
  readonly x: SweepAxis;
  readonly y: SweepAxis;
  readonly xName: string;
  readonly yName: string;
}

export interface MapMarks {
  readonly best: number | null;
  /** The range that shades span, so that several maps compare. */
  readonly domain: readonly [low: number, high: number];
}

/** A figure over two axes, the worse the darker; the best point is framed. Null: no figures. */
export function heatMapSpec(
  metric: Metric,
  axes: MapAxes,
  points: readonly NumberedPoint[],
  { best, domain }: MapMarks,
): TopLevelSpec | null {
  const [xLabels, yLabels] = [axisLabels(axes.x.values), axisLabels(axes.y.values)];
  const cells = points.flatMap((point) => {
    const reading = metric.of(point, 0);
    if (reading === null) return [];
    const [x, y] = [settingAt(point, axes.x), settingAt(point, axes.y)];
    const tip = `${visibleText(axes.xName)}=${visibleText(x)}\n${visibleText(axes.yName)}=${visibleText(y)}\n${reading.text}`;
    return [
      {
        x: xLabels[axes.x.values.indexOf(x)]!,
        y: yLabels[axes.y.values.indexOf(y)]!,
        shade: shadeOf(metric, reading.value, domain),
        figure: metric.better === 'more' ? formatPercent(reading.value).replace(' %', '') : formatFigure(reading.value),
        isBest: point.number === best,
        tip,
      },
    ];
  });
  if (cells.length === 0) return null;
  const x = placeChannel('x', axes.x, axes.xName);
  const y = placeChannel('y', axes.y, axes.yName);
  const fill = metric.better === 'more' ? 'var(--bad)' : 'var(--accent)';
  const withFigures = axes.x.values.length <= COLUMNS_WITH_FIGURES_MAX;
  return {
    width: 'container',
    height: axes.y.values.length * CELL_HEIGHT,
    data: { values: cells },
    layer: [
      {
        mark: { type: 'rect', fill, stroke: 'var(--card)', strokeWidth: 1.5, cornerRadius: 3 },
        encoding: {
          x,
          y,
          fillOpacity: { field: 'shade', type: 'quantitative', scale: null },
          tooltip: { field: 'tip' },
        },
      },
      {
        transform: [{ filter: 'datum.isBest' }],
        mark: { type: 'rect', fill: null, stroke: 'var(--good)', strokeWidth: 3, cornerRadius: 3 },
        encoding: { x, y, tooltip: { field: 'tip' } },
      },
      ...(withFigures
        ? [
            {
              mark: { type: 'text', fontSize: 11.5, fontWeight: 600, fill: 'var(--text)' },
              encoding: { x, y, text: { field: 'figure' }, tooltip: { field: 'tip' } },
            } as const,
          ]
        : []),
    ],
  };
}

/** Of all figures of the metric; null: there are none. */
export function domainOf(metric: Metric, points: readonly NumberedPoint[]): MapMarks['domain'] | null {
  const values = points.flatMap((point) => metric.of(point, 0)?.value ?? []);
  if (values.length === 0) return null;
  return [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
}

function shadeOf(metric: Metric, value: number, [low, high]: MapMarks['domain']): number {
  const place = metric.isLog ? Math.log(Math.max(value, 1e-3)) : value;
  const [from, to] = metric.isLog ? [Math.log(Math.max(low, 1e-3)), Math.log(Math.max(high, 1e-3))] : [low, high];
  const share = to > from ? (place - from) / (to - from) : 0;
  const badness = metric.better === 'more' ? (to > from ? 1 - share : 0) : share;
  return rounded(SHADE_MIN + (SHADE_MAX - SHADE_MIN) * badness);
}

function settingAt({ settings }: NumberedPoint, { path }: SweepAxis): string {
  return settings.find((setting) => setting.path === path)!.value;
}

function placeChannel(field: 'x' | 'y', { values }: SweepAxis, name: string) {
  const labels = [...axisLabels(values)];
  return {
    field,
    type: 'ordinal',
    scale: { domain: labels },
    axis: {
      title: shortened(name, 60),
      grid: false,
      labelAngle: field === 'x' && labels.some((label) => label.length > 6) ? -30 : 0,
    },
  } as const;
}
