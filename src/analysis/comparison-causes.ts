import { type Contribution, contributions, type ReportedSide, reachOfSources } from './comparison-contributions.js';
import type { BoundReport, CauseComparison, ChangeReport, MetricComparison } from './comparison-document.js';
import { edgeCounts, movedCounters } from './edge-counters.js';
import { edgeKey } from './edge-key.js';
import { likeliest } from './responsible-change.js';

/** What was played of the base with one change alone, and of the candidate without it; null: it cannot be. */
export interface ChangeTrial {
  readonly alone: ReportedSide | null;
  readonly without: ReportedSide | null;
}

export interface CauseContext {
  readonly base: ReportedSide;
  readonly candidate: ReportedSide;
  readonly changes: readonly ChangeReport[];
  readonly tried: TriedChanges;
  readonly bounds: readonly BoundReport[];
}

/** What each change was tried on, which is perhaps fewer replications than are compared. */
export interface TriedChanges {
  readonly base: ReportedSide;
  readonly candidate: ReportedSide;
  /** By change; empty unless each was tried. */
  readonly trials: readonly ChangeTrial[];
}

/** Of a difference; what contributes less is left out. */
const NOTABLE_SHARE = 0.1;
const MOST_OF_A_METRIC = 4;
/** A change that moves less than this share of an effect did not make it. */
const EFFECTIVE_SHARE = 0.2;

/**
 * Why the figures differ that do: the largest contributions first, each with what was changed. What works against the
 * difference stands last.
 */
export function comparisonCauses(metrics: readonly MetricComparison[], context: CauseContext): CauseComparison[] {
  const { base, candidate, bounds } = context;
  const reaches = reachOfSources([base, candidate]);
  const [before, after] = [base, candidate].map(({ report }) => edgeCounts(report.edges, report.traffic, reaches));
  return metrics
    .filter((metric) => isNotable(metric, bounds))
    .flatMap((metric) => {
      const direction = Math.sign(metric.difference!) * (metric.name === 'success' ? -1 : 1); // less of it, more failures
      const least = metric.name === 'success' ? 0 : NOTABLE_SHARE * Math.abs(metric.difference!);
      const tried = context.tried.trials.map((trial) => triedOf(metric, direction, trial, context.tried));
      return contributions(metric, base, candidate, direction)
        .map((each) => ({ each, moved: (each.candidate - each.base) * direction }))
        .filter(({ moved }) => Math.abs(moved) >= least)
        .sort((a, b) => b.moved - a.moved)
        .filter((_, i, all) => i < MOST_OF_A_METRIC - 1 || i === all.length - 1)
        .map(({ each }): CauseComparison => {
          const key = each.edge === null ? '' : edgeKey(each.edge);
          const counters = movedCounters(before!.get(key), after!.get(key));
          const { name, traffic } = metric;
          const effect = { ...each, counters };
          return { metric: name, traffic, ...effect, ...responsible(effect, direction, tried, context) };
        });
    });
}

/** Whether a figure surely differs, or crosses a bound, and is to be explained. */
export function isNotable(metric: MetricComparison, bounds: readonly BoundReport[] = []): boolean {
  const { verdict, workload, name, traffic, service } = metric;
  const isCrossed = bounds.some(
    (bound) =>
      bound.verdict === 'failed' && bound.metric === name && bound.traffic === traffic && bound.service === service,
  );
  const isDifferent = verdict !== null && verdict !== 'same' && verdict !== 'undecided';
  return workload === null && (isDifferent || isCrossed);
}

type Responsible = Pick<CauseComparison, 'change' | 'foundBy' | 'file' | 'line'>;

/** What a figure is made of on both sides of a change: first of all changes, and last. */
interface Tried {
  readonly first: readonly Contribution[];
  readonly last: readonly Contribution[];
}

function triedOf(
  metric: MetricComparison,
  direction: number,
  { alone, without }: ChangeTrial,
  { base, candidate }: TriedChanges,
): Tried {
  return {
    first: alone === null ? [] : contributions(metric, base, alone, direction),
    last: without === null ? [] : contributions(metric, without, candidate, direction),
  };
}

