import { compareText } from '../diagnostics/index.js';

/**
 * The order of keys in a document of type `T`: an object with the keys of `T` in their order, lists by the order of
 * their items, maps by that of their values. The compiler notices a member that is missing.
 */
export type KeyOrder<T> = T extends readonly (infer Item)[]
  ? KeyOrder<NonNullable<Item>>
  : T extends object
    ? string extends keyof T
      ? { readonly each: KeyOrder<NonNullable<T[keyof T]>> }
      : { readonly [Key in keyof T]-?: KeyOrder<NonNullable<T[Key]>> }
    : 'value';

type AnyOrder = 'value' | { readonly [key: string]: AnyOrder };

/**
 * JSON of two spaces a level, with lists of plain values on one line and a newline at the end: the same value gives the
 * same bytes. Keys that `order` does not know are left out; those of a map stand by code unit, integers first by value.
 * Throws RangeError with the path of a number that is not finite.
 */
export function canonicalJson<T>(value: T, order: KeyOrder<T>): string {
  return `${print(value, order as AnyOrder, '$', '')}\n`;
}

function print(value: unknown, order: AnyOrder, path: string, indent: string): string {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError(`${path} is ${value}`);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return printList(value, order, path, indent);
  return printObject(value as Record<string, unknown>, order, path, indent);
}

function printList(items: readonly unknown[], order: AnyOrder, path: string, indent: string): string {
  const isFlat = items.every((item) => typeof item !== 'object' || item === null);
  const texts = items.map((item, i) => print(item, order, `${path}[${i}]`, `${indent}  `));
  return isFlat ? `[${texts.join(', ')}]` : lines('[', texts, ']', indent);
}

function printObject(object: Record<string, unknown>, order: AnyOrder, path: string, indent: string): string {
  if (order === 'value') throw new TypeError(`${path} is an object where a plain value belongs`);
  const each = order.each;
  const keys = each === undefined ? Object.keys(order) : Object.keys(object).sort(compareKeys);
  const texts = keys
    .filter((key) => Object.hasOwn(object, key) && object[key] !== undefined)
    .map((key) => {
      const text = print(object[key], each ?? order[key]!, `${path}.${key}`, `${indent}  `);
      return `${JSON.stringify(key)}: ${text}`;
    });
  return lines('{', texts, '}', indent);
}

function lines(open: string, texts: readonly string[], close: string, indent: string): string {
  if (texts.length === 0) return open + close;
  return `${open}\n${texts.map((text) => `${indent}  ${text}`).join(',\n')}\n${indent}${close}`;
}

const INTEGER = /^(?:0|[1-9]\d*)$/;

/** Orders the keys of a map: integers first by value, then texts by code unit. */
export function compareKeys(a: string, b: string): number {
  const [aIsInteger, bIsInteger] = [INTEGER.test(a), INTEGER.test(b)];
  if (aIsInteger && bIsInteger) return a.length - b.length || compareText(a, b);
  return aIsInteger === bIsInteger ? compareText(a, b) : aIsInteger ? -1 : 1;
}
