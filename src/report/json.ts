import type { Report } from '../analysis/index.js';
import type { Diagnostic } from '../diagnostics/index.js';
import { canonicalJson, type KeyOrder } from './canonical-json.js';
import { DIAGNOSTIC_ORDER, REPORT_ORDER } from './key-order.js';

/** What `lint` prints with `--format json`, and every command when it refuses its input. */
export interface LintDocument {
  readonly diagnostics: readonly Diagnostic[];
}

const LINT_ORDER: KeyOrder<LintDocument> = { diagnostics: DIAGNOSTIC_ORDER };

/** The bytes of report.json. Throws RangeError with the path of a number that is not finite. */
export function renderJson(report: Report): string {
  return canonicalJson(report, REPORT_ORDER);
}

/** The bytes of a lint document. */
export function renderLintJson(document: LintDocument): string {
  return canonicalJson(document, LINT_ORDER);
}
