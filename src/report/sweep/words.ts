import type { NumberedPoint, Sweep, SweepAxis } from '../../analysis/sweep/index.js';
import { formatCount, formatMeasured, formatSeconds } from '../figures.js';
import { completeNote, stabilityNote, type Verdict } from '../verdict.js';

/** How a point stands: `equal` is as good as the best, `unknown` may be, `holds` and `fails` speak of objectives. */
export type PointState = 'best' | 'equal' | 'unknown' | 'holds' | 'fails' | 'stopped' | 'none';

export function pointState({ choice }: Sweep, { number, stopped, objectives }: NumberedPoint): PointState {
  if (number === choice.best) return 'best';
  if (choice.unknown.includes(number)) return 'unknown';
  if (choice.indistinct.includes(number)) return 'equal';
  if (stopped !== null) return 'stopped';
  if (objectives.length === 0) return 'none';
  return choice.holding.includes(number) ? 'holds' : 'fails';
}

/** Whether faults end at any point: elsewhere there is nothing to recover from. */
export function hasRecovery({ points }: Sweep): boolean {
  return points.some(({ stability }) => stability !== null);
}

/** `recovers after 3 s`; empty where no fault ends. */
export function recoveryText({ stability }: NumberedPoint): string {
  switch (stability?.verdict) {
    case undefined:
      return '';
    case 'recovered':
      return `recovers ${stability.afterSeconds ? `after ${formatSeconds(stability.afterSeconds)}` : 'at once'}`;
    case 'degraded':
      return 'stays worse';
    case 'down':
      return 'stays down';
    case 'undecided':
      return 'undecided';
  }
}

/** The ends of the PATHs, as much of each as it takes to tell them apart. */
export function axisNames(axes: readonly SweepAxis[]): string[] {
  const ends = (steps: number) => axes.map(({ path }) => stepsOf(path).slice(-steps).join('.'));
  return axes.map(({ path }, i) => {
    for (let steps = 1; steps <= path.length; steps++) {
      const names = ends(steps);
      if (names.filter((name) => name === names[i]).length === 1) return names[i]!;
    }
    return path;
  });
}

/** A step in quotes is one, whatever it holds. */
function stepsOf(path: string): readonly string[] {
  return path.match(/(?:"(?:[^"\\]|\\.)*"|[^.:])+/g) ?? [path];
}

/** `timeout=1s, maxRetries=10` */
export function settingsText(sweep: Sweep, point: NumberedPoint): string {
  const names = axisNames(sweep.axes);
  return point.settings.map(({ value }, i) => `${names[i]}=${value}`).join(', ');
}

/** `3 (timeout=1s)` */
function pointText(sweep: Sweep, number: number): string {
  return `${number} (${settingsText(sweep, pointOf(sweep, number))})`;
}

export function pointOf({ points }: Sweep, number: number): NumberedPoint {
  return points.find((point) => point.number === number)!;
}

const LISTED_MAX = 5;

/** The answer of the whole sweep: what its exit code says, in words. */
export function sweepVerdict(sweep: Sweep): Verdict {
  const { choice, points } = sweep;
  const notes = [
    interruptedNote(sweep),
    recoveryNote(sweep),
    nearestNote(sweep),
    holdingNote(sweep),
    equalNote(sweep),
    unknownNote(sweep),
    chanceNote(sweep),
    choice.rule,
    completeNote({ complete: points.every(({ complete }) => complete) }),
  ].filter((note) => note !== null);
  return { ...judge(sweep), notes };
}

