import type { Diagnostic, Severity } from '../diagnostics/index.js';
import { compareText } from '../diagnostics/index.js';
import { formatCount } from './figures.js';

export interface DiagnosticGroup {
  readonly severity: Severity;
  /** `1 error`, `12 warnings`, `3 notes`. */
  readonly label: string;
  /** Each code once, by code unit. */
  readonly codes: readonly string[];
  /** In the order of the report. */
  readonly diagnostics: readonly Diagnostic[];
}

const SEVERITIES: readonly (readonly [Severity, word: string])[] = [
  ['error', 'error'],
  ['warning', 'warning'],
  ['info', 'note'],
];

/** The findings by severity, the worst first; a severity without findings has no group. */
export function diagnosticGroups(all: readonly Diagnostic[]): readonly DiagnosticGroup[] {
  return SEVERITIES.map(([severity, word]) => {
    const diagnostics = all.filter((diagnostic) => diagnostic.severity === severity);
    const codes = [...new Set(diagnostics.map(({ code }) => code))].sort(compareText);
    const label = `${formatCount(diagnostics.length)} ${word}${diagnostics.length === 1 ? '' : 's'}`;
    return { severity, label, codes, diagnostics };
  }).filter(({ diagnostics }) => diagnostics.length > 0);
}
