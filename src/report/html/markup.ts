import { visibleText } from '../visible-text.js';

/** HTML that is safe as it stands. Only this file and `trusted` make it. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Content = Markup | string | number | null | readonly Content[];

/** A template for HTML: what is filled in is text, and escaped, unless it is `Markup`; lists are joined, null is nothing. */
export function html(strings: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  const parts = contents.map((content, i) => strings[i]! + written(content));
  return new Markup(parts.join('') + strings.at(-1)!);
}

/** Text of Drymesh's own that is HTML, a style or a script already. Never for what a user wrote. */
export function trusted(text: string): Markup {
  return new Markup(text);
}

/** A value as JSON for a `<script type="application/json">`: none of its characters can end the element. */
export function embeddedJson(value: unknown): Markup {
  const escaped = JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return new Markup(escaped);
}

function written(content: Content): string {
  if (content === null) return '';
  if (content instanceof Markup) return content.text;
  if (typeof content === 'object') return content.map(written).join('');
  return escapeHtml(String(content));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return visibleText(text).replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}
