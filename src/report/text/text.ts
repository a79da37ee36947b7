import type { Report } from '../../analysis/index.js';
import { formatCount, formatSeconds } from '../figures.js';
import { verdictOf } from '../verdict.js';
import { shortened, visibleText } from '../visible-text.js';
import { MARKS } from './marks.js';
import {
  capacityLine,
  causeLines,
  diagnosticsLine,
  edgeLines,
  failureLines,
  objectiveLines,
  trafficLines,
  workloadLines,
} from './sections.js';
import type { Style } from './style.js';
import { wrapped } from './wrapped.js';

/** The report as a terminal shows it: the verdict first, failures before successes, tables at most 100 wide. */
export function renderText(report: Report, style: Style): string {
  return [
    ...headLines(report, style),
    ...objectiveLines(report, style),
    ...trafficLines(report, style),
    ...edgeLines(report, style),
    ...workloadLines(report, style),
    ...capacityLine(report, style),
    ...causeLines(report, style),
    ...failureLines(report, style),
    ...diagnosticsLine(report, style),
  ].join('\n');
}

function headLines(report: Report, style: Style): string[] {
  const { scenario, drymesh, seed, replications, simulatedSeconds, warmupSeconds, engine } = report;
  const { tone, headline, notes } = verdictOf(report);
  const paint = { failed: style.bad, undecided: style.doubtful, held: style.good, none: style.heading }[tone];
  const runs = `${formatCount(replications)} × ${formatSeconds(simulatedSeconds)} (${formatSeconds(warmupSeconds)} warm-up)`;
  const version = shortened(drymesh.version, 20);
  return [
    style.heading(shortened(scenario.name, 80)),
    style.faint(`drymesh ${version}, seed ${seed}, ${runs}, ${formatCount(engine.hops)} hops`),
    '',
    paint(`${MARKS[tone]} ${headline}`),
    ...notes.flatMap((note) => wrapped(visibleText(note), '  ')),
    '',
  ];
}
