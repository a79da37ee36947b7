import { parseDurationMs, parsePercentage, parseRatePerSecond, parseSizeBytes } from '../../diagnostics/index.js';
import type { AxisScale } from './document.js';

const KINDS: readonly (readonly [AxisScale['unit'], (text: string) => number | null])[] = [
  ['none', (text) => (/^-?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?$/i.test(text) ? Number(text) : null)],
  ['ms', parseDurationMs],
  ['ratio', parsePercentage],
  ['perSecond', parseRatePerSecond],
  ['bytes', parseSizeBytes],
];

/** What values are as numbers when all of them are of one kind, each another number; else null. */
export function axisScaleOf(values: readonly string[]): AxisScale | null {
  for (const [unit, parse] of KINDS) {
    const numbers = values.flatMap((value) => parse(value.trim()) ?? []);
    if (numbers.length === values.length && new Set(numbers).size === numbers.length) return { unit, numbers };
  }
  return null;
}
