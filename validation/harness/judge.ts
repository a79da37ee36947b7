import type { MeasuredRun } from './bench.js';
import { type Calibration, unpunctuality } from './calibration.js';
import type { Case } from './case.js';
import { type Comparison, compare, isMet } from './compare.js';
import { predict } from './predict.js';
import { type Summary, summarize } from './summary.js';

/** Enough for the model's own interval to be narrow beside that of three runs. */
export const REPLICATIONS = 20;

export interface Judgement {
  readonly measured: Summary;
  readonly replications: number;
  readonly predicted: Summary;
  readonly comparisons: readonly Comparison[];
  readonly met: boolean;
}

/** Lays the model's prediction of a case beside what was measured. */
export function judge(
  played: Case,
  calibration: Calibration,
  runs: readonly MeasuredRun[],
  replications: number,
): Judgement {
  const measured = summarize(runs.map(({ figures }) => figures));
  const predicted = summarize(predict(played, calibration, unpunctuality(runs), replications));
  const comparisons = compare(measured, predicted);
  return { measured, replications, predicted, comparisons, met: isMet(comparisons) };
}
