import type { TopLevelSpec } from 'vega-lite';
import type { TrafficReport } from '../../../analysis/index.js';
import { formatFigure, formatPercent } from '../../figures.js';
import { visibleText } from '../../visible-text.js';
import { LOG_FLOOR_MS, logTicks, rounded, seriesColour } from './theme.js';

const BINS_PER_DECADE = 16;
const BINS_MAX = 160;

/** As much of a source as its distribution takes. */
type Distributed = Pick<TrafficReport, 'name' | 'histogram'>;

interface Bin {
  readonly series: number;
  readonly fromMs: number;
  readonly share: number;
  readonly tip: string;
}

/** How the latencies of each source spread over bins of equal width on a logarithmic axis; null without samples. */
export function distributionSpec(sources: readonly Distributed[]): TopLevelSpec | null {
  const bins = sources.flatMap((source, series) => binsOf(source, series));
  if (bins.length === 0) return null;
  const edges = bins.map(({ fromMs }) => fromMs);
  const domain = [Math.min(...edges), Math.max(...edges)];
  const colour = {
    field: 'series',
    type: 'nominal',
    scale: { domain: sources.map((_, i) => i), range: sources.map((_, i) => seriesColour(i)) },
    legend: null,
  } as const;
  return {
    width: 'container',
    height: 240,
    data: { values: bins },
    mark: { type: 'area', interpolate: 'step-after', line: { strokeWidth: 1.5 }, fillOpacity: 0.16 },
    encoding: {
      x: {
        field: 'fromMs',
        type: 'quantitative',
        scale: { type: 'log', domain, nice: false },
        axis: { title: 'latency, ms (log)', values: [...logTicks(domain[0]!, domain[1]!)], format: ',~f' },
      },
      y: { field: 'share', type: 'quantitative', stack: null, axis: { title: 'share of requests', format: '.1~%' } },
      color: colour,
      tooltip: { field: 'tip' },
    },
  };
}

/** The bins between the fastest and the slowest request, and an empty one that ends the outline. */
function binsOf({ name, histogram }: Distributed, series: number): readonly Bin[] {
  const total = histogram.counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return [];
  const positions = histogram.upperMs.map(binOf);
  const first = Math.min(...positions);
  const bins = Math.min(Math.max(...positions) - first + 1, BINS_MAX);
  const counts = new Array<number>(bins + 1).fill(0);
  positions.forEach((position, i) => {
    const bin = Math.min(position - first, bins - 1); // beyond the last one a bin would be wider than the chart
    counts[bin] = counts[bin]! + histogram.counts[i]!;
  });
  return counts.map((count, i) => {
    const [fromMs, toMs] = [lowerMs(first + i), lowerMs(first + i + 1)];
    const range = `${formatFigure(fromMs)} to ${formatFigure(toMs)} ms`;
    const tip = `${visibleText(name)}\n${range}: ${formatPercent(count / total)}`;
    return { series, fromMs: rounded(fromMs), share: rounded(count / total), tip };
  });
}

function binOf(upperMs: number): number {
  return Math.ceil(Math.log10(Math.max(upperMs, LOG_FLOOR_MS)) * BINS_PER_DECADE) - 1;
}

function lowerMs(bin: number): number {
  return 10 ** (bin / BINS_PER_DECADE);
}
