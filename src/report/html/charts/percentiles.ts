import type { TopLevelSpec } from 'vega-lite';
import type { Interval, LatencyMs, TrafficReport } from '../../../analysis/index.js';
import { formatInterval, formatMs } from '../../figures.js';
import { visibleText } from '../../visible-text.js';
import { LOG_FLOOR_MS, logTicks, rounded, seriesColour } from './theme.js';

const PERCENTILES = [
  ['p50', 'p50'],
  ['p90', 'p90'],
  ['p95', 'p95'],
  ['p99', 'p99'],
  ['p999', 'p99.9'],
] as const;

interface Point {
  readonly series: number;
  readonly percentile: string;
  readonly ms: number;
  readonly low: number;
  readonly high: number;
  readonly tip: string;
}

/** Latency percentiles of each source on a logarithmic axis, with their 95 % intervals; null without samples. */
export function percentilesSpec(sources: readonly TrafficReport[]): TopLevelSpec | null {
  const points = sources.flatMap(({ name, latencyMs }, series) => pointsOf(name, latencyMs, series));
  if (points.length === 0) return null;
  const [min, max] = [Math.min(...points.map(({ low }) => low)), Math.max(...points.map(({ high }) => high))];
  const domain = [min / 1.15, max * 1.15];
  const series = {
    field: 'series',
    type: 'nominal',
    scale: { domain: sources.map((_, i) => i), range: sources.map((_, i) => seriesColour(i)) },
    legend: null,
  } as const;
  return {
    width: 'container',
    height: 240,
    data: { values: points },
    encoding: {
      x: {
        field: 'percentile',
        type: 'nominal',
        sort: null,
        axis: { title: 'percentile', labelAngle: 0, grid: false },
      },
      xOffset: { field: 'series', type: 'nominal' },
      color: series,
    },
    layer: [
      {
        mark: { type: 'rule', strokeWidth: 6, opacity: 0.28, strokeCap: 'round' },
        encoding: {
          y: {
            field: 'low',
            type: 'quantitative',
            scale: { type: 'log', domain, nice: false },
            axis: { title: 'latency, ms (log)', values: [...logTicks(domain[0]!, domain[1]!)], format: ',~f' },
          },
          y2: { field: 'high' },
        },
      },
      {
        mark: { type: 'point', filled: true, size: 70, opacity: 1 },
        encoding: { y: { field: 'ms', type: 'quantitative' }, tooltip: { field: 'tip' } },
      },
    ],
  };
}

function pointsOf(name: string, latencyMs: LatencyMs, series: number): readonly Point[] {
  return PERCENTILES.flatMap(([key, percentile]) => {
    const ms = latencyMs[key];
    return ms === null
      ? []
      : [pointOf(`${visibleText(name)}, ${percentile}`, percentile, series, ms, latencyMs.ci95[key])];
  });
}

function pointOf(title: string, percentile: string, series: number, ms: number, interval: Interval | null): Point {
  const onAxis = (value: number) => rounded(Math.max(value, LOG_FLOOR_MS));
  const [low, high] = interval ?? [ms, ms];
  const within = interval === null ? 'no interval' : `95 %: ${formatInterval('ms', interval)}`;
  const tip = `${title}\n${formatMs(ms)}\n${within}`;
  return { series, percentile, ms: onAxis(ms), low: onAxis(low), high: onAxis(high), tip };
}
