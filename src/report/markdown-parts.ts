import { shortened } from './visible-text.js';

const TEXT_WIDTH_MAX = 240;

/** Before a headline. */
export const TONE_MARKS = { failed: '❌', undecided: '⚠️', held: '✅', none: 'ℹ️' };

/** A table, or nothing where it has no rows. `alignment`: its second line. */
export function table(alignment: string, titles: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  return [titles, null, ...rows].map((cells) => (cells === null ? alignment : `| ${cells.join(' | ')} |`)).join('\n');
}

/** A user's text as code, where nobody is mentioned. */
export function code(text: string): string {
  return `<code>${literal(text)}</code>`;
}

/**
 * Text that says what it says: every character that could mean something to Markdown or HTML is a numeric entity, which,
 * unlike a back-slash, also holds within a table's row. A word joiner after `@` keeps it from mentioning anybody.
 */
export function literal(text: string): string {
  return shortened(text, TEXT_WIDTH_MAX)
    .replace(/[^\w\s→…–()/,=%'"-]|_/gu, (character) => `&#${character.codePointAt(0)};`)
    .replaceAll('&#64;', '&#64;&#8288;');
}
