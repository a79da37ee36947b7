import type { ObjectiveReport, PrecisionReport, Report } from '../analysis/index.js';
import { formatCount, formatMs, formatPercent, formatSeconds } from './figures.js';
import { undecidedText } from './undecided.js';

/** `missed` and `met` are estimates whose interval holds both answers. */
export type ObjectiveState = 'failed' | 'missed' | 'met' | 'held';

export interface Verdict {
  /** `none`: there was nothing to judge. */
  readonly tone: 'failed' | 'undecided' | 'held' | 'none';
  readonly headline: string;
  /** One sentence each; what a reader must know before trusting the figures. */
  readonly notes: readonly string[];
}

export function objectiveState(objective: ObjectiveReport): ObjectiveState {
  if (objective.verdict === 'undecided') return objective.pass ? 'met' : 'missed';
  return objective.verdict;
}

const STATE_ORDER: readonly ObjectiveState[] = ['failed', 'missed', 'met', 'held'];

/** The objectives with the failures first, otherwise in scenario order. */
export function objectivesByState(objectives: readonly ObjectiveReport[]): readonly ObjectiveReport[] {
  const rank = (objective: ObjectiveReport) => STATE_ORDER.indexOf(objectiveState(objective));
  return [...objectives].sort((a, b) => rank(a) - rank(b));
}

/** The answer of the whole report: what the exit code of `run` says, in words. */
export function verdictOf(report: Report): Verdict {
  const notes = [stoppedNote(report), precisionNote(report), stabilityNote(report), completeNote(report)].filter(
    (note) => note !== null,
  );
  return { ...judge(report), notes };
}

function judge(report: Report): Pick<Verdict, 'tone' | 'headline'> {
  const total = report.objectives.length;
  const failed = report.objectives.filter((objective) => !objective.pass).length;
  const undecided = report.objectives.filter((objective) => objectiveState(objective) === 'met').length;
  if (failed > 0) return { tone: 'failed', headline: `${failed} of ${objectives(total)} failed` };
  if (report.stopped !== null) return { tone: 'failed', headline: 'The run was stopped early' };
  if (undecided > 0) return { tone: 'undecided', headline: `${undecided} of ${objectives(total)} met, but undecided` };
  if (total === 0) return { tone: 'none', headline: 'No objectives were set' };
  return { tone: 'held', headline: total === 1 ? 'The objective held' : `All ${total} objectives held` };
}

function objectives(count: number): string {
  return count === 1 ? '1 objective' : `${count} objectives`;
}

function stoppedNote({ stopped }: Report): string | null {
  if (stopped === null) return null;
  return `The run was stopped at ${formatSeconds(stopped.atSeconds)} (${stopped.reason}); the figures reach up to there.`;
}

/** Whether intervals are as narrow as was asked; null: nobody asked. */
export function precisionNote({ precision, replications }: Pick<Report, 'precision' | 'replications'>): string | null {
  if (precision === null) return null;
  const missed = precision.filter(({ reached }) => !reached);
  const after = `after ${formatCount(replications)} replications`;
  if (missed.length === 0) return `As precise as asked for ${after}: ${precision.map(attainedText).join(', ')}.`;
  return `Not as precise as asked for ${after}: ${missed.map(attainedText).join(', ')}.`;
}

function attainedText({ traffic, metric, unit, asked, half, finest }: PrecisionReport): string {
  const said = (value: number) => (unit === 'ms' ? formatMs(value) : formatPercent(value));
  const what = `${metric} of ${traffic}`;
  if (half === null) return `${what} has no interval, a replication has too few requests: make the duration longer`;
  const limit = half > asked && asked <= finest ? `; quantiles are known to ±${said(finest)}` : '';
  return `${what} ±${said(half)} (asked for ±${said(asked)}${limit})`;
}

/** Whether the mesh recovers from its faults; null where none ends. */
export function stabilityNote({ stability }: Pick<Report, 'stability'>): string | null {
  if (stability === null) return null;
  const { verdict, afterSeconds, reason, loop } = stability;
  const held = loop === null ? '.' : `, held there by ${loop}.`;
  switch (verdict) {
    case 'recovered':
      return afterSeconds === 0 || afterSeconds === null
        ? 'The mesh recovered as soon as its faults were over.'
        : `The mesh recovered: it was as before ${formatSeconds(afterSeconds)} after its faults.`;
    case 'degraded':
      return `The mesh stayed worse after its faults than before${held}`;
    case 'down':
      return `The mesh stayed down after its faults${held}`;
    case 'undecided':
      return `Whether the mesh recovers from its faults is undecided: ${undecidedText(reason)}.`;
  }
}

/** Null: all that is in use is modelled. */
export function completeNote({ complete }: Pick<Report, 'complete'>): string | null {
  if (complete) return null;
  return 'Some settings in use are not modelled and could change these figures: see the diagnostics named not-modelled.';
}
