import type { Scalar } from 'yaml';
import { parseDurationMs } from '../diagnostics/index.js';
import { plainScalar } from './plain.js';

/** What a scalar holds, or what is wrong with it. */
export type Reading<T> =
  | { readonly value: T }
  | { readonly code: string; readonly wanted: string; readonly help: string };

export function readText(scalar: Scalar): Reading<string> {
  const value = plainScalar(scalar);
  if (typeof value === 'string') return { value };
  return { code: 'bad-type', wanted: 'a text', help: `put it in quotes: "${writtenText(scalar)}"` };
}

export function readNumber(scalar: Scalar): Reading<number> {
  if (typeof scalar.value === 'number' && Number.isFinite(scalar.value)) return { value: scalar.value };
  return { code: 'bad-type', wanted: 'a number', help: 'write a number without quotes or unit, such as 5 or 0.5' };
}

/** A whole number from 0 up to what a number holds exactly. */
export function readCount(scalar: Scalar): Reading<number> {
  if (Number.isSafeInteger(scalar.value) && Number(scalar.value) >= 0) return { value: Number(scalar.value) };
  return {
    code: 'bad-type',
    wanted: 'a whole number, 0 or more',
    help: 'write a number such as 5, without quotes or unit',
  };
}

/** Also the words of YAML 1.1, which kubectl reads (`yes`, `on`); only when they are not in quotes. */
export function readFlag(scalar: Scalar): Reading<boolean> {
  if (typeof scalar.value === 'boolean') return { value: scalar.value };
  const word = scalar.type === 'PLAIN' ? writtenText(scalar).toLowerCase() : '';
  if (word === 'yes' || word === 'on') return { value: true };
  if (word === 'no' || word === 'off') return { value: false };
  return { code: 'bad-type', wanted: 'true or false', help: 'write true or false, without quotes' };
}

/** A duration as Go writes it; a bare 0 needs no unit. */
export function readDurationMs(scalar: Scalar): Reading<number> {
  const value = scalar.value === 0 ? 0 : typeof scalar.value === 'string' ? parseDurationMs(scalar.value) : null;
  if (value !== null) return { value };
  return { code: 'bad-duration', wanted: 'a duration', help: "write a number and a unit, such as '500ms' or '2s'" };
}

/** The scalar as it was typed, without quotes: `1.30` stays `1.30`. */
export function writtenText(scalar: Scalar): string {
  return scalar.source ?? String(scalar.value);
}
