import type { TopLevelSpec } from 'vega-lite';
import type { Report, TimelineSeries } from '../../../analysis/index.js';
import { formatFigure, formatMs, formatPercent } from '../../figures.js';
import { visibleText } from '../../visible-text.js';
import { LOG_FLOOR_MS, logTicks, rounded } from './theme.js';
import {
  AXIS_EXTENT,
  bands,
  colourBySeries,
  type Layer,
  readings,
  recovery,
  type Span,
  timeAxis,
} from './timeline-parts.js';

/** A traffic source by its place in the report, which decides its colour. */
export interface TimelineSource {
  readonly name: string;
  readonly series: TimelineSeries;
}

const HEIGHT = 150;

/** The sources that have a series, in the order of the report. */
export function timelineSources({ traffic, timeline }: Report): readonly TimelineSource[] {
  return traffic
    .filter(({ name }) => Object.hasOwn(timeline.traffic, name))
    .map(({ name }) => ({ name, series: timeline.traffic[name]! }));
}

/** Requests per second of all sources together, those that succeed on top of those that fail. */
export function rateSpec(sources: readonly TimelineSource[], span: Span): TopLevelSpec | null {
  const steps = Math.max(0, ...sources.map(({ series }) => series.ratePerSecond.length));
  const totals = Array.from({ length: steps }, (_, i) => {
    const rates = sources.map(({ series }) => series.ratePerSecond[i] ?? 0);
    const good = rates.map((rate, s) => rate * (sources[s]!.series.successRatio[i] ?? 1));
    return { seconds: i * span.stepSeconds, all: sum(rates), succeeded: sum(good) };
  });
  if (!totals.some(({ all }) => all > 0)) return null;
  const areas = totals.flatMap(({ seconds, all, succeeded }) => [
    { seconds, outcome: 'failed', from: 0, to: rounded(all - succeeded) },
    { seconds, outcome: 'succeeded', from: rounded(all - succeeded), to: rounded(all) },
  ]);
  const area: Layer = {
    data: { values: areas },
    mark: { type: 'area', line: { strokeWidth: 1.5 }, fillOpacity: 0.3 },
    encoding: {
      x: timeAxis(span),
      y: {
        field: 'to',
        type: 'quantitative',
        scale: { domainMin: 0 },
        axis: { title: 'requests per second', tickCount: 4, minExtent: AXIS_EXTENT },
      },
      y2: { field: 'from' },
      color: {
        field: 'outcome',
        type: 'nominal',
        scale: { domain: ['succeeded', 'failed'], range: ['var(--good)', 'var(--bad)'] },
        legend: null,
      },
    },
  };
  const tips = totals.map(({ all, succeeded }) => {
    return `${formatFigure(all)} requests/s\nfailed: ${formatFigure(all - succeeded)}/s`;
  });
  return {
    width: 'container',
    height: HEIGHT,
    layer: [...bands(span, true), ...recovery(span), area, readings(tips, span)],
  };
}

/** The share of requests that succeeded, a line for each source. */
export function successSpec(sources: readonly TimelineSource[], span: Span): TopLevelSpec | null {
  const points = sources.flatMap(({ series }, index) => pointsOf(series.successRatio, index, 'success', span));
  if (points.length === 0) return null;
  const lowest = Math.min(0.99, ...points.map(({ value }) => value));
  const line: Layer = {
    data: { values: points },
    mark: { type: 'line', strokeWidth: 1.8, interpolate: 'linear' },
    encoding: {
      x: timeAxis(span),
      y: {
        field: 'value',
        type: 'quantitative',
        scale: { domain: [lowest, 1], zero: false, nice: true, clamp: true },
        axis: { title: 'success', format: '.2~%', tickCount: 4, minExtent: AXIS_EXTENT },
      },
      color: colourBySeries(sources),
    },
  };
  const tips = tipsOf(sources, ({ successRatio }, i) => formatPercent(successRatio[i] ?? null));
  return {
    width: 'container',
    height: HEIGHT,
    layer: [...bands(span, false), ...recovery(span), line, readings(tips, span)],
  };
}

/** Median and 99th percentile of latency on a logarithmic axis: solid and dashed, coloured by source. */
export function latencySpec(sources: readonly TimelineSource[], span: Span): TopLevelSpec | null {
  const onAxis = (values: readonly (number | null)[]) =>
    values.map((ms) => (ms === null ? null : Math.max(ms, LOG_FLOOR_MS)));
  const points = sources.flatMap(({ series }, index) => [
    ...pointsOf(onAxis(series.p50Ms), index, 'p50', span),
    ...pointsOf(onAxis(series.p99Ms), index, 'p99', span),
  ]);
  if (points.length === 0) return null;
  const values = points.map(({ value }) => value);
  const domain = [values.reduce((a, b) => Math.min(a, b)) / 1.1, values.reduce((a, b) => Math.max(a, b)) * 1.1];
  const line: Layer = {
    data: { values: points },
    mark: { type: 'line', strokeWidth: 1.8 },
    encoding: {
      x: timeAxis(span),
      y: {
        field: 'value',
        type: 'quantitative',
        scale: { type: 'log', domain, nice: false },
        axis: {
          title: 'latency, ms (log)',
          values: [...logTicks(domain[0]!, domain[1]!)],
          format: ',~f',
          minExtent: AXIS_EXTENT,
        },
      },
      color: colourBySeries(sources),
      strokeDash: {
        field: 'what',
        type: 'nominal',
        scale: {
          domain: ['p50', 'p99'],
          range: [
            [1, 0],
            [5, 3],
          ],
        },
        legend: null,
      },
    },
  };
  const tips = tipsOf(
    sources,
    ({ p50Ms, p99Ms }, i) => `p50 ${formatMs(p50Ms[i] ?? null)}, p99 ${formatMs(p99Ms[i] ?? null)}`,
  );
  return {
    width: 'container',
    height: HEIGHT,
    layer: [...bands(span, false), ...recovery(span), line, readings(tips, span)],
  };
}

function pointsOf(values: readonly (number | null)[], index: number, what: string, span: Span) {
  return values.flatMap((value, i) =>
    value === null ? [] : [{ seconds: i * span.stepSeconds, value: rounded(value), series: index, what }],
  );
}

function tipsOf(
  sources: readonly TimelineSource[],
  write: (series: TimelineSeries, i: number) => string,
): readonly string[] {
  const steps = Math.max(0, ...sources.map(({ series }) => series.ratePerSecond.length));
  const lineOf = ({ name, series }: TimelineSource, i: number) => `${visibleText(name)}: ${write(series, i)}`;
  return Array.from({ length: steps }, (_, i) => sources.map((source) => lineOf(source, i)).join('\n'));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
