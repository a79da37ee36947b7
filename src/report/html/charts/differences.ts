import type { TopLevelSpec } from 'vega-lite';
import type { MetricComparison } from '../../../analysis/index.js';
import { formatDifference, formatDifferenceInterval, metricLabel } from '../../comparison/words.js';
import { shortened, visibleText } from '../../visible-text.js';
import { rounded } from './theme.js';

const ROW_HEIGHT = 26;
const NAME_WIDTH_MAX = 28;

const COLOURS: Readonly<Record<string, string>> = {
  worse: 'var(--bad)',
  better: 'var(--good)',
  undecided: 'var(--doubtful)',
};

/** Each difference in per cent of the base, with its interval, about a line at no change; null when there is none. */
export function differencesSpec(metrics: readonly MetricComparison[]): TopLevelSpec | null {
  const rows = metrics.flatMap((metric) => rowOf(metric) ?? []);
  if (rows.length === 0) return null;
  const domain = rows.map(({ name }) => name);
  const colour = { field: 'colour', type: 'nominal', scale: null } as const;
  return {
    width: 'container',
    height: rows.length * ROW_HEIGHT,
    data: { values: rows },
    encoding: {
      y: {
        field: 'name',
        type: 'nominal',
        scale: { domain },
        axis: { title: null, labelLimit: 220, labelFontSize: 12 },
      },
      tooltip: { field: 'tip' },
    },
    layer: [
      {
        data: { values: [{}] },
        mark: { type: 'rule', color: 'var(--line-strong)', strokeWidth: 1.5 },
        encoding: { x: { datum: 0 }, y: { value: 0 }, y2: { value: rows.length * ROW_HEIGHT } },
      },
      {
        mark: { type: 'rule', strokeWidth: 2.5, opacity: 0.55 },
        encoding: {
          x: { field: 'low', type: 'quantitative', axis: { title: 'difference, % of the base', tickCount: 6 } },
          x2: { field: 'high' },
          color: colour,
        },
      },
      {
        mark: { type: 'point', filled: true, size: 70, opacity: 1 },
        encoding: { x: { field: 'at', type: 'quantitative' }, color: colour },
      },
    ],
  };
}

function rowOf(metric: MetricComparison) {
  const { base, difference, ci95, unit, verdict } = metric;
  if (!base || difference === null) return null;
  const [low, high] = (ci95 ?? [difference, difference]).map((value) => rounded((100 * value) / base));
  const label = metricLabel(metric);
  const tip = `${visibleText(label)}\n${formatDifference(unit, difference)} (${formatDifferenceInterval(unit, ci95)})`;
  const colour = COLOURS[verdict ?? ''] ?? 'var(--faint)';
  return { name: shortened(label, NAME_WIDTH_MAX), at: rounded((100 * difference) / base), low, high, colour, tip };
}
