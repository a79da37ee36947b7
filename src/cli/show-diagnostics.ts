import { relative, resolve, sep } from 'node:path';
import type { Diagnostic } from '../diagnostics/index.js';
import type { Outside } from './outside.js';

const MOST_INFOS = 5;

export interface Showing {
  /** Takes the text. */
  readonly write: (text: string) => void;
  readonly cwd: string;
  /** The folder that the names of files are relative to. */
  readonly base: string;
  /** Every note, or a few and how many more there are. */
  readonly allInfos: boolean;
}

/** Tells people what was found: errors and warnings first, then notes. Files are named from where people stand. */
export function showDiagnostics(diagnostics: readonly Diagnostic[], { write, cwd, base, allInfos }: Showing): void {
  const infos = diagnostics.filter(({ severity }) => severity === 'info');
  const weighty = diagnostics.filter(({ severity }) => severity !== 'info');
  const shown = allInfos ? infos : infos.slice(0, MOST_INFOS);
  for (const diagnostic of [...weighty, ...shown]) {
    write(diagnosticText({ ...diagnostic, file: fromCwd(diagnostic.file, base, cwd) }));
  }
  const left = infos.length - shown.length;
  if (left > 0) write(`and ${left} more ${left === 1 ? 'note' : 'notes'}: 'drymesh lint' shows them all\n`);
}

/** On stderr, beside a result. `base`: the folder that the names of files are relative to. */
export function tellDiagnostics(diagnostics: readonly Diagnostic[], base: string, outside: Outside): void {
  showDiagnostics(diagnostics, { write: (text) => outside.err(text), cwd: outside.cwd, base, allInfos: false });
}

/** As compilers write it: place, severity, message, code; below it how to mend it. */
function diagnosticText({ file, line, column, severity, message, code, help }: Diagnostic): string {
  const text = `${file}:${line}:${column}: ${severity}: ${message} [${code}]\n  ${help}\n`;
  return text.replace(CONTROL, '\uFFFD');
}

/** A file as people see it from where they stand. A flag (`--set`) and standard input (`-`) are no files. */
export function fromCwd(file: string, base: string, cwd: string): string {
  return file.startsWith('-') || /^[^/]*:/.test(file)
    ? file
    : relative(cwd, resolve(base, file)).split(sep).join('/') || file;
}

/** Terminals obey control characters: names from a file must not reach them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;
