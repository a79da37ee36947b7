import type { Config } from 'vega-lite';

/** Colours are the page's own custom properties: a chart follows light, dark and print without being drawn again. */
export const CHART_CONFIG: Config = {
  aria: false, // the figure has one label of its own; a label for each mark would drown it
  background: 'transparent',
  font: 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif',
  padding: 4,
  view: { stroke: null },
  axis: {
    labelColor: 'var(--faint)',
    titleColor: 'var(--faint)',
    titleFontWeight: 500,
    labelFontSize: 11,
    titleFontSize: 11,
    gridColor: 'var(--line)',
    domainColor: 'var(--line-strong)',
    tickColor: 'var(--line-strong)',
    labelOverlap: true,
  },
};

/** Sources that a chart tells apart by colour; more would not be told apart. */
export const SERIES_MAX = 6;

export function seriesColour(index: number): string {
  return `var(--series-${(index % SERIES_MAX) + 1})`;
}

/** Six digits are more than a pixel shows. */
export function rounded(value: number): number {
  return Number(value.toPrecision(6));
}

/** Latency on a logarithmic axis has no zero: what is below a hundredth of a millisecond is drawn there. */
export const LOG_FLOOR_MS = 0.01;

/** Ticks 1, 2 and 5 of each decade between two latencies, or the decades alone where that would be many. */
export function logTicks(minMs: number, maxMs: number): readonly number[] {
  const decades = Math.log10(maxMs / minMs);
  const steps = decades > 3 ? [1] : [1, 2, 5];
  const first = Math.floor(Math.log10(minMs));
  const last = Math.ceil(Math.log10(maxMs));
  const exponents = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const ticks = exponents.flatMap((exponent) => steps.map((step) => Number(`${step}e${exponent}`)));
  return ticks.filter((tick) => tick >= minMs * 0.999 && tick <= maxMs * 1.001);
}
