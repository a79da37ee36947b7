import type { BoundReport, Comparison, MetricComparison, Report } from '../../analysis/index.js';
import { formatFigure, formatSeconds } from '../figures.js';
import { precisionNote, stabilityNote, type Verdict, verdictOf } from '../verdict.js';
import { formatDifference, formatRelative, metricLabel } from './words.js';

/** What a headline names first. */
const HEADLINE: readonly MetricComparison['name'][] = ['success', 'p99', 'p50', 'cost'];
const MOST_NAMED = 3;

/** The answer of a comparison: what its exit code says, in words. */
export function comparisonVerdict(report: Report): Verdict {
  const comparison = report.comparison!;
  const own = verdictOf(report);
  const precision = precisionNote({ precision: comparison.precision, replications: report.replications });
  const notes = [
    ...(precision === null ? [] : [precision]),
    ...own.notes,
    ...baseStopped(report),
    ...baseStability(report),
    ...objectiveNote(report),
    ...strangers(report),
  ];
  return { ...judge(report, comparison), notes };
}

function judge(report: Report, comparison: Comparison): Pick<Verdict, 'tone' | 'headline'> {
  const { bounds, metrics } = comparison;
  if (report.stopped !== null) return { tone: 'failed', headline: 'The candidate was stopped early' };
  const failed = bounds.filter(({ verdict }) => verdict === 'failed');
  if (failed.length > 0) return { tone: 'failed', headline: `${counted(failed, bounds)} crossed: ${named(failed)}` };
  const undecided = bounds.filter(({ verdict }) => verdict === 'undecided');
  if (undecided.length > 0) {
    return { tone: 'undecided', headline: `${counted(undecided, bounds)} undecided: ${named(undecided)}` };
  }
  if (bounds.length > 0) {
    const kept = bounds.length === 1 ? 'The bound is kept' : `All ${bounds.length} bounds are kept`;
    return { tone: 'held', headline: `${kept}: ${moved(comparison)}` };
  }
  const isMoved = metrics.some(({ verdict }) => verdict !== 'same');
  return { tone: isMoved ? 'none' : 'held', headline: moved(comparison) };
}

function counted(some: readonly BoundReport[], all: readonly BoundReport[]): string {
  if (all.length === 1) return 'The bound is';
  return `${some.length} of ${all.length} bounds ${some.length === 1 ? 'is' : 'are'}`;
}

function named(bounds: readonly BoundReport[]): string {
  const more = bounds.length - MOST_NAMED;
  const texts = bounds.slice(0, MOST_NAMED).map((bound) => {
    const { name, traffic, service, unit, difference } = bound;
    const of = traffic ?? service;
    return `${name}${of === null || name.includes(of) ? '' : ` of ${of}`} (${formatDifference(unit, difference)})`;
  });
  return texts.join(', ') + (more > 0 ? `, and ${more} more` : '');
}

/** The figures that moved: success first, then what is worse. Failing fast is no gain in latency or cost. */
function moved({ metrics }: Comparison): string {
  const all = metrics.filter(({ verdict }) => verdict === 'worse' || verdict === 'better');
  const isFailing = all.some(({ name, verdict }) => name === 'success' && verdict === 'worse');
  const wanted = all.filter(({ name, verdict }) => HEADLINE.includes(name) && !(isFailing && verdict === 'better'));
  const rank = ({ name, verdict }: MetricComparison) =>
    name === 'success' ? 0 : HEADLINE.indexOf(name) + (verdict === 'worse' ? 0 : HEADLINE.length);
  const sorted = wanted.sort((a, b) => rank(a) - rank(b));
  const texts = (sorted.length > 0 ? sorted : all).slice(0, MOST_NAMED).map(headlineText);
  const told = [...texts, ...multipliedLoad(metrics)];
  if (told.length > 0) return told.join(', ');
  if (metrics.every(({ difference }) => difference === 0 || difference === null)) {
    return 'No difference: both played the very same';
  }
  const isUndecided = metrics.some(
    ({ verdict, name }) => (verdict === 'undecided' || verdict === null) && name !== 'p999',
  );
  return isUndecided ? 'No difference that is certain' : 'No difference';
}

/** The service whose load grows the most, where it is at least twice what it was. */
function multipliedLoad(metrics: readonly MetricComparison[]): readonly string[] {
  const growth = ({ base, candidate }: MetricComparison) => candidate! / base!;
  const grown = metrics.filter(
    (metric) => metric.name === 'load' && metric.workload === null && metric.verdict === 'more' && growth(metric) >= 2,
  );
  const most = grown.sort((a, b) => growth(b) - growth(a))[0];
  return most === undefined ? [] : [`${metricLabel(most)} × ${formatFigure(growth(most))}`];
}

function headlineText(metric: MetricComparison): string {
  const { unit, difference, verdict } = metric;
  const size = formatRelative(metric) || formatDifference(unit, difference);
  return `${metricLabel(metric)} ${size} (${verdict})`;
}

function baseStopped({ comparison }: Report): string[] {
  const { stopped } = comparison!.base;
  if (stopped === null) return [];
  return [
    `The base was stopped at ${formatSeconds(stopped.atSeconds)} (${stopped.reason}): its figures reach up to there.`,
  ];
}

/** Where the base recovers otherwise than the candidate, of which the own notes tell. */
function baseStability({ stability, comparison }: Report): string[] {
  const before = comparison!.base.stability;
  if (before?.verdict === stability?.verdict) {
    return before === null || before.verdict === 'recovered' ? [] : ['So it does without the change.'];
  }
  const note = stabilityNote({ stability: before });
  return note === null ? [] : [`Without the change: ${note}`];
}

function objectiveNote({ objectives }: Report): string[] {
  const failed = objectives.filter(({ pass }) => !pass);
  if (failed.length === 0) return [];
  return [
    `Of the candidate's objectives ${failed.length} of ${objectives.length} failed: ${failed.map(({ name, traffic }) => `${name} (${traffic})`).join(', ')}.`,
  ];
}

/** Sources that only one side has cannot be compared. */
function strangers({ comparison, traffic }: Report): string[] {
  const [before, after] = [comparison!.base.traffic, traffic].map((sources) => sources.map(({ name }) => name));
  const come = after!.filter((name) => !before!.includes(name));
  const gone = before!.filter((name) => !after!.includes(name));
  return [
    ...(come.length > 0 ? [`Only the candidate has the traffic of ${come.join(', ')}.`] : []),
    ...(gone.length > 0 ? [`Only the base has the traffic of ${gone.join(', ')}.`] : []),
  ];
}
