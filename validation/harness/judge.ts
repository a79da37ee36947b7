import type { MeasuredRun } from './bench.js';
import { type Calibration, unpunctuality } from './calibration.js';
import type { Case } from './case.js';
import { type Comparison, compare, isMet, TARGET } from './compare.js';
import type { Figures } from './figures.js';
import { predictions } from './predict.js';
import { type Estimate, type Summary, summarize } from './summary.js';

/** Replications of a prediction between two looks at it, and in all. */
const BATCH = 30;
const MOST = 390;
/** Of the tolerance: so narrow is the interval of a prediction, unless that takes too many replications. */
const PRECISION = 0.2;

export interface Judgement {
  readonly measured: Summary;
  readonly replications: number;
  readonly predicted: Summary;
  readonly comparisons: readonly Comparison[];
  readonly met: boolean;
}

/** Lays the model's prediction of a case beside what was measured. `most`: replications. */
export function judge(
  played: Case,
  calibration: Calibration,
  runs: readonly MeasuredRun[],
  most: number = MOST,
): Judgement {
  const measured = summarize(runs.map(({ figures }) => figures));
  const predicted = predict(played, calibration, runs, most);
  const comparisons = compare(measured, predicted.summary);
  const { replications, summary } = predicted;
  return { measured, replications, predicted: summary, comparisons, met: isMet(comparisons) };
}

/** As many replications as it takes for the intervals to be narrow. */
function predict(
  played: Case,
  calibration: Calibration,
  runs: readonly MeasuredRun[],
  most: number,
): { readonly replications: number; readonly summary: Summary } {
  const coming = predictions(played, calibration, unpunctuality(runs), runs.length);
  const figures: Figures[] = [];
  for (;;) {
    const more = Math.min(BATCH, most - figures.length);
    for (let i = 0; i < more; i++) figures.push(coming.next().value);
    const summary = summarize(figures);
    if (figures.length === most || isPrecise(summary)) return { replications: figures.length, summary };
  }
}

function isPrecise({ traffic }: Summary): boolean {
  return Object.values(traffic).every(
    ({ success, meanMs, p99Ms }) =>
      success.half99! <= PRECISION * TARGET.points &&
      relative95(meanMs) <= PRECISION * TARGET.meanMs &&
      relative95(p99Ms) <= PRECISION * TARGET.p99Ms,
  );
}

function relative95({ mean, half95 }: Estimate): number {
  return mean === 0 ? 0 : half95! / mean;
}
