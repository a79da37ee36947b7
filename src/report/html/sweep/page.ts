import type { Sweep } from '../../../analysis/sweep/index.js';
import type { Diagnostic } from '../../../diagnostics/index.js';
import { formatCount } from '../../figures.js';
import { effectTexts } from '../../sweep/effects.js';
import { axisNames, sweepVerdict } from '../../sweep/words.js';
import { chartFigure } from '../charts/figure.js';
import { html, type Markup } from '../markup.js';
import { diagnosticsSection } from '../sections/diagnostics.js';
import { masthead } from '../sections/header.js';
import { type Section, sectionMarkup } from '../sections/section.js';
import { TONE_MARKS } from '../sections/verdict.js';
import { pageHtml } from '../shell.js';
import { frontLegend, frontSpec } from './front.js';
import { pointSection } from './point-table.js';
import { settingsSection } from './settings-section.js';

/** The sweep as one HTML file that asks for nothing else: it works offline, from wherever it lies. */
export function renderSweepHtml(sweep: Sweep): string {
  const { scenario, drymesh, seed, replications, points, axes } = sweep;
  const sections = [
    settingsSection(sweep),
    effectSection(sweep),
    frontSection(sweep),
    pointSection(sweep),
    diagnosticsSection({ diagnostics: diagnosticsAt(sweep) }),
  ].filter((section) => section !== null);
  const facts = [
    ['points', formatCount(points.length)],
    ['replications of each', formatCount(replications)],
    ['seed', String(seed)],
  ] as const;
  const names = axisNames(axes).join(', ');
  return pageHtml({
    title: `${scenario.name}, sweep`,
    header: masthead({
      version: drymesh.version,
      sections,
      kicker: `Dry run of a service mesh over ${names}`,
      title: scenario.name,
      facts,
    }),
    main: html`${banner(sweep)}${sections.map(sectionMarkup)}`,
    footer: html`Made by Drymesh ${drymesh.version} from sweep.json with seed ${seed}: the same scenario and seed give the same figures.`,
  });
}

const LISTED_MAX = 8;

/** Findings of some points say of which. */
function diagnosticsAt({ diagnostics }: Sweep): Diagnostic[] {
  return diagnostics.map(({ points, ...diagnostic }) => {
    if (points === null) return diagnostic;
    const more = points.length > LISTED_MAX ? ` and ${formatCount(points.length - LISTED_MAX)} more` : '';
    const where = `${points.length === 1 ? 'at point' : 'at points'} ${points.slice(0, LISTED_MAX).join(', ')}${more}`;
    return { ...diagnostic, message: `${diagnostic.message} (${where})` };
  });
}

/** The answer before anything else: which point to take, by which rule, of which settings. */
function banner(sweep: Sweep): Markup {
  const { tone, headline, notes } = sweepVerdict(sweep);
  const names = axisNames(sweep.axes);
  return html`<section class="verdict ${tone}" aria-labelledby="verdict-title"><div class="answer"><span class="sign" aria-hidden="true">${TONE_MARKS[tone]}</span>
<div><h2 id="verdict-title">${headline}</h2>${notes.map((note) => html`<p>${note}</p>`)}</div></div>
<dl class="glossary">${sweep.axes.map(({ path }, i) => html`<div><dt>${names[i]!}</dt><dd><code>${path}</code></dd></div>`)}</dl></section>
`;
}

function effectSection(sweep: Sweep): Section | null {
  const texts = effectTexts(sweep);
  if (texts.length === 0) return null;
  const titles = ['Setting', 'Figure', 'The mean over all settings of the others'];
  const row = ({ setting, figure, move }: (typeof texts)[number]) =>
    html`<tr><td><span class="name">${setting}</span></td><td>${figure}</td><td>${move}</td></tr>
`;
  const body = html`<div class="scroll" tabindex="0" role="region" aria-label="Effects"><table><thead><tr>${titles.map((title) => html`<th scope="col">${title}</th>`)}</tr></thead>
<tbody>${texts.map(row)}</tbody></table></div>`;
  return { id: 'effects', title: 'How the figures move', body };
}

function frontSection(sweep: Sweep): Section | null {
  const cost = frontSpec(sweep, 'cost');
  if (cost === null || sweep.points.length < 2) return null;
  const legend = frontLegend(sweep);
  const figures = [
    chartFigure(
      {
        title: 'p99 and cost',
        description: 'Every point by p99 and vCPU per 1000 successful requests per second.',
        spec: cost,
      },
      legend,
    ),
    chartFigure(
      { title: 'p99 and errors', description: 'Every point by p99 and errors.', spec: frontSpec(sweep, 'errors') },
      legend,
    ),
  ];
  return {
    id: 'front',
    title: 'Pareto front',
    body: html`<div class="pair">${figures}</div><p class="note">On the front are the points for which no other is as good in p99, errors, vCPU per 1000 successful requests/s and pods, and better in one of them. Figures count with three digits.</p>`,
  };
}
