import type { Section, Value } from '../reading/index.js';
import { numberOf } from './field-readers.js';

/**
 * Shares that add to 1 from weights, each 1 when it is not written, in file order. Reports at `list` when all are 0;
 * then all share alike.
 */
export function sharesOf(entries: readonly Section[], list: Value): number[] {
  const weights = entries.map((entry) => {
    const weight = entry.value('weight');
    return weight === null ? 1 : (numberOf(weight, { min: 0, max: 1e9 }) ?? 1);
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total > 0) return weights.map((weight) => weight / total);
  if (entries.length > 0) list.refuse('no-weight', 'all weights are 0', 'give at least one a weight above 0');
  return weights.map(() => 1 / weights.length);
}
