import { shortened } from '../visible-text.js';
import type { Style } from './style.js';

/** Columns that any terminal and pull request shows without breaking the line. */
export const WIDTH = 100;

const GAP = 2;
const CELL_WIDTH_MAX = 60;
const CELL_WIDTH_MIN = 12;

export interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
  /** Never gives way. */
  readonly isWhole?: boolean;
}

export interface Row {
  readonly cells: readonly string[];
  /** Applied to the whole line. */
  readonly paint?: (text: string) => string;
}

/** A table as lines of at most `WIDTH`: where that is too little, texts give way, the widest first. */
export function tableLines(columns: readonly Column[], rows: readonly Row[], style: Style): string[] {
  const texts = rows.map(({ cells }) => cells.map((cell) => shortened(cell, CELL_WIDTH_MAX)));
  const widths = columns.map(({ title }, i) => Math.max(...[title, ...texts.map((cells) => cells[i]!)].map(widthOf)));
  narrow(widths, columns);
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => pad(shortened(cell, widths[i]!), widths[i]!, columns[i]!.align))
      .join(' '.repeat(GAP))
      .trimEnd();
  const body = texts.map((cells, i) => (rows[i]!.paint ?? String)(line(cells)));
  return [style.faint(line(columns.map(({ title }) => title))), ...body];
}

function narrow(widths: number[], columns: readonly Column[]): void {
  const gaps = (columns.length - 1) * GAP;
  let excess = widths.reduce((sum, width) => sum + width, gaps) - WIDTH;
  for (; excess > 0; excess--) {
    const givers = widths.map((width, i) => (columns[i]!.align === 'left' && !columns[i]!.isWhole ? width : 0));
    const widest = Math.max(...givers);
    if (widest <= CELL_WIDTH_MIN) return;
    widths[givers.indexOf(widest)] = widest - 1;
  }
}

function pad(text: string, width: number, align: Column['align']): string {
  const room = ' '.repeat(Math.max(0, width - widthOf(text)));
  return align === 'left' ? text + room : room + text;
}

function widthOf(text: string): number {
  return [...text].length;
}
