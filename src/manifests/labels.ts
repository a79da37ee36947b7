import type { Labels } from '../mesh/index.js';

const NAME = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const PREFIX = /^[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?$/;

/** Whether `selector` (not empty: an empty one is each caller's own question) selects what carries `labels`. */
export function selects(selector: Labels, labels: Labels): boolean {
  return Object.keys(selector).every((key) => Object.hasOwn(labels, key) && labels[key] === selector[key]);
}

/** Source: Kubernetes, apimachinery/pkg/util/validation, IsQualifiedName. */
export function isLabelKey(key: string): boolean {
  const slash = key.indexOf('/');
  return slash < 0 ? NAME.test(key) : PREFIX.test(key.slice(0, slash)) && NAME.test(key.slice(slash + 1));
}

/** Source: Kubernetes, apimachinery/pkg/util/validation, IsValidLabelValue. */
export function isLabelValue(value: string): boolean {
  return value === '' || NAME.test(value);
}