/** With the counters that moved on its edge, the most first. */
type Effect = Contribution & Pick<CauseComparison, 'counters'>;

function responsible(
  effect: Effect,
  direction: number,
  tried: readonly Tried[],
  { changes, candidate }: CauseContext,
): Responsible {
  const [only, ...others] = changes;
  const found =
    only !== undefined && others.length === 0
      ? ({ change: only, foundBy: 'only' } as const)
      : tried.length > 0
        ? byExperiment(effect, direction, tried, changes)
        : byLikeness(effect, changes);
  const places = placesBehind(effect, candidate);
  const { change } = found;
  const place = change === null ? places[0] : (settingWithin(change, places) ?? change);
  return { ...found, file: place?.file ?? null, line: place?.line ?? null };
}

/** What sends calls elsewhere has an effect of every kind. */
const ROUTING = ['calls', 'mirror'];

type PlaceOfSetting = NonNullable<ReturnType<ReportedSide['writtenAt']>>;

/** Where the settings stand that have such an effect on the edge, the likeliest first. */
function placesBehind({ edge, mechanism, counters }: Effect, candidate: ReportedSide): readonly PlaceOfSetting[] {
  if (edge === null) return [];
  const counted = counters.map(({ name }) => name.replace(/^(?:flag|code) /, ''));
  const limits = mechanism === 'UO' ? counted.filter((name) => name.endsWith('_overflow')) : []; // the flag says not which
  return [...limits, mechanism, ...counted, ...ROUTING].flatMap(
    (effect) => candidate.writtenAt({ ...edge, workload: null }, effect) ?? [],
  );
}

/** Of a change that holds several settings the one that counts. */
function settingWithin(
  { file, line, lastLine }: ChangeReport,
  places: readonly PlaceOfSetting[],
): PlaceOfSetting | null {
  return places.find((place) => place.file === file && place.line >= line && place.line <= lastLine) ?? null;
}

function byLikeness(effect: Contribution, changes: readonly ChangeReport[]): Pick<Responsible, 'change' | 'foundBy'> {
  const change = likeliest(changes, effect);
  return { change, foundBy: change === null ? null : 'likeness' };
}

/**
 * The change that moves this contribution the most: of what it does by itself and what it does on top of all others the mean.
 * `together`: none does it alone, several do when they come last.
 */
function byExperiment(
  effect: Contribution,
  direction: number,
  tried: readonly Tried[],
  changes: readonly ChangeReport[],
): Pick<Responsible, 'change' | 'foundBy'> {
  const whole = direction * (effect.candidate - effect.base);
  const moved = (parts: readonly Contribution[]) => {
    const same = parts.find((each) => isSame(each, effect));
    return same === undefined ? 0 : direction * (same.candidate - same.base);
  };
  const effects = tried.map(({ first, last }, i) => {
    const [alone, onTop] = [moved(first), moved(last)];
    return { change: changes[i]!, first: alone, last: onTop, mean: (alone + onTop) / 2 };
  });
  const [best] = [...effects].sort((a, b) => Math.sign(whole) * (b.mean - a.mean));
  if (best === undefined || best.mean / whole < EFFECTIVE_SHARE) return { change: null, foundBy: 'experiment' };
  const needed = effects.filter(({ last }) => last / whole > 1 - EFFECTIVE_SHARE).length;
  const isTogether = needed > 1 && effects.every(({ first }) => first / whole < EFFECTIVE_SHARE);
  return { change: best.change, foundBy: isTogether ? 'together' : 'experiment' };
}

/** Of failures the sign may be another where fewer of them are left. */
function isSame(a: Contribution, b: Contribution): boolean {
  const isFailure = a.edge !== null && a.baseMs === null && a.workload === null;
  if (a.workload !== b.workload || (!isFailure && a.mechanism !== b.mechanism)) return false;
  return (a.edge === null ? '' : edgeKey(a.edge)) === (b.edge === null ? '' : edgeKey(b.edge));
}
