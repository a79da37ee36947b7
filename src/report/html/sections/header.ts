import type { Report } from '../../../analysis/index.js';
import { formatCount, formatSeconds } from '../../figures.js';
import { html, type Markup } from '../markup.js';
import type { Section } from './section.js';

const LOGO = html`<svg class="logo" viewBox="0 0 32 32" width="30" height="30" aria-hidden="true"><path d="M16 4 26.5 10v12L16 28 5.5 22V10z"/><path class="links" d="M16 4v24M5.5 10 26.5 22M26.5 10 5.5 22"/><circle cx="16" cy="16" r="3.5"/></svg>`;

/** What stands above a page. */
export interface Masthead {
  readonly version: string;
  readonly sections: readonly Section[];
  /** Above the title, what the page is. */
  readonly kicker: string;
  readonly title: string;
  readonly facts: readonly (readonly [term: string, fact: string])[];
}

export function masthead({ version, sections, kicker, title, facts }: Masthead): Markup {
  const link = ({ id, title }: Section) => html`<a href="#${id}">${title}</a>`;
  return html`<header class="top"><div class="bar">${LOGO}<span class="brand">Drymesh</span><span class="faint">${version}</span>
<nav aria-label="Contents">${sections.map(link)}</nav></div></header>
<div class="title"><p class="kicker">${kicker}</p><h1>${title}</h1><dl class="facts">${facts.map(([term, fact]) => html`<div><dt>${term}</dt><dd>${fact}</dd></div>`)}</dl></div>
`;
}

/** Who made the report, of what, and how much was simulated for it. */
export function header(report: Report, sections: readonly Section[]): Markup {
  const { scenario, drymesh, seed, replications, simulatedSeconds, warmupSeconds, engine, comparison } = report;
  const [of, title] =
    comparison === undefined ? ['', scenario.name] : [' of both', `${scenario.name}: what the change does`];
  return masthead({
    version: drymesh.version,
    sections,
    kicker: 'Dry run of a service mesh',
    title,
    facts: [
      ['simulated', `${formatCount(replications)} × ${formatSeconds(simulatedSeconds)}${of}`],
      ['of which warm-up', formatSeconds(warmupSeconds)],
      ['seed', String(seed)],
      ['hops', formatCount(engine.hops)],
      ['events', formatCount(engine.events)],
    ],
  });
}
