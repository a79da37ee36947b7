import { shortened } from '../../visible-text.js';

const LABEL_MAX = 14;

/** What stands at an axis for each value: short, and never the same for two of them. */
export function axisLabels(values: readonly string[]): readonly string[] {
  const labels = values.map((value) => shortened(value, LABEL_MAX));
  const isClear = new Set(labels).size === labels.length && !labels.includes('__proto__'); // Vega keeps them as keys
  return isClear ? labels : values.map((value, i) => `${i + 1}: ${shortened(value, LABEL_MAX - 4)}`);
}
