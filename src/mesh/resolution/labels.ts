import type { Labels } from '../service.js';

/** Whether `labels` carry every label of `selector`; a selector without labels asks for nothing. */
export function selects(selector: Labels, labels: Labels): boolean {
  return Object.entries(selector).every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value);
}

/** Whether both hold the same labels. */
export function sameLabels(a: Labels, b: Labels): boolean {
  return selects(a, b) && selects(b, a);
}
