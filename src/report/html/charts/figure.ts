import { compile, type TopLevelSpec } from 'vega-lite';
import { embeddedJson, html, type Markup } from '../markup.js';
import { CHART_CONFIG } from './theme.js';

export interface Chart {
  readonly title: string;
  /** What it shows, for those who do not see it. */
  readonly description: string;
  /** Null: there is nothing to draw. */
  readonly spec: TopLevelSpec | null;
}

export interface LegendItem {
  readonly label: string;
  readonly colour: string;
  readonly meaning?: string;
}

/** A figure that the page's script draws from the Vega specification in it. */
export function chartFigure({ title, description, spec }: Chart, legend: readonly LegendItem[] = []): Markup {
  if (spec === null) {
    return html`<figure class="chart"><figcaption>${title}</figcaption><p class="nothing">Nothing to draw: no samples.</p></figure>`;
  }
  const vega = compile(spec, { config: CHART_CONFIG }).spec;
  return html`<figure class="chart"><figcaption>${title}</figcaption>${legendList(legend)}
<div class="plot" role="img" aria-label="${description}"></div>
<script type="application/json">${embeddedJson(vega)}</script></figure>`;
}

/** A legend in HTML: unlike one of Vega's, it wraps on a narrow screen. */
export function legendList(items: readonly LegendItem[]): Markup | null {
  if (items.length === 0) return null;
  const item = ({ label, colour, meaning }: LegendItem) =>
    html`<li title="${meaning ?? label}"><span class="swatch" style="background:${colour}"></span>${label}</li>`;
  return html`<ul class="legend">${items.map(item)}</ul>`;
}
