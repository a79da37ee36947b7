import type { TopLevelSpec } from 'vega-lite';
import type { NumberedPoint, SweepAxis } from '../../../analysis/sweep/index.js';
import { shortened, visibleText } from '../../visible-text.js';
import { LOG_FLOOR_MS, rounded, seriesColour } from '../charts/theme.js';
import { axisLabels } from './axis-labels.js';
import { latencyTicks } from './latency-ticks.js';
import type { Metric } from './metrics.js';

const HEIGHT = 210;
const AXIS_EXTENT = 42;

interface Mark {
  readonly series: number;
  readonly x: number | string;
  readonly y: number;
  readonly low: number;
  readonly high: number;
  readonly tip: string;
}

const UNITS = { none: '', ms: ', ms', ratio: '', perSecond: ', per second', bytes: ', bytes' };

/** A figure over one axis with its 95 % intervals: a line where the values are numbers. `name`: of the axis. Null: no figures. */
export function linesSpec(
  metric: Metric,
  axis: SweepAxis,
  name: string,
  points: readonly NumberedPoint[],
): TopLevelSpec | null {
  const marks = metric.series.flatMap((_, series) => points.flatMap((point) => markOf(metric, axis, point, series)));
  if (marks.length === 0) return null;
  const x = xChannel(axis, name);
  const y = yScale(metric, marks);
  const [low, high] = [y.scale.domain[0]!, y.scale.domain[1]!];
  const targets = metric.targets.filter(({ value }) => value >= low && value <= high);
  const color = {
    field: 'series',
    type: 'nominal',
    scale: { domain: metric.series.map((_, i) => i), range: metric.series.map((_, i) => seriesColour(i)) },
    legend: null,
  } as const;
  const line = {
    mark: { type: 'line', strokeWidth: 1.6, opacity: 0.75 },
    encoding: { x, y: { field: 'y', ...y }, color },
  } as const;
  return {
    width: 'container',
    height: HEIGHT,
    data: { values: marks },
    layer: [
      {
        data: {
          values: targets.map(({ value, name }) => ({ y: rounded(value), tip: `objective: ${visibleText(name)}` })),
        },
        mark: { type: 'rule', stroke: 'var(--text)', strokeWidth: 1.5, strokeDash: [5, 4] },
        encoding: { y: { field: 'y', ...y }, tooltip: { field: 'tip' } },
      },
      {
        mark: { type: 'rule', strokeWidth: 5, opacity: 0.28, strokeCap: 'round' },
        encoding: { x, y: { field: 'low', ...y }, y2: { field: 'high' }, color },
      },
      ...(axis.scale === null ? [] : [line]),
      {
        mark: { type: 'point', filled: true, size: 52, opacity: 1 },
        encoding: { x, y: { field: 'y', ...y }, color, tooltip: { field: 'tip' } },
      },
    ],
  };
}

function markOf(metric: Metric, axis: SweepAxis, point: NumberedPoint, series: number): Mark[] {
  const reading = metric.of(point, series);
  const setting = point.settings.find(({ path }) => path === axis.path)!;
  if (reading === null) return [];
  const onAxis = (value: number) => rounded(metric.isLog ? Math.max(value, LOG_FLOOR_MS) : value);
  const [low, high] = reading.ci95 ?? [reading.value, reading.value];
  const index = axis.values.indexOf(setting.value);
  return [
    {
      series,
      x: axis.scale === null ? axisLabels(axis.values)[index]! : axis.scale.numbers[index]!,
      y: onAxis(reading.value),
      low: onAxis(low),
      high: onAxis(high),
      tip: `${visibleText(setting.value)}\n${visibleText(metric.series[series]!)}\n${reading.text}`,
    },
  ];
}

function xChannel({ scale }: SweepAxis, name: string) {
  const title = shortened(name, 60);
  if (scale === null) {
    return { field: 'x', type: 'nominal', sort: null, axis: { title, labelAngle: -30, grid: false } } as const;
  }
  const axis = { title: `${title}${UNITS[scale.unit]}`, format: scale.unit === 'ratio' ? '.2~%' : ',~f', tickCount: 8 };
  return { field: 'x', type: 'quantitative', scale: { zero: false, nice: false, padding: 14 }, axis } as const;
}

function yScale(metric: Metric, marks: readonly Mark[]) {
  const axis = { title: metric.axisTitle, format: metric.format, minExtent: AXIS_EXTENT, tickCount: 5 };
  const ends = marks.flatMap((mark) => [mark.low, mark.high]);
  const measured = [Math.min(...ends), Math.max(...ends)] as const;
  // A target that is far off would leave no room for what was measured.
  const close = metric.targets.map(({ value }) => value).filter((value) => isClose(value, measured, metric.isLog));
  const [low, high] = [Math.min(measured[0], ...close), Math.max(measured[1], ...close)];
  if (metric.isLog) {
    const domain = [low / 1.15, high * 1.15];
    const values = latencyTicks(domain[0]!, domain[1]!);
    return { type: 'quantitative', scale: { type: 'log', domain, nice: false }, axis: { ...axis, values } } as const;
  }
  const domain = metric.better === 'more' ? [Math.min(low, 0.99), 1] : [0, high === 0 ? 1 : high * 1.08];
  return { type: 'quantitative', scale: { domain, nice: false }, axis } as const;
}

function isClose(target: number, [low, high]: readonly [number, number], isLog: boolean): boolean {
  return isLog ? target >= low / 3 && target <= high * 3 : target <= 1;
}
