import type { Verdict } from '../verdict.js';
import { WIDTH } from './table.js';

/** Before a headline. */
export const MARKS: Readonly<Record<Verdict['tone'], string>> = { failed: '✗', undecided: '?', held: '✓', none: '·' };

/** The text in indented lines of whole words. */
export function wrapped(text: string): string[] {
  const lines: string[] = [];
  let line = ' ';
  for (const word of text.split(' ')) {
    if (line.length + word.length >= WIDTH && line !== ' ') {
      lines.push(line);
      line = ' ';
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}
