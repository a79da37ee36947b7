import type { Node, Scalar } from 'yaml';
import { isMap, isScalar, isSeq } from 'yaml';
import type { AliasTargets, KeyName } from './mapping.js';
import { entriesOf, resolve } from './mapping.js';

/** The JSON value of a node. Objects have no prototype, so that a key `__proto__` is a key like any other. */
export function plain(node: Node | null, targets: AliasTargets, nameOf: KeyName | null = null): unknown {
  const own = resolve(node, targets);
  if (isMap(own)) {
    const object = Object.create(null) as Record<string, unknown>;
    for (const [key, { value }] of entriesOf(own, targets, nameOf)) object[key] = plain(value, targets, nameOf);
    return object;
  }
  if (isSeq(own)) return own.items.map((item) => plain(item as Node | null, targets, nameOf));
  return isScalar(own) ? plainScalar(own) : null;
}

/** Anything that JSON has no type for (a date, binary data under a tag) is its text. */
export function plainScalar(scalar: Scalar): string | number | boolean | null {
  const { value } = scalar;
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value;
  return scalar.source ?? String(value);
}
