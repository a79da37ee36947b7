import type { Report } from '../../../analysis/index.js';
import { compareText } from '../../../diagnostics/index.js';
import { MECHANISMS } from '../../mechanisms.js';
import { codeMeaning, flagMeaning } from '../../response-flags.js';
import { html, type Markup } from '../markup.js';
import type { Section } from './section.js';

/** How to read the report, and the words, codes and flags that stand in this one. */
export function guideSection(report: Report): Section {
  const rows = [...report.traffic, ...report.edges];
  const flags = explained(
    rows.flatMap((row) => Object.keys(row.flags)),
    flagMeaning,
  );
  const codes = explained(
    rows.flatMap((row) => Object.keys(row.codes)),
    codeMeaning,
  );
  const mechanisms = MECHANISMS.map(({ label, meaning }) => [label, meaning] as const);
  return {
    id: 'guide',
    title: 'How to read this',
    body: html`<div class="guide"><div><p>Drymesh played the traffic of the scenario through a model of every proxy and workload. Nothing here was measured on a cluster: these are predictions, and each says how sure it is.</p>
<ul><li><b>p99 = 250 ms</b> means that 99 of 100 requests took 250 ms or less.</li>
<li><b>± and 95 % intervals</b> come from repeating the run with other random numbers. An objective is <em>undecided</em> when its target lies within the interval: more replications narrow it.</li>
<li><b>Success</b> is a status of 200 to 399, or one that the scenario expects.</li>
<li><b>A call</b> is what an application makes; <b>an attempt</b> is one endpoint that its proxy tries for it; a <b>retry</b> is every attempt after the first.</li>
<li><b>vCPU per 1000 rps</b> is what 1000 requests per second keep busy, in cores.</li></ul></div>
${glossary('Flags in this report', flags)}${glossary('Codes in this report', codes)}${glossary('Where time goes', mechanisms)}</div>`,
  };
}

function explained(keys: readonly string[], meaningOf: (key: string) => string | null) {
  return [...new Set(keys)].sort(compareText).flatMap((key) => {
    const meaning = meaningOf(key);
    return meaning === null ? [] : [[key, meaning] as const];
  });
}

function glossary(title: string, entries: readonly (readonly [term: string, meaning: string])[]): Markup | null {
  if (entries.length === 0) return null;
  return html`<div><h3>${title}</h3><dl class="glossary">${entries.map(([term, meaning]) => html`<div><dt>${term}</dt><dd>${meaning}</dd></div>`)}</dl></div>`;
}
