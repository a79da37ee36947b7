import type { Comparison, Verdict } from './compare.js';
import type { Estimate } from './summary.js';

const MARK: Readonly<Record<Verdict, string>> = {
  met: 'met',
  'met-by-interval': 'met (within interval)',
  missed: 'MISSED',
  shown: '',
};

/** A case's comparisons as a text table: measured, predicted, error, verdict. */
export function comparisonTable(comparisons: readonly Comparison[]): string {
  const isTold = ({ measured, predicted }: Comparison) => measured.mean !== 0 || predicted.mean !== 0;
  const rows = comparisons.filter(isTold).map((each) => {
    const { subject, figure, unit, measured, predicted, error, verdict } = each;
    const told = unit === 'ms' ? `${signed(100 * error, 1)} %` : `${signed(100 * error, 2)} pp`;
    return [subject, figure, written(measured, unit), written(predicted, unit), told, MARK[verdict]];
  });
  return aligned([['', '', 'measured', 'predicted', 'error', ''], ...rows]);
}

function written({ mean, half95 }: Estimate, unit: Comparison['unit']): string {
  const number = (value: number) => (unit === 'ms' ? value.toFixed(2) : (100 * value).toFixed(2));
  const spread = half95 === null ? '' : ` ± ${number(half95)}`;
  return `${number(mean)}${spread} ${unit === 'ms' ? 'ms' : '%'}`;
}

function signed(value: number, digits: number): string {
  return `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(digits)}`;
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) =>
    row.map((cell, i) => (i < 2 || i === 5 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ');
  return rows.map((row) => `  ${line(row).trimEnd()}\n`).join('');
}
