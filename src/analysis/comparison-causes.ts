import { type Contribution, contributions, type ReportedSide, reachOfSources } from './comparison-contributions.js';
import type { BoundReport, CauseComparison, ChangeReport, MetricComparison } from './comparison-document.js';
import { edgeCounts, edgeKey, movedCounters } from './edge-counters.js';
import { likeliest } from './responsible-change.js';

/** Where a setting was written, that the candidate has. */
export type WrittenAt = (
  source: string,
  destination: string,
  mechanism: string,
) => { readonly file: string; readonly line: number } | null;

/** What was played of the base with one change alone, and of the candidate without it; null: it cannot be. */
export interface ChangeTrial {
  readonly alone: ReportedSide | null;
  readonly without: ReportedSide | null;
}

export interface CauseContext {
  readonly base: ReportedSide;
  readonly candidate: ReportedSide;
  readonly changes: readonly ChangeReport[];
  /** By change; empty unless each was tried. */
  readonly trials: readonly ChangeTrial[];
  readonly bounds: readonly BoundReport[];
  readonly writtenAt: WrittenAt;
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
      return contributions(metric, base, candidate, direction)
        .map((each) => ({ each, moved: (each.candidate - each.base) * direction }))
        .filter(({ moved }) => Math.abs(moved) >= least)
        .sort((a, b) => b.moved - a.moved)
        .filter((_, i, all) => i < MOST_OF_A_METRIC - 1 || i === all.length - 1)
        .map(({ each }): CauseComparison => {
          const key = each.edge === null ? '' : edgeKey(each.edge);
          const counters = movedCounters(before!.get(key), after!.get(key));
          const { name, traffic } = metric;
          return { metric: name, traffic, ...each, counters, ...responsible(metric, each, direction, context) };
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

function responsible(
  metric: MetricComparison,
  effect: Contribution,
  direction: number,
  context: CauseContext,
): Responsible {
  const { changes, trials } = context;
  const found =
    changes.length === 1
      ? ({ change: changes[0]!, foundBy: 'only' } as const)
      : trials.length > 0
        ? byExperiment(metric, effect, direction, context)
        : byLikeness(effect, context);
  if (found.change !== null) return { ...found, file: found.change.file, line: found.change.line };
  const { edge, mechanism } = effect;
  const place = edge && context.writtenAt(edge.source, edge.destination, mechanism);
  return { change: null, foundBy: found.foundBy, file: place?.file ?? null, line: place?.line ?? null };
}

function byLikeness(effect: Contribution, { changes }: CauseContext): Pick<Responsible, 'change' | 'foundBy'> {
  const change = likeliest(changes, effect);
  return { change, foundBy: change === null ? null : 'likeness' };
}

/**
 * The change that moves this contribution the most: of what it does by itself and what it does on top of all others the mean.
 * `together`: none does it alone, several do when they come last.
 */
function byExperiment(
  metric: MetricComparison,
  effect: Contribution,
  direction: number,
  { base, candidate, changes, trials }: CauseContext,
): Pick<Responsible, 'change' | 'foundBy'> {
  const whole = direction * (effect.candidate - effect.base);
  const moved = (from: ReportedSide, to: ReportedSide) => {
    const same = contributions(metric, from, to, direction).find((each) => isSame(each, effect));
    return same === undefined ? 0 : direction * (same.candidate - same.base);
  };
  const tried = trials.map(({ alone, without }, i) => {
    const first = alone === null ? 0 : moved(base, alone);
    const last = without === null ? 0 : moved(without, candidate);
    return { change: changes[i]!, first, last, mean: (first + last) / 2 };
  });
  const [best] = [...tried].sort((a, b) => Math.sign(whole) * (b.mean - a.mean));
  if (best === undefined || best.mean / whole < EFFECTIVE_SHARE) return { change: null, foundBy: 'experiment' };
  const needed = tried.filter(({ last }) => last / whole > 1 - EFFECTIVE_SHARE).length;
  const isTogether = needed > 1 && tried.every(({ first }) => first / whole < EFFECTIVE_SHARE);
  return { change: best.change, foundBy: isTogether ? 'together' : 'experiment' };
}

/** Of failures the sign may be another where fewer of them are left. */
function isSame(a: Contribution, b: Contribution): boolean {
  const isFailure = a.edge !== null && a.baseMs === null && a.workload === null;
  if (a.workload !== b.workload || (!isFailure && a.mechanism !== b.mechanism)) return false;
  return (a.edge === null ? '' : edgeKey(a.edge)) === (b.edge === null ? '' : edgeKey(b.edge));
}
