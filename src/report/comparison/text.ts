import type { BoundReport, CauseComparison, Comparison, MetricComparison, Report } from '../../analysis/index.js';
import { formatCount, formatSeconds } from '../figures.js';
import { placeWords } from '../place-words.js';
import { MARKS } from '../text/marks.js';
import type { Style } from '../text/style.js';
import { type Column, type Row, tableLines, WIDTH } from '../text/table.js';
import { wrapped } from '../text/wrapped.js';
import { shortened, visibleText } from '../visible-text.js';
import { explanations, hiddenLoads, shownMetrics } from './rows.js';
import { comparisonVerdict } from './verdict.js';
import {
  BOUND_WORDS,
  bareDifference,
  bareDifferenceInterval,
  bareValue,
  causeFigures,
  causeLabel,
  changeWords,
  counterWords,
  formatDifference,
  formatDifferenceInterval,
  formatRelative,
  formatValue,
  metricLabel,
  resolvedWords,
  UNIT_WORDS,
  verdictWords,
} from './words.js';

const CHANGES_MAX = 8;
const EXPLANATIONS_MAX = 6;
const CAUSES_MAX = 2;
const COUNTERS_MAX = 3;
const FINDINGS_MAX = 5;

const left = (title: string): Column => ({ title, align: 'left' });
const right = (title: string): Column => ({ title, align: 'right' });

/** A comparison as a terminal shows it: the verdict, what was changed, every figure with its interval, and why. */
export function renderComparisonText(report: Report, style: Style): string {
  const comparison = report.comparison!;
  return [
    ...headLines(report, style),
    ...changeLines(comparison, style),
    ...boundLines(comparison, style),
    ...metricLines(comparison, style),
    ...whyLines(comparison, style),
    ...findingLines(comparison, style),
  ].join('\n');
}

function headLines(report: Report, style: Style): string[] {
  const { scenario, drymesh, seed, replications, simulatedSeconds, warmupSeconds } = report;
  const { tone, headline, notes } = comparisonVerdict(report);
  const paint = { failed: style.bad, undecided: style.doubtful, held: style.good, none: style.heading }[tone];
  const runs = `${formatCount(replications)} × ${formatSeconds(simulatedSeconds)} of both (${formatSeconds(warmupSeconds)} warm-up)`;
  const [first, ...more] = wrapped(visibleText(`${MARKS[tone]} ${headline}`), '');
  return [
    style.heading(`${shortened(scenario.name, 80)}: what the change does`),
    style.faint(`drymesh ${shortened(drymesh.version, 20)}, seed ${seed}, ${runs}`),
    '',
    paint(first!),
    ...more.map(paint),
    ...notes.flatMap((note) => wrapped(visibleText(note), '  ')),
    '',
  ];
}

function changeLines({ changes }: Comparison, style: Style): string[] {
  if (changes.length === 0) return [style.doubtful('Nothing that is modelled was changed.'), ''];
  const lines = changes
    .slice(0, CHANGES_MAX)
    .map((change) => shortened(`${placeWords(change)}  ${changeWords(change)}`, WIDTH));
  const hidden = changes.length - lines.length;
  const more = hidden > 0 ? [style.faint(`and ${formatCount(hidden)} more, in report.json`)] : [];
  return [style.heading('Changes'), ...lines, ...more, ''];
}

function boundLines({ bounds }: Comparison, style: Style): string[] {
  const paints = { failed: style.bad, held: style.good, undecided: style.doubtful };
  const marks = { failed: '✗', held: '✓', undecided: '?' };
  const row = ({ name, traffic, service, unit, difference, ci95, verdict }: BoundReport): Row => ({
    cells: [
      name,
      traffic ?? service ?? '',
      `${marks[verdict]} ${BOUND_WORDS[verdict]}`,
      formatDifference(unit, difference),
      formatDifferenceInterval(unit, ci95),
    ],
    paint: paints[verdict],
  });
  const columns = [left('bound'), left('of'), left('verdict'), right('difference'), right('95 % interval')];
  return section('Bounds', columns, bounds.map(row), style);
}

