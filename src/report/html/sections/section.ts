import { type Content, html, type Markup } from '../markup.js';

export interface Section {
  /** Of Drymesh's own choosing: it becomes the id that the contents link to. */
  readonly id: string;
  readonly title: string;
  readonly body: Content;
}

export function sectionMarkup({ id, title, body }: Section): Markup {
  return html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>
${body}
</section>
`;
}
