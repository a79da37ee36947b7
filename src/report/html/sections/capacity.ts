import type { Report } from '../../../analysis/index.js';
import { formatFigure } from '../../figures.js';
import { html } from '../markup.js';
import type { Section } from './section.js';

/** What 1000 requests a second cost, in a sentence. */
export function capacitySection({ capacity }: Report): Section | null {
  const { app, proxy, gateway, controlPlane } = capacity.vcpuPer1000Rps;
  const parts = [
    [app, 'for the applications'],
    [proxy, 'for their proxies'],
    [gateway, 'for gateways'],
    [controlPlane, 'for the control plane'],
  ] as const;
  const known = parts.flatMap(([cores, whom]) => (cores === null ? [] : [{ cores, whom }]));
  if (known.length === 0) return null;
  const total = known.reduce((sum, { cores }) => sum + cores, 0);
  const terms = known.map(({ cores, whom }, i) => {
    const joint = i === 0 ? '' : i === known.length - 1 ? ' and ' : ', ';
    return html`${joint}<strong>${formatFigure(cores)}</strong> ${whom}`;
  });
  return {
    id: 'capacity',
    title: 'Capacity',
    body: html`<p class="sentence">1000 requests per second cost <strong>${formatFigure(total)} vCPU</strong>: ${terms}.</p>
<p class="note">Mean cores in use over the measured time, divided by the requests that all sources sent in it.</p>`,
  };
}
