import type { HeaderOperations } from './routes.js';

const AUTHORITY_NAMES = new Set([':authority', 'host']);

/**
 * The headers after the operations: `remove` first, then `set` overwrites and `add` appends after a comma. Names come
 * out in lower case. The authority is no header here: `authorityOf` tells what the operations make of it.
 * Source: Envoy 1.37, source/common/router/header_parser.cc, `evaluateHeaders`.
 */
export function applyHeaders(
  operations: HeaderOperations | null,
  headers: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  if (operations === null) return headers;
  const result = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  for (const name of operations.remove) result.delete(name.toLowerCase());
  for (const [name, value] of named(operations.set)) result.set(name, value);
  for (const [name, value] of named(operations.add)) {
    const before = result.get(name);
    result.set(name, before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries(result);
}

/** The authority that the operations set, or null when they leave it. */
export function authorityOf(operations: HeaderOperations | null): string | null {
  const set = Object.entries(operations?.set ?? {});
  return set.find(([name]) => AUTHORITY_NAMES.has(name.toLowerCase()))?.[1] ?? null;
}

function named(values: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  return Object.entries(values)
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .filter(([name]) => !AUTHORITY_NAMES.has(name));
}
