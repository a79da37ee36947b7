import type { Value } from '../reading/index.js';
import { quote, suggestion } from '../reading/index.js';
import type { Assets } from './assets.js';
import type { CsvFile, CsvRow } from './csv.js';
import { csvNamedBy, refuseRow } from './csv.js';
import { MAX_DURATION_MS } from './field-readers.js';
import type { Load, RequestSpec } from './types.js';

const SECONDS = /^-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/** Reads the CSV file that `replay` names: `seconds,request`, ascending; a negative time falls into warm-up. */
export function replayOf(value: Value, requests: readonly RequestSpec[], assets: Assets): Load | null {
  const csv = csvNamedBy(value, assets);
  if (csv === null) return null;
  const rows = csv.rows[0]?.cells[0]?.toLowerCase() === 'seconds' ? csv.rows.slice(1) : csv.rows;
  const index = new Map(requests.map(({ name }, i) => [name, i]));
  const [atMs, request]: [number[], number[]] = [[], []];
  for (const row of rows) {
    const problem = problemOf(row, atMs.at(-1) ?? -Infinity, index);
    if (problem !== null) {
      refuseRow(value, csv, row, problem.message, problem.help);
      return null;
    }
    atMs.push(Number(row.cells[0]) * 1000);
    request.push(index.get(row.cells[1]!)!);
  }
  return rows.length > 0 ? { kind: 'replay', atMs, request } : refuseEmpty(value, csv);
}

/** What is wrong with a row, after one at `lastMs`. */
function problemOf({ cells }: CsvRow, lastMs: number, index: ReadonlyMap<string, number>) {
  const [seconds = '', name = ''] = cells;
  const ms = SECONDS.test(seconds) ? Number(seconds) * 1000 : Number.NaN;
  if (!(Math.abs(ms) <= MAX_DURATION_MS)) {
    return { message: `${quote(seconds)} is not a time`, help: "write seconds since the start, such as '12.5'" };
  }
  if (ms < lastMs) return { message: `${seconds} s is before the row above`, help: 'sort the rows by time' };
  if (index.has(name)) return null;
  return { message: `there is no request ${quote(name)}`, help: suggestion(name, [...index.keys()]) };
}

function refuseEmpty(value: Value, { file }: CsvFile): null {
  value.refuse('empty-list', `${quote(file)} has no rows`, "write lines such as '0.5,browse'");
  return null;
}
