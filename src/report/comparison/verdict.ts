import type { Comparison, MetricComparison, Report } from '../../analysis/index.js';
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
    ...baseStability(report),
    ...objectiveNote(report),
    ...strangers(report),
  ];
  return { ...judge(report, comparison), notes };
}

function judge(report: Report, comparison: Comparison): Pick<Verdict, 'tone' | 'headline'> {
  const { bounds } = comparison;
  const counted = (verdict: string) => bounds.filter((bound) => bound.verdict === verdict).length;
  const of = bounds.length === 1 ? 'The bound is' : `of ${bounds.length} bounds are`;
  const some = (verdict: string) => (bounds.length === 1 ? of : `${counted(verdict)} ${of}`);
  if (report.stopped !== null) return { tone: 'failed', headline: 'The candidate was stopped early' };
  if (counted('failed') > 0) return { tone: 'failed', headline: `${some('failed')} crossed: ${moved(comparison)}` };
  if (counted('undecided') > 0) {
    return { tone: 'undecided', headline: `${some('undecided')} undecided: ${moved(comparison)}` };
  }
  const isWorse = comparison.metrics.some(({ verdict }) => verdict === 'worse');
  if (bounds.length === 0) return { tone: isWorse ? 'undecided' : 'held', headline: moved(comparison) };
  const kept = bounds.length === 1 ? 'The bound is kept' : `All ${bounds.length} bounds are kept`;
  return { tone: 'held', headline: `${kept}: ${moved(comparison)}` };
}

/** The figures that moved, the important ones first. */
function moved({ metrics }: Comparison): string {
  const all = metrics.filter(({ verdict }) => verdict === 'worse' || verdict === 'better');
  const rank = ({ name, verdict }: MetricComparison) =>
    HEADLINE.indexOf(name) + (verdict === 'worse' ? 0 : HEADLINE.length);
  const named = all.filter(({ name }) => HEADLINE.includes(name)).sort((a, b) => rank(a) - rank(b));
  const texts = (named.length > 0 ? named : all).slice(0, MOST_NAMED).map(headlineText);
  if (texts.length > 0) return texts.join(', ');
  const isUndecided = metrics.some(
    ({ verdict, name }) => (verdict === 'undecided' || verdict === null) && name !== 'p999',
  );
  return isUndecided ? 'No difference that is certain' : 'No difference';
}

function headlineText(metric: MetricComparison): string {
  const { unit, difference, verdict } = metric;
  const size = formatRelative(metric) || formatDifference(unit, difference);
  return `${metricLabel(metric)} ${size} (${verdict})`;
}

/** Where the base recovers otherwise than the candidate, of which the own notes tell. */
function baseStability({ stability, comparison }: Report): string[] {
  const before = comparison!.base.stability;
  if (before?.verdict === stability?.verdict) return [];
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