function judge(sweep: Sweep): Pick<Verdict, 'tone' | 'headline'> {
  const { best, decided } = sweep.choice;
  if (best === null) {
    const hasObjectives = sweep.points.some(({ objectives }) => objectives.length > 0);
    const headline = hasObjectives ? 'At no point does every objective hold' : 'Every point was stopped early';
    return { tone: 'failed', headline };
  }
  const name = `Best: ${settingsText(sweep, pointOf(sweep, best))}`;
  const doubts = [
    ...recoveryDoubt(pointOf(sweep, best)),
    ...(decided === false ? ['its objectives are undecided'] : []),
  ];
  if (doubts.length > 0) return { tone: 'undecided', headline: `${name}, but ${doubts.join(', and ')}` };
  return { tone: decided === null ? 'none' : 'held', headline: name };
}

function recoveryDoubt(point: NumberedPoint): string[] {
  if (!isUnrecovered(point)) return [];
  if (point.stability?.verdict === 'undecided') return ['whether it recovers from its faults is undecided'];
  return [`it ${recoveryText(point)} after its faults`];
}

function isUnrecovered({ stability }: NumberedPoint): boolean {
  return stability !== null && stability.verdict !== 'recovered';
}

function recoveryNote(sweep: Sweep): string | null {
  const { best } = sweep.choice;
  if (best === null) return null;
  const point = pointOf(sweep, best);
  return isUnrecovered(point) ? stabilityNote(point) : null;
}

function interruptedNote({ points, pointsTotal }: Sweep): string | null {
  if (points.length === pointsTotal) return null;
  return `Interrupted: ${formatCount(points.length)} of ${formatCount(pointsTotal)} points are whole.`;
}

function nearestNote(sweep: Sweep): string | null {
  const { nearest } = sweep.choice;
  if (nearest === null) return null;
  const point = pointOf(sweep, nearest);
  const missed = point.objectives
    .filter(({ pass }) => !pass)
    .map(({ name, traffic, unit, measured, target }) => {
      return `${name} of ${traffic} is ${formatMeasured(unit, measured, target)}`;
    });
  const why = missed.length === 0 ? 'it was stopped early' : missed.join(', ');
  return `The closest is ${pointText(sweep, nearest)}: ${why}.`;
}

function holdingNote({ choice, points }: Sweep): string | null {
  if (choice.best === null || points.every(({ objectives }) => objectives.length === 0)) return null;
  const { length } = choice.holding;
  return `Every objective holds at ${formatCount(length)} of ${formatCount(points.length)} points.`;
}

function equalNote(sweep: Sweep): string | null {
  const { indistinct, unknown } = sweep.choice;
  const equal = indistinct.filter((number) => !unknown.includes(number));
  return equal.length === 0 ? null : `As good (≈): ${listed(sweep, equal)}.`;
}

function unknownNote(sweep: Sweep): string | null {
  const { unknown } = sweep.choice;
  if (unknown.length === 0) return null;
  const times = replicationsText(sweep.replications);
  return `Perhaps as good (? maybe), which ${times} cannot tell: ${listed(sweep, unknown)}.`;
}

function chanceNote({ replications, points }: Sweep): string | null {
  if (replications > 1 || points.length < 2) return null;
  return 'With 1 replication no difference can be told from chance: play at least 2.';
}

function listed(sweep: Sweep, numbers: readonly number[]): string {
  const shown = numbers.slice(0, LISTED_MAX).map((number) => pointText(sweep, number));
  const more = numbers.length - shown.length;
  return `${shown.join('; ')}${more > 0 ? `; and ${formatCount(more)} more` : ''}`;
}

/** `1 replication`, `3 replications` */
export function replicationsText(count: number): string {
  return countText(count, 'replication');
}

export function countText(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

const RANK: readonly PointState[] = ['best', 'equal', 'unknown', 'holds', 'none', 'fails', 'stopped'];

/** At most so many points: all of them in the order of the grid, or else the better ones first. */
export function shownPoints(sweep: Sweep, most: number): readonly NumberedPoint[] {
  if (sweep.points.length <= most) return sweep.points;
  const rank = (point: NumberedPoint) => RANK.indexOf(pointState(sweep, point));
  return [...sweep.points].sort((a, b) => rank(a) - rank(b)).slice(0, most);
}
