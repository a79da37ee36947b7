import type { TopLevelSpec } from 'vega-lite';
import type { Report, TimelineMark } from '../../../analysis/index.js';
import { formatSeconds } from '../../figures.js';
import { shortened, visibleText } from '../../visible-text.js';
import { seriesColour } from './theme.js';

export type Layer = Extract<TopLevelSpec, { layer: unknown }>['layer'][number];

/** What all charts of the timeline share. */
export interface Span {
  readonly stepSeconds: number;
  readonly endSeconds: number;
  readonly marks: readonly TimelineMark[];
  /** When the mesh was as before its faults again; null: it was not, or had none. */
  readonly recoveredSeconds: number | null;
}

const LABEL_WIDTH_MAX = 60;

/** Pixels that the axis on the left takes at least, so that the charts below one another line up. */
export const AXIS_EXTENT = 42;

export function spanOf({ timeline, simulatedSeconds, warmupSeconds, stability }: Report): Span {
  const { stepSeconds, marks } = timeline;
  const endSeconds = simulatedSeconds - warmupSeconds;
  const ends = marks.map(({ toSeconds }) => toSeconds).filter((seconds) => seconds < endSeconds);
  const afterSeconds = stability?.afterSeconds ?? null;
  const recoveredSeconds = afterSeconds === null || ends.length === 0 ? null : Math.max(...ends) + afterSeconds;
  return { stepSeconds, endSeconds, marks, recoveredSeconds };
}

/** The windows of the faults; their numbers are those of the list above the charts. */
export function bands({ marks, endSeconds }: Span, withLabels: boolean): readonly Layer[] {
  if (marks.length === 0) return [];
  const values = marks.map(({ fromSeconds, toSeconds, label }, i) => ({
    from: Math.max(0, fromSeconds),
    to: Math.min(endSeconds, toSeconds),
    label: withLabels ? `${i + 1} ${shortened(label, LABEL_WIDTH_MAX)}` : String(i + 1),
    tip: `${i + 1} ${visibleText(label)}\n${formatSeconds(fromSeconds)} to ${formatSeconds(toSeconds)}`,
  }));
  const x = { field: 'from', type: 'quantitative' } as const;
  return [
    {
      data: { values },
      mark: { type: 'rect', fill: 'var(--band)', opacity: 1 },
      encoding: { x, x2: { field: 'to' }, tooltip: { field: 'tip' } },
    },
    {
      data: { values },
      mark: {
        type: 'text',
        align: 'left',
        baseline: 'bottom',
        dx: 1,
        fontSize: 10.5,
        fontWeight: 600,
        fill: 'var(--band-text)',
        limit: { expr: "max(14, scale('x', datum.to) - scale('x', datum.from) - 4)" },
      },
      encoding: { x, y: { value: -3 }, text: { field: 'label' } },
    },
  ];
}

/** A line where the mesh was as before its faults again. */
export function recovery({ recoveredSeconds }: Span): readonly Layer[] {
  if (recoveredSeconds === null) return [];
  const values = [{ seconds: recoveredSeconds, tip: `recovered at ${formatSeconds(recoveredSeconds)}` }];
  return [
    {
      data: { values },
      mark: { type: 'rule', stroke: 'var(--good)', strokeWidth: 1.5, strokeDash: [4, 3] },
      encoding: { x: { field: 'seconds', type: 'quantitative' }, tooltip: { field: 'tip' } },
    },
  ];
}

/** Invisible lines over the whole height that say what stands at their time; the style sheet shows the one pointed at. */
export function readings(tips: readonly string[], { stepSeconds }: Span): Layer {
  const values = tips.map((tip, i) => {
    const seconds = i * stepSeconds;
    return { seconds, tip: `at ${formatSeconds(seconds)}\n${tip}` };
  });
  return {
    name: 'readings',
    data: { values },
    mark: { type: 'rule', stroke: 'var(--text)', strokeWidth: { expr: `max(3, width / ${tips.length})` }, opacity: 0 },
    encoding: { x: { field: 'seconds', type: 'quantitative' }, tooltip: { field: 'tip' } },
  };
}

/** Simulated time, the same on every chart of the timeline. */
export function timeAxis({ endSeconds }: Span) {
  return {
    field: 'seconds',
    type: 'quantitative' as const,
    scale: { domain: [0, endSeconds], nice: false },
    axis: { title: 'simulated time after warm-up, s', grid: false, tickCount: 8 },
  };
}

/** The colour of a source by its place among the sources. */
export function colourBySeries(sources: readonly unknown[]) {
  const scale = { domain: sources.map((_, i) => i), range: sources.map((_, i) => seriesColour(i)) };
  return { field: 'series', type: 'nominal', scale, legend: null } as const;
}
