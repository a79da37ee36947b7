import type { BoundReport, ObjectiveReport, Report } from '../../../analysis/index.js';
import { comparisonVerdict } from '../../comparison/verdict.js';
import { BOUND_WORDS, formatDifference, formatDifferenceInterval } from '../../comparison/words.js';
import { formatInterval, formatMeasured } from '../../figures.js';
import { type ObjectiveState, objectiveState, objectivesByState, type Verdict, verdictOf } from '../../verdict.js';
import { html, type Markup } from '../markup.js';
import { intervalDrawing } from './interval-drawing.js';

export const TONE_MARKS: Readonly<Record<Verdict['tone'], string>> = {
  failed: '✕',
  undecided: '?',
  held: '✓',
  none: '–',
};

const STATE_CHIPS: Readonly<Record<ObjectiveState, readonly [mark: string, word: string, kind: string]>> = {
  failed: ['✕', 'failed', 'bad'],
  missed: ['✕', 'missed, undecided', 'bad'],
  met: ['?', 'met, undecided', 'doubtful'],
  held: ['✓', 'held', 'good'],
};

const BOUND_CHIPS: Readonly<Record<BoundReport['verdict'], readonly [mark: string, kind: string]>> = {
  failed: ['✕', 'bad'],
  undecided: ['?', 'doubtful'],
  held: ['✓', 'good'],
};

/** The answer before anything else: did the objectives hold, and how sure is that. */
export function verdictBanner(report: Report): Markup {
  const { tone, headline, notes } = report.comparison === undefined ? verdictOf(report) : comparisonVerdict(report);
  return html`<section class="verdict ${tone}" aria-labelledby="verdict-title"><div class="answer"><span class="sign" aria-hidden="true">${TONE_MARKS[tone]}</span>
<div><h2 id="verdict-title">${headline}</h2>${notes.map((note) => html`<p>${note}</p>`)}</div></div>
${boundTable(report.comparison?.bounds ?? [])}${report.objectives.length === 0 ? null : objectiveTable(report.objectives)}</section>
`;
}

function boundTable(bounds: readonly BoundReport[]): Markup | null {
  if (bounds.length === 0) return null;
  const titles = ['Verdict', 'Bound', 'Of', 'Difference', '95 % interval'];
  const row = ({ name, traffic, service, unit, difference, ci95, verdict }: BoundReport) => {
    const [mark, kind] = BOUND_CHIPS[verdict];
    return html`<tr><td><span class="chip ${kind}">${mark} ${BOUND_WORDS[verdict]}</span></td><td><span class="name">${name}</span></td><td>${traffic ?? service ?? ''}</td><td class="figure">${formatDifference(unit, difference)}</td><td>${formatDifferenceInterval(unit, ci95)}</td></tr>
`;
  };
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Bounds"><table class="objectives"><thead><tr>${titles.map((title) => html`<th scope="col">${title}</th>`)}</tr></thead>
<tbody>${bounds.map(row)}</tbody></table></div>`;
}

function objectiveTable(objectives: readonly ObjectiveReport[]): Markup {
  const titles = ['Verdict', 'Objective', 'Traffic', 'Measured', '95 % interval', 'Interval against target'];
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Objectives"><table class="objectives"><thead><tr>${titles.map((title) => html`<th scope="col">${title}</th>`)}</tr></thead>
<tbody>${objectivesByState(objectives).map(objectiveRow)}</tbody></table></div>`;
}

function objectiveRow(objective: ObjectiveReport): Markup {
  const { name, traffic, unit, measured, target, ci95 } = objective;
  const [mark, word, kind] = STATE_CHIPS[objectiveState(objective)];
  return html`<tr><td><span class="chip ${kind}">${mark} ${word}</span></td><td><span class="name">${name}</span></td><td>${traffic}</td><td class="figure">${formatMeasured(unit, measured, target)}</td><td>${formatInterval(unit, ci95)}</td><td>${intervalDrawing(objective)}</td></tr>
`;
}
