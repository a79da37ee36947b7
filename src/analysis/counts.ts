import { compareText } from '../diagnostics/index.js';
import type { Tally } from '../telemetry/index.js';
import type { Counts } from './report-document.js';

/** Counts by name, ordered as a report is: whole numbers first, by value, then texts by code unit. */
export function countsOf(tallies: readonly Tally[], namesOf: (key: number) => readonly string[]): Counts {
  const counts = new Map<string, number>();
  for (const { counts: tally } of tallies) {
    for (const [key, times] of tally) {
      for (const name of namesOf(key)) counts.set(name, (counts.get(name) ?? 0) + times);
    }
  }
  return Object.fromEntries([...counts].sort(([a], [b]) => compareKeys(a, b)));
}

function compareKeys(a: string, b: string): number {
  const [aIsNumber, bIsNumber] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (aIsNumber && bIsNumber) return Number(a) - Number(b);
  return aIsNumber === bIsNumber ? compareText(a, b) : aIsNumber ? -1 : 1;
}
