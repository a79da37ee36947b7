/** How bad a finding is. Only `refuses` decides whether a run can go on: what a cluster accepts is simulated. */
export type Severity = 'error' | 'warning' | 'info';

/** A place in a file: `line` and `column` count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The object that a finding is about. */
export interface ResourceName {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** Something to tell the person who wrote the input. Codes never change meaning. */
export interface Diagnostic extends Place {
  /** `IST0101`, `KIA1104`, or a kebab-case word of Drymesh's own. */
  readonly code: string;
  readonly severity: Severity;
  /** Whether the input cannot be run: unreadable, or the cluster itself would refuse it. */
  readonly refuses: boolean;
  /** What is wrong, with the offending text. */
  readonly message: string;
  /** What to write instead. */
  readonly help: string;
  readonly resource: ResourceName | null;
}

/** Collects findings while reading goes on. */
export class Diagnostics {
  readonly #all: Diagnostic[] = [];

  add(diagnostic: Diagnostic): void {
    this.#all.push(diagnostic);
  }

  addAll(diagnostics: Iterable<Diagnostic>): void {
    for (const diagnostic of diagnostics) this.#all.push(diagnostic);
  }

  get refuses(): boolean {
    return this.#all.some((diagnostic) => diagnostic.refuses);
  }

  /** All findings by (file, line, column, code), each once. */
  sorted(): readonly Diagnostic[] {
    const seen = new Set<string>();
    const unique = this.#all.filter((d) => {
      const key = JSON.stringify([d.file, d.line, d.column, d.code, d.message]);
      return !seen.has(key) && seen.add(key);
    });
    return unique.sort(compareDiagnostics);
  }
}

/** Orders by (file, line, column, code, message), texts by code unit. */
export function compareDiagnostics(a: Diagnostic, b: Diagnostic): number {
  return (
    compareText(a.file, b.file) ||
    a.line - b.line ||
    a.column - b.column ||
    compareText(a.code, b.code) ||
    compareText(a.message, b.message)
  );
}

/** Orders texts by code unit, the same on every machine and in every locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
