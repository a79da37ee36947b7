import type { Report } from '../../../analysis/index.js';
import { formatCount } from '../../figures.js';
import { html } from '../markup.js';
import { drawing } from '../topology/drawing.js';
import { graphOf } from '../topology/graph.js';
import type { Section } from './section.js';

const NODES_MAX = 60;

/** What calls what, how much, and how well it goes. */
export function topologySection(report: Report): Section | null {
  const graph = graphOf(report, NODES_MAX);
  if (graph.nodes.length === 0) return null;
  const note =
    graph.hidden > 0
      ? html`<p class="note">Too many to draw: these are the ${graph.nodes.length} nodes with the most failed calls and the most load; ${formatCount(graph.hidden)} more are in the tables.</p>`
      : null;
  return {
    id: 'topology',
    title: 'Topology',
    body: html`${note}<div class="scroll canvas" tabindex="0" role="region" aria-label="Topology">${drawing(graph)}</div>
<ul class="legend"><li class="good"><span class="mark">✓</span>99.9 % or more succeed</li><li class="doubtful"><span class="mark">!</span>99 % or more (long dashes)</li><li class="bad"><span class="mark">✕</span>less than 99 % (short dashes)</li><li>wider: more requests</li><li>dotted: where requests enter the mesh</li></ul>`,
  };
}
