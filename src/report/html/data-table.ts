import { formatCount } from '../figures.js';
import { type Content, html, type Markup } from './markup.js';

export interface DataColumn {
  readonly title: string;
  readonly isNumber: boolean;
  /** What the figure means, shown when pointing at the title. */
  readonly help?: string;
}

export interface DataCell {
  readonly content: Content;
  /** What the page's script orders by; null comes last. */
  readonly sort: number | string | null;
}

export interface DataRow {
  readonly cells: readonly DataCell[];
  /** Unfolds below the row. */
  readonly details: Markup | null;
}

export interface DataTable {
  /** Names the table for those who do not see it. */
  readonly label: string;
  readonly columns: readonly DataColumn[];
  readonly rows: readonly DataRow[];
  /** Holds the rows for which there is no room here. */
  readonly file?: string;
}

const ROWS_MAX = 400;
const ROWS_WITHOUT_FILTER_MAX = 20;

/** A table that scrolls within itself and whose columns can be ordered; with a filter when it is long. */
export function dataTable({ label, columns, rows, file = 'report.json' }: DataTable): Markup {
  const shown = rows.slice(0, ROWS_MAX);
  return html`<div class="data">${rows.length > ROWS_WITHOUT_FILTER_MAX ? filterBox(label) : null}
<div class="scroll" tabindex="0" role="region" aria-label="${label}"><table>
<thead><tr>${columns.map(headCell)}</tr></thead>
${shown.map((row) => tableRow(row, columns))}
</table></div>${moreNote(rows.length - shown.length, file)}</div>`;
}

export function numberCell(text: string, value: number | null): DataCell {
  return { content: text, sort: value };
}

export function nameCell(name: string): DataCell {
  return { content: html`<span class="name">${name}</span>`, sort: name };
}

function filterBox(label: string): Markup {
  return html`<p class="filter"><input type="search" placeholder="Filter by name, code or flag" aria-label="Filter: ${label}"><output></output></p>`;
}

function headCell({ title, isNumber, help = title }: DataColumn): Markup {
  return html`<th scope="col" class="${isNumber ? 'number' : ''}" title="${help}"><button type="button">${title}</button></th>`;
}

function tableRow({ cells, details }: DataRow, columns: readonly DataColumn[]): Markup {
  const cell = ({ content, sort }: DataCell, i: number) => {
    const unfold = i === 0 && details !== null ? UNFOLD : null;
    const kind = columns[i]!.isNumber ? 'number' : unfold === null ? '' : 'unfolds';
    return html`<td class="${kind}" data-sort="${sort}">${unfold}${content}</td>`;
  };
  const below =
    details === null ? null : html`<tr class="details" hidden><td colspan="${columns.length}">${details}</td></tr>`;
  return html`<tbody><tr>${cells.map(cell)}</tr>${below}</tbody>
`;
}

const UNFOLD = html`<button type="button" class="unfold" aria-expanded="false" aria-label="Details">›</button>`;

function moreNote(hidden: number, file: string): Markup | null {
  return hidden <= 0 ? null : html`<p class="note">and ${formatCount(hidden)} more, in ${file}.</p>`;
}
