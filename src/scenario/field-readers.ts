import { parsePercentage, parseRatePerSecond, parseSizeBytes } from '../diagnostics/index.js';
import type { Section, Value } from '../reading/index.js';
import { quote, suggestion } from '../reading/index.js';

/** The longest time that can be asked for, 366 days in ms: still exact to the nanosecond. */
export const MAX_DURATION_MS = 366 * 86_400_000;
const MAX_RATE_PER_SECOND = 1e7;
const MAX_BYTES = 1e12;

interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** The field, which must be written; its absence is reported. */
export function required(section: Section, key: string): Value | null {
  const value = section.value(key);
  if (value === null) section.refuse('missing-field', `'${key}' is missing`, `add '${key}:' here`);
  return value;
}

/** A number within bounds, both included. */
export function numberOf(value: Value, bounds: Bounds): number | null {
  return within(value, value.asNumber(), bounds);
}

/** A whole number within bounds, both included. */
export function countOf(value: Value, bounds: Bounds): number | null {
  return within(value, value.asCount(), bounds);
}

/** A whole number of a field, `or` when it is absent or wrong. */
export function countIn<T>(section: Section, key: string, bounds: Bounds, or: T): number | T {
  const value = section.value(key);
  return value === null ? or : (countOf(value, bounds) ?? or);
}

/** Milliseconds, at most a year. */
export function durationMsOf(value: Value): number | null {
  const ms = value.asDurationMs();
  if (ms === null || ms <= MAX_DURATION_MS) return ms;
  return outOfRange(value, 'at most 8784h (366 days)');
}

export function durationMsIn<T>(section: Section, key: string, or: T): number | T {
  const value = section.value(key);
  return value === null ? or : (durationMsOf(value) ?? or);
}

/** A percentage as a ratio 0..1. */
export function shareOf(value: Value): number | null {
  const share = parsePercentage(value.written);
  if (share === null)
    return malformed(value, 'bad-percentage', 'a percentage', "write a number and '%', such as '20%'");
  return share <= 1 ? share : outOfRange(value, 'at most 100%');
}

/** Requests per second. */
export function ratePerSecondOf(value: Value, text: string = value.written): number | null {
  const rate = parseRatePerSecond(text);
  if (rate === null)
    return malformed(value, 'bad-rate', 'a rate', "write a number and a unit, such as '100/s' or '90/min'");
  return rate <= MAX_RATE_PER_SECOND ? rate : outOfRange(value, `at most ${MAX_RATE_PER_SECOND}/s`);
}

/** Bytes of a size; 0 needs no unit. Absent is `or`. */
export function bytesIn(section: Section, key: string, or: number): number {
  const value = section.value(key);
  if (value === null) return or;
  const bytes = value.written === '0' ? 0 : parseSizeBytes(value.written);
  if (bytes === null)
    return malformed(value, 'bad-size', 'a size', "write a number and a unit, such as '4kB' or '1MiB'") ?? or;
  return bytes <= MAX_BYTES ? bytes : (outOfRange(value, 'at most 1000GB') ?? or);
}

/** One of some words; absent, or none of them, is `or`. */
export function wordIn<const W extends string>(section: Section, key: string, words: readonly W[], or: W): W {
  const value = section.value(key);
  const text = value?.asText() ?? null;
  if (value === null || text === null) return or;
  const word = words.find((candidate) => candidate === text);
  if (word === undefined) value.refuse('unknown-word', `${quote(text)} is not known here`, suggestion(text, words));
  return word ?? or;
}

/** The text, if it is not empty. */
export function nameOf(value: Value | null): string | null {
  const text = value?.asText() ?? null;
  if (text !== '') return text;
  value?.refuse('bad-name', 'the name is empty', 'write a name here');
  return null;
}

/** The one key of `keys` that is written; none or several are reported. */
export function onlyKeyOf(section: Section, keys: readonly string[], what: string): string | null {
  const written = keys.filter((key) => section.has(key));
  if (written.length === 1) return written[0]!;
  const found = written.length === 0 ? 'none is there' : `${written.join(' and ')} are there`;
  section.refuse('one-of', `${what} needs exactly one of ${keys.join(', ')}; ${found}`, 'keep or add one', written[1]);
  return null;
}

/** Reports a value that is not what is wanted, and gives null. */
export function malformed(value: Value, code: string, wanted: string, help: string): null {
  value.refuse(code, `${quote(value.written)} is not ${wanted}`, help);
  return null;
}

/** Reports a value beyond its bounds, and gives null. */
export function outOfRange(value: Value, bounds: string): null {
  value.refuse('out-of-range', `${quote(value.written)} is out of range`, `write ${bounds}`);
  return null;
}

function within(value: Value, number: number | null, { min, max }: Bounds): number | null {
  if (number === null || (number >= min && number <= max)) return number;
  return outOfRange(value, max === Infinity ? `${min} or more` : `a number from ${min} to ${max}`);
}
