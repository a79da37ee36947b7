import type { CauseComparison, Comparison, Report } from '../analysis/index.js';
import type { Diagnostic } from '../diagnostics/index.js';
import { explanations } from './comparison/rows.js';
import {
  causeFigures,
  causeLabel,
  changeWords,
  formatDifference,
  metricLabel,
  verdictWords,
} from './comparison/words.js';
import { visibleText } from './visible-text.js';

const LEVELS = { error: 'error', warning: 'warning', info: 'note' } as const;

interface Finding {
  readonly ruleId: string;
  readonly level: 'error' | 'warning' | 'note';
  readonly text: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/**
 * SARIF 2.1.0, for the annotations of lines in a pull request: findings that the change brings, and at each line that was
 * changed what it makes worse or better. `nameOf`: of a file that the report names from the scenario's folder, from where the
 * tool that takes it stands: the root of the repository.
 */
export function renderSarif(report: Report, nameOf: (file: string) => string): string {
  const comparison = report.comparison!;
  const introduced = comparison.introduced.filter(({ file }) => isFile(file));
  const findings = [...introduced.map(ofDiagnostic), ...ofCauses(comparison)];
  const rules = [...new Set(findings.map(({ ruleId }) => ruleId))].sort().map((id) => ({ id }));
  const run = {
    tool: { driver: { name: 'drymesh', semanticVersion: report.drymesh.version, rules } },
    results: findings.map((finding) => resultOf({ ...finding, file: nameOf(finding.file) })),
  };
  const document = { $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function ofDiagnostic({ code, severity, message, help, file, line, column }: Diagnostic): Finding {
  return { ruleId: code, level: LEVELS[severity], text: `${message}. ${help}`, file, line, column };
}

/** One for each line, whatever it moves; where one figure is past its bound, an error. */
function ofCauses(comparison: Comparison): readonly Finding[] {
  const lines = new Map<
    string,
    { readonly cause: CauseComparison; readonly texts: string[]; isBad: boolean; isWorse: boolean }
  >();
  for (const { metric, causes } of explanations(comparison)) {
    const [cause] = causes;
    if (cause?.change == null || cause.file === null || !isFile(cause.file)) continue;
    const key = JSON.stringify([cause.file, cause.line]);
    const line = lines.get(key) ?? { cause, texts: [], isBad: false, isWorse: false };
    lines.set(key, line);
    const why = `${causeLabel(cause)} ${causeFigures(cause)}`;
    line.texts.push(
      `${metricLabel(metric)} ${formatDifference(metric.unit, metric.difference)} (${verdictWords(metric)}): ${why}`,
    );
    line.isWorse ||= metric.verdict === 'worse';
    line.isBad ||= comparison.bounds.some(
      (bound) =>
        bound.verdict === 'failed' &&
        bound.metric === metric.name &&
        bound.traffic === metric.traffic &&
        bound.service === metric.service,
    );
  }
  return [...lines.values()].map(({ cause, texts, isBad, isWorse }) => ({
    ruleId: 'drymesh-effect',
    level: isBad ? 'error' : isWorse ? 'warning' : 'note',
    text: `${changeWords(cause.change!)}. ${texts.join('. ')}.`,
    file: cause.file!,
    line: cause.line ?? 1,
    column: 1,
  }));
}

/** A flag is none, nor is what was at a commit and is no more. */
function isFile(file: string): boolean {
  return !file.startsWith('-') && !/^[^/]*:/.test(file);
}

function resultOf({ ruleId, level, text, file, line, column }: Finding) {
  const region = { startLine: line, startColumn: column };
  const physicalLocation = { artifactLocation: { uri: encodeURI(file) }, region };
  return { ruleId, level, message: { text: visibleText(text) }, locations: [{ physicalLocation }] };
}
