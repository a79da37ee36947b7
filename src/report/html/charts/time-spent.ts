import type { TopLevelSpec } from 'vega-lite';
import type { CausesMs } from '../../../analysis/index.js';
import { formatMs, formatPercent } from '../../figures.js';
import { MECHANISMS } from '../../mechanisms.js';
import { shortened, visibleText } from '../../visible-text.js';
import type { LegendItem } from './figure.js';
import { rounded } from './theme.js';

const ROW_HEIGHT = 50;
const NAME_WIDTH_MAX = 18;

const colourOf = (key: string) => `var(--time-${key})`;

/** What a latency is made of. */
export interface TimeSpent {
  readonly name: string;
  readonly causesMs: CausesMs;
}

/** One bar each: a latency, laid out end to end by what it was spent on; null when nothing was spent. `what`: which latency. */
export function timeSpentSpec(
  sources: readonly TimeSpent[],
  what = 'mean latency, ms per request',
): TopLevelSpec | null {
  const parts = sources.flatMap(partsOf);
  if (parts.length === 0) return null;
  const rows = sources.map((_, row) => row);
  const names = sources.map(({ name }) => shortened(name, NAME_WIDTH_MAX));
  return {
    width: 'container',
    height: sources.length * ROW_HEIGHT,
    data: { values: parts },
    layer: [
      {
        mark: { type: 'bar', cornerRadius: 2, height: { band: 0.48 }, stroke: 'var(--card)', strokeWidth: 1 },
        encoding: {
          x: { field: 'fromMs', type: 'quantitative', axis: { title: what, tickCount: 6 } },
          x2: { field: 'toMs' },
          color: {
            field: 'mechanism',
            type: 'nominal',
            scale: { domain: MECHANISMS.map(({ key }) => key), range: MECHANISMS.map(({ key }) => colourOf(key)) },
            legend: null,
          },
          tooltip: { field: 'tip' },
        },
      },
      {
        data: { values: names.map((name, row) => ({ row, name })) },
        mark: {
          type: 'text',
          align: 'left',
          baseline: 'bottom',
          fontSize: 12,
          fontWeight: 600,
          fill: 'var(--text)',
          dy: -14,
        },
        encoding: { x: { value: 0 }, text: { field: 'name' } },
      },
    ],
    encoding: { y: { field: 'row', type: 'nominal', scale: { domain: rows }, axis: null } },
  };
}

/** The mechanisms that took any time of these sources. */
export function timeSpentLegend(sources: readonly TimeSpent[]): readonly LegendItem[] {
  return MECHANISMS.filter(({ key }) => sources.some(({ causesMs }) => causesMs[key] > 0)).map(
    ({ key, label, meaning }) => ({ label, colour: colourOf(key), meaning }),
  );
}

function partsOf({ name, causesMs }: TimeSpent, row: number) {
  const totalMs = MECHANISMS.reduce((sum, { key }) => sum + causesMs[key], 0);
  let fromMs = 0;
  return MECHANISMS.filter(({ key }) => causesMs[key] > 0).map(({ key, label }) => {
    const toMs = fromMs + causesMs[key];
    const tip = `${visibleText(name)}\n${label}: ${formatMs(causesMs[key])}, ${formatPercent(causesMs[key] / totalMs, 1)}`;
    const part = { row, mechanism: key, fromMs: rounded(fromMs), toMs: rounded(toMs), tip };
    fromMs = toMs;
    return part;
  });
}
