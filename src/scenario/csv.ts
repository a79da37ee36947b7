import type { Value } from '../reading/index.js';
import { quote } from '../reading/index.js';
import type { Assets } from './assets.js';

/** A line of a CSV file that holds something. */
export interface CsvRow {
  /** From 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

export interface CsvFile {
  readonly file: string;
  readonly rows: readonly CsvRow[];
}

/** The rows of the file that `value` names; null when it cannot be read, which is reported at that name. */
export function csvNamedBy(value: Value, assets: Assets): CsvFile | null {
  const path = value.asText();
  if (path === null) return null;
  const source = assets.read(path);
  if (source !== null) return { file: source.file, rows: rowsOf(source.text) };
  value.refuse('unreadable', `${quote(path)} cannot be read`, 'name a text file, relative to the scenario');
  return null;
}

/** Reports a bad row at the name of its file: that is where it can be looked up from. */
export function refuseRow(value: Value, { file }: CsvFile, row: CsvRow, message: string, help: string): void {
  value.refuse('bad-csv', `${file}:${row.line}: ${message}`, help);
}

/** Cells are trimmed and lose their quotes; a cell holds no comma and no line end. */
function rowsOf(text: string): CsvRow[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((written, index) => ({ line: index + 1, cells: written.split(',').map(cellOf) }))
    .filter(({ cells }) => cells.some((cell) => cell !== ''));
}

function cellOf(written: string): string {
  const cell = written.trim();
  return /^".*"$/.test(cell) ? cell.slice(1, -1) : cell;
}
