import type { Diagnostic } from '../diagnostics/index.js';
import type { Outside } from './outside.js';

const MOST_INFOS = 5;

/** Tells people what was found: errors and warnings in full, of the rest a few and how many more. */
export function showDiagnostics(outside: Outside, diagnostics: readonly Diagnostic[], all: boolean): void {
  const weighty = diagnostics.filter(({ severity }) => severity !== 'info');
  const infos = diagnostics.filter(({ severity }) => severity === 'info');
  for (const diagnostic of weighty) outside.err(diagnosticText(diagnostic));
  const shown = all ? infos : infos.slice(0, MOST_INFOS);
  for (const diagnostic of shown) outside.err(diagnosticText(diagnostic));
  if (shown.length < infos.length) {
    outside.err(`and ${infos.length - shown.length} more notes: 'drymesh lint' shows them all\n`);
  }
}

/** As compilers write it: place, severity, message, code; below it how to mend it. */
export function diagnosticText({ file, line, column, severity, message, code, help }: Diagnostic): string {
  const text = `${file}:${line}:${column}: ${severity}: ${message} [${code}]\n  ${help}\n`;
  return text.replace(CONTROL, '\uFFFD');
}

/** Terminals obey control characters: names from a file must not reach them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;
