import type { EffectiveRateLimit } from '../effective.js';
import type { Origin } from '../origin.js';

const WIDTH = 96;
const LABEL_WIDTH = 11;
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** The text with every character that would act instead of being seen written out: `\u{1b}`. */
export function visible(text: string): string {
  return text.replace(UNSEEN, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}

/** Milliseconds as people write them: `250ms`, `3s`, `1m30s`, `1h`. */
export function durationText(ms: number): string {
  if (ms < 1_000 || ms % 1_000 !== 0) return `${ms}ms`;
  const parts = [
    [Math.floor(ms / 3_600_000), 'h'],
    [Math.floor(ms / 60_000) % 60, 'm'],
    [(ms / 1_000) % 60, 's'],
  ] as const;
  return parts.map(([count, unit]) => (count > 0 ? `${count}${unit}` : '')).join('');
}

/** `1 pod`, `3 pods`. */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** A ratio in per cent, to a ten-thousandth of it. */
export function shareText(ratio: number): string {
  return `${Number((100 * ratio).toFixed(4))} %`;
}

/** `10 requests, then 0.5/s for each proxy: 429, flag RL (limits.yaml:7)`. */
export function rateLimitText(limit: EffectiveRateLimit): string {
  const { maxTokens, tokensPerSecond, enabledShare, enforcedShare, status, origin } = limit;
  const shares = [
    ...(enabledShare < 1 ? [`counting ${shareText(enabledShare)}`] : []),
    ...(enforcedShare < 1 ? [`refusing ${shareText(enforcedShare)} of those beyond`] : []),
  ];
  const rate = `${counted(maxTokens, 'request')}, then ${Number(tokensPerSecond.toPrecision(6))}/s for each proxy`;
  return `${[rate, ...shares].join(', ')}: ${status}, flag RL ${source(origin)}`;
}

/** `(default)`, or where it was written. */
export function source(origin: Origin | null): string {
  if (origin === null) return '(default)';
  return origin.generated ? '(implied)' : `(${visible(origin.file)}:${origin.line})`;
}

/** What follows a value: ` (default)` when nobody wrote it. */
export function mark(isDefault: boolean): string {
  return isDefault ? ' (default)' : '';
}

/** A label and its text, in lines of at most 96 columns, broken between words; what is longer stays whole. */
export function entry(label: string, text: string, indent = 2): readonly string[] {
  const margin = ' '.repeat(indent + LABEL_WIDTH);
  const lines: string[] = [];
  let line = `${' '.repeat(indent)}${label.padEnd(LABEL_WIDTH)}`;
  let isEmpty = true;
  for (const word of text.split(' ')) {
    if (!isEmpty && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = margin;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}
