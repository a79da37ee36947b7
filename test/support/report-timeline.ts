import type { Report, TimelineMark, TimelineSeries } from '../../src/analysis/index.js';

interface SeriesSketch {
  readonly rate: number;
  readonly p50: number;
  readonly p99: number;
}

const POINTS = 300;
const STEP_SECONDS = 2;

/** A timeline of ten minutes in which each mark makes answers slower and a few of them fail. */
export function timelineOf(sketches: Record<string, SeriesSketch>, marks: readonly TimelineMark[]): Report['timeline'] {
  const series = Object.entries(sketches).map(([name, sketch]) => [name, seriesOf(sketch, marks)] as const);
  return { startSeconds: 0, stepSeconds: STEP_SECONDS, traffic: Object.fromEntries(series), marks };
}

function seriesOf({ rate, p50, p99 }: SeriesSketch, marks: readonly TimelineMark[]): TimelineSeries {
  const points = Array.from({ length: POINTS }, (_, i) => {
    const seconds = i * STEP_SECONDS;
    const ripple = 1 + 0.04 * Math.sin(i * 2.7) + 0.03 * Math.sin(i * 1.3);
    const isStruck = marks.some((mark) => seconds >= mark.fromSeconds && seconds < mark.toSeconds);
    return { ripple, isStruck };
  });
  return {
    ratePerSecond: points.map(({ ripple }) => rate * ripple),
    successRatio: points.map(({ ripple, isStruck }) => (isStruck ? 0.965 + 0.01 * (ripple - 1) : 0.9992)),
    p50Ms: points.map(({ ripple, isStruck }) => p50 * ripple * (isStruck ? 1.6 : 1)),
    p99Ms: points.map(({ ripple, isStruck }) => p99 * ripple * (isStruck ? 3.2 : 1)),
  };
}
