import type { HeaderOperations } from './routes.js';

const AUTHORITY_NAMES = new Set([':authority', 'host']);

/** Whether operations on this header rewrite the authority instead. */
export function isAuthorityName(name: string): boolean {
  return AUTHORITY_NAMES.has(name.toLowerCase());
}

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

/**
 * The authority that the operations make, or null when they leave it: that of `set`, else that of `add`, which appends
 * nothing. Source: Istio 1.31, pilot/pkg/networking/core/route/route.go, `TranslateHeadersOperations`.
 */
export function authorityOf(operations: HeaderOperations | null): string | null {
  return authoritiesOf(operations).find((authority) => authority !== '') ?? null;
}

/** Every value that the operations give the authority, those of `set` first. */
export function authoritiesOf(operations: HeaderOperations | null): readonly string[] {
  const written = [...Object.entries(operations?.set ?? {}), ...Object.entries(operations?.add ?? {})];
  return written.filter(([name]) => isAuthorityName(name)).map(([, value]) => value);
}

function named(values: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  return Object.entries(values)
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .filter(([name]) => !isAuthorityName(name));
}

/**
 * The operations of a rule and of its only destination, which make one list: what either removes goes first, then what
 * the rule and then what the destination sets and adds. Those of a split's destinations are a list of their own, which
 * comes before the rule's. Source: Istio 1.31, pilot/pkg/networking/core/route/route.go, `processDestination`; Envoy
 * 1.37, source/common/router/weighted_cluster_specifier.cc, `finalizeRequestHeaders`.
 */
export function joinedHeaders(
  rule: HeaderOperations | null,
  destination: HeaderOperations | null,
): HeaderOperations | null {
  if (rule === null || destination === null) return rule ?? destination;
  const set = new Map(named(rule.set));
  const add = new Map(named(rule.add));
  for (const [name, value] of named(destination.set)) {
    set.set(name, value);
    add.delete(name);
  }
  for (const [name, value] of named(destination.add)) {
    const before = add.get(name);
    add.set(name, before === undefined ? value : `${before},${value}`);
  }
  const remove = [...rule.remove, ...destination.remove];
  return { set: Object.fromEntries(set), add: Object.fromEntries(add), remove };
}
