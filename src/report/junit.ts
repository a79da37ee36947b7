import type { BoundReport, ObjectiveReport, Report } from '../analysis/index.js';
import { formatDifference, formatDifferenceInterval } from './comparison/words.js';
import { formatIn, formatInterval } from './figures.js';
import { visibleText } from './visible-text.js';

interface TestCase {
  readonly name: string;
  /** Null: it passed. */
  readonly problem: { readonly kind: 'failure' | 'skipped'; readonly message: string } | null;
}

/** Bounds and objectives as test cases of a suite each, for a CI server that shows JUnit's XML. Undecided ones are skipped. */
export function renderJunit(report: Report): string {
  const suites = [
    suite('bounds', report.scenario.name, (report.comparison?.bounds ?? []).map(boundCase)),
    suite('objectives', report.scenario.name, report.objectives.map(objectiveCase)),
  ];
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="drymesh">\n${suites.join('')}</testsuites>\n`;
}

function boundCase({ name, traffic, service, unit, difference, ci95, verdict }: BoundReport): TestCase {
  const of = traffic ?? service;
  const message = `${formatDifference(unit, difference)} (95 % interval ${formatDifferenceInterval(unit, ci95)})`;
  const kind = verdict === 'failed' ? 'failure' : 'skipped';
  return { name: of === null ? name : `${name} (${of})`, problem: verdict === 'held' ? null : { kind, message } };
}

function objectiveCase({ name, traffic, unit, measured, ci95, pass }: ObjectiveReport): TestCase {
  const message = `${formatIn(unit, measured)} (95 % interval ${formatInterval(unit, ci95)})`;
  return { name: `${name} (${traffic})`, problem: pass ? null : { kind: 'failure', message } };
}

function suite(name: string, scenario: string, cases: readonly TestCase[]): string {
  if (cases.length === 0) return '';
  const count = (kind: string) => cases.filter(({ problem }) => problem?.kind === kind).length;
  const className = xml(`${scenario}.${name}`);
  const lines = cases.map(({ name: own, problem }) => {
    const open = `    <testcase classname="${className}" name="${xml(own)}"`;
    return problem === null ? `${open}/>` : `${open}><${problem.kind} message="${xml(problem.message)}"/></testcase>`;
  });
  const totals = `tests="${cases.length}" failures="${count('failure')}" skipped="${count('skipped')}"`;
  return `  <testsuite name="${className}" ${totals}>\n${lines.join('\n')}\n  </testsuite>\n`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

function xml(text: string): string {
  return visibleText(text).replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}