function metricLines(comparison: Comparison, style: Style): string[] {
  const columns = [
    left('figure'),
    ...['base', 'candidate', 'difference', '', '95 % interval'].map(right),
    { ...left('verdict'), isWhole: true },
  ];
  const hidden = hiddenLoads(comparison);
  const note = hidden === null ? [] : [style.faint(hidden), ''];
  const lines = section(
    'Figures',
    columns,
    shownMetrics(comparison).map((metric) => metricRow(metric, style)),
    style,
  );
  return note.length === 0 ? lines : [...lines.slice(0, -1), ...note];
}

function metricRow(metric: MetricComparison, style: Style): Row {
  const { unit, base, candidate, difference, ci95, verdict } = metric;
  const cells = [
    `${metricLabel(metric)}, ${UNIT_WORDS[unit]}`,
    bareValue(unit, base),
    bareValue(unit, candidate),
    bareDifference(unit, difference),
    formatRelative(metric),
    bareDifferenceInterval(unit, ci95),
    verdictWords(metric),
  ];
  if (verdict === 'worse') return { cells, paint: style.bad };
  if (verdict === 'better') return { cells, paint: style.good };
  return verdict === 'same' ? { cells, paint: style.faint } : { cells };
}

function whyLines(comparison: Comparison, style: Style): string[] {
  const all = explanations(comparison);
  if (all.length === 0) return [];
  const [only, ...others] = comparison.changes;
  const isOne = only !== undefined && others.length === 0 && comparison.causes.every(({ line }) => line === only.line);
  const title = style.heading('Why') + (isOne ? style.faint(`  all by ${placeWords(only)}`) : '');
  const told = new Set<string>(); // edges whose counters were shown
  const lines = all.slice(0, EXPLANATIONS_MAX).flatMap(({ metric, causes }) => {
    const { unit, base, candidate } = metric;
    const shown = causes.slice(0, CAUSES_MAX);
    const head = `${metricLabel(metric)}: ${formatValue(unit, base)} → ${formatValue(unit, candidate)}`;
    const changes = isOne ? [] : [...new Set(shown.map((cause) => whichLine(cause, others.length === 0)))];
    return [
      shortened(head, WIDTH),
      ...shown.flatMap((cause) => wrapped(visibleText(causeText(cause, told)), '  ')),
      ...changes.flatMap((line) => wrapped(line, '  ')).map(style.faint),
    ];
  });
  const isGuessed = comparison.causes.some(({ foundBy }) => foundBy === 'likeness');
  const hint = isGuessed ? [style.faint('Which change it is is a guess by its name: --attribute tries each.')] : [];
  return [title, ...lines, ...hint, ''];
}

/** The counters of an edge are told once. */
function causeText(cause: CauseComparison, told: Set<string>): string {
  const what = `${causeLabel(cause)}: ${causeFigures(cause)}`;
  const key = JSON.stringify(cause.edge);
  const counters = told.has(key) ? '' : counterWords({ counters: cause.counters.slice(0, COUNTERS_MAX) });
  told.add(key);
  return counters === '' ? what : `${what}; ${counters}`;
}

function whichLine({ change, foundBy, file, line }: CauseComparison, isOnly: boolean): string {
  const together = foundBy === 'together' ? ', only together with others' : '';
  if (change !== null && !isOnly)
    return `↳ ${placeWords({ file, line })} ${shortened(changeWords(change), WIDTH)}${together}`;
  return file === null ? '↳ no single line of the change' : `↳ ${placeWords({ file, line })}`;
}

function findingLines({ introduced, resolved }: Comparison, style: Style): string[] {
  const rows = introduced.slice(0, FINDINGS_MAX).map(({ severity, code, message, file, line }) => ({
    cells: [`${severity} ${code}`, message, placeWords({ file, line })],
  }));
  const columns = [left('new finding'), left('what'), left('written in')];
  const gone = resolved.length === 0 ? [] : [style.faint(resolvedWords(resolved.length)), ''];
  return [...section('Findings', columns, rows, style, introduced.length - rows.length), ...gone];
}

function section(title: string, columns: readonly Column[], rows: readonly Row[], style: Style, hidden = 0): string[] {
  if (rows.length === 0) return [];
  const more = hidden > 0 ? [style.faint(`and ${formatCount(hidden)} more, in report.json`)] : [];
  return [style.heading(title), ...tableLines(columns, rows, style), ...more, ''];
}
