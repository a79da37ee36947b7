import type { PathStep } from './path.js';

/** One place in which two documents differ. */
export interface Difference {
  /** Where a reader looks: the field, or the first of the entries that came or went. */
  readonly path: readonly PathStep[];
  /** Undefined: not there. */
  readonly before: unknown;
  readonly after: unknown;
  /** What to replace in the one document to make it like the other here: the field, or the list that entries came to. */
  readonly whole: { readonly path: readonly PathStep[]; readonly before: unknown; readonly after: unknown };
}

type Plain = Readonly<Record<string, unknown>>;

/**
 * The smallest places in which two plain values differ, in the order of `after`. Entries of a list are the same by their
 * place. A list in which entries come and go at several places is one difference; so are the weights in one list, which are
 * shares of one whole.
 */
export function differences(before: unknown, after: unknown, path: readonly PathStep[] = []): readonly Difference[] {
  if (isMapping(before) && isMapping(after)) {
    const keys = [...Object.keys(after), ...Object.keys(before).filter((key) => !Object.hasOwn(after, key))];
    return keys.flatMap((key) => differences(before[key], after[key], [...path, key]));
  }
  if (Array.isArray(before) && Array.isArray(after)) return inLists(before, after, path);
  return Object.is(before, after) ? [] : [single(path, before, after)];
}

function inLists(before: readonly unknown[], after: readonly unknown[], path: readonly PathStep[]): Difference[] {
  if (before.length !== after.length) return [blockOf(before, after, path) ?? single(path, before, after)];
  const isRenamed = after.some((entry, i) => nameOf(entry) !== nameOf(before[i]));
  const found = after.flatMap((entry, i) => differences(before[i], entry, [...path, i]));
  const weights = found.filter(({ path: at }) => at.length === path.length + 2 && at.at(-1) === 'weight');
  return isRenamed || weights.length > 1 ? [single(path, before, after)] : found;
}

/** The one run of entries that came or went; null: there is more than that. */
function blockOf(before: readonly unknown[], after: readonly unknown[], path: readonly PathStep[]): Difference | null {
  const shorter = Math.min(before.length, after.length);
  let at = 0;
  while (at < shorter && isSame(before[at], after[at])) at++;
  let tail = 0;
  while (tail < shorter - at && isSame(before.at(-1 - tail), after.at(-1 - tail))) tail++;
  if (at + tail < shorter) return null;
  const run = (list: readonly unknown[]) => {
    const entries = list.slice(at, list.length - tail);
    return entries.length < 2 ? entries[0] : entries;
  };
  return { path: [...path, at], before: run(before), after: run(after), whole: { path, before, after } };
}

function isSame(a: unknown, b: unknown): boolean {
  return differences(a, b).length === 0;
}

function single(path: readonly PathStep[], before: unknown, after: unknown): Difference {
  return { path, before, after, whole: { path, before, after } };
}

function nameOf(entry: unknown): unknown {
  return isMapping(entry) ? entry.name : undefined;
}

function isMapping(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
