import type { BoundReport, Comparison, MetricComparison, Report } from '../../analysis/index.js';
import { formatCount, formatSeconds } from '../figures.js';
import { code, literal, TONE_MARKS, table } from '../markdown-parts.js';
import { placeWords } from '../place-words.js';
import { explanations, hiddenLoads, shownMetrics } from './rows.js';
import { comparisonVerdict } from './verdict.js';
import {
  BOUND_WORDS,
  causeFigures,
  causeLabel,
  changeWords,
  counterWords,
  formatDifference,
  formatDifferenceInterval,
  formatRelative,
  formatValue,
  metricLabel,
  verdictWords,
} from './words.js';

const ROWS_MAX = 12;
const CHANGES_MAX = 10;

const VERDICT_MARKS: Readonly<Record<string, string>> = { worse: '🔴 ', better: '🟢 ' };
const BOUND_MARKS: Readonly<Record<BoundReport['verdict'], string>> = { failed: '❌', held: '✅', undecided: '⚠️' };

/** A comment for a pull request: the verdict, what moved and why; every figure folded away. */
export function renderComparisonMarkdown(report: Report): string {
  const comparison = report.comparison!;
  const { tone, headline, notes } = comparisonVerdict(report);
  const blocks = [
    `### ${TONE_MARKS[tone]} Drymesh: ${code(report.scenario.name)}: ${literal(headline)}`,
    ...notes.map(literal),
    boundTable(comparison),
    metricTable(comparison.metrics.filter(isMoved).slice(0, ROWS_MAX)),
    causeList(comparison),
    newFindings(comparison),
    details(report, comparison),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function isMoved({ name, verdict, workload }: MetricComparison): boolean {
  const isShown = name !== 'p95' && name !== 'p999' && workload === null;
  return isShown && verdict !== null && verdict !== 'same' && verdict !== 'undecided';
}

function boundTable({ bounds }: Comparison): string {
  const row = ({ name, traffic, service, unit, difference, ci95, verdict }: BoundReport) => [
    `${BOUND_MARKS[verdict]} ${BOUND_WORDS[verdict]}`,
    code(name),
    code(traffic ?? service ?? 'all'),
    formatDifference(unit, difference),
    formatDifferenceInterval(unit, ci95),
  ];
  return table('|:--|:--|:--|--:|--:|', ['verdict', 'bound', 'of', 'difference', '95 % interval'], bounds.map(row));
}

function metricTable(metrics: readonly MetricComparison[]): string {
  const row = (metric: MetricComparison) => {
    const { unit, base, candidate, difference, ci95, verdict } = metric;
    const relative = formatRelative(metric);
    return [
      code(metricLabel(metric)),
      formatValue(unit, base),
      formatValue(unit, candidate),
      `${formatDifference(unit, difference)}${relative === '' ? '' : ` (${relative})`}`,
      formatDifferenceInterval(unit, ci95),
      `${VERDICT_MARKS[verdict ?? ''] ?? ''}${verdictWords(metric).replace('>', '&gt;')}`,
    ];
  };
  const titles = ['figure', 'base', 'candidate', 'difference', '95 % interval', 'verdict'];
  return table('|:--|--:|--:|--:|--:|:--|', titles, metrics.map(row));
}

/** One line for each figure: its largest cause, and the line of the change. */
function causeList(comparison: Comparison): string {
  return explanations(comparison)
    .slice(0, ROWS_MAX)
    .map(({ metric, causes: [cause] }) => {
      const { change } = cause!;
      const because = change === null ? '' : `: ${code(changeWords(change))}`;
      const where = cause!.file === null ? '' : `, ${code(placeWords(cause!))}`;
      return `- ${code(metricLabel(metric))}: ${code(causeLabel(cause!))} ${causeFigures(cause!)}${where}${because}`;
    })
    .join('\n');
}

function newFindings({ introduced }: Comparison): string {
  const items = introduced
    .slice(0, ROWS_MAX)
    .map(
      ({ severity, code: word, message, file, line }) =>
        `- new ${severity} ${code(word)} ${code(`${file}:${line}`)} ${literal(message)}`,
    );
  const more = introduced.length - items.length;
  return [...items, ...(more > 0 ? [`- and ${formatCount(more)} more`] : [])].join('\n');
}

function details(report: Report, comparison: Comparison): string {
  const { seed, replications, simulatedSeconds, drymesh } = report;
  const hidden = hiddenLoads(comparison);
  const blocks = [
    changeTable(comparison),
    metricTable(shownMetrics(comparison)),
    hidden === null ? '' : `${hidden}.`,
    causeTable(comparison),
    attributionTable(comparison),
    `Seed ${seed}, ${replications} × ${formatSeconds(simulatedSeconds)} of both simulated, with the same random numbers, drymesh ${code(drymesh.version)}.`,
  ];
  const inside = blocks.filter((block) => block !== '').join('\n\n');
  return `<details>\n<summary>Changes, figures, causes</summary>\n\n${inside}\n\n</details>`;
}

function changeTable({ changes }: Comparison): string {
  const rows = changes.slice(0, CHANGES_MAX).map((change) => [code(changeWords(change)), code(placeWords(change))]);
  const more = changes.length - rows.length;
  return table(
    '|:--|:--|',
    ['change', 'written in'],
    [...rows, ...(more > 0 ? [[`and ${formatCount(more)} more`, '']] : [])],
  );
}

function causeTable(comparison: Comparison): string {
  const rows = explanations(comparison).flatMap(({ metric, causes }) =>
    causes.map((cause) => [
      code(metricLabel(metric)),
      code(causeLabel(cause)),
      causeFigures(cause),
      literal(counterWords(cause)),
      cause.file === null ? '' : code(placeWords(cause)),
    ]),
  );
  return table(
    '|:--|:--|--:|:--|:--|',
    ['figure', 'cause', 'before → after', 'counters', 'written in'],
    rows.slice(0, 3 * ROWS_MAX),
  );
}

function attributionTable({ attribution, changes, metrics }: Comparison): string {
  const rows = attribution.flatMap(({ change, alone, last, ...subject }) => {
    const metric = metrics.find((each) => metricLabel(each) === metricLabel({ name: subject.metric, ...subject }))!;
    if (!isMoved(metric)) return [];
    return [
      [
        code(metricLabel(metric)),
        code(changeWords(changes[change]!)),
        formatDifference(metric.unit, alone.difference),
        formatDifference(metric.unit, last.difference),
      ],
    ];
  });
  return table('|:--|:--|--:|--:|', ['figure', 'change', 'alone', 'on top of all others'], rows.slice(0, 3 * ROWS_MAX));
}
