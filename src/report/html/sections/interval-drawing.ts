import type { ObjectiveReport } from '../../../analysis/index.js';
import { formatIn } from '../../figures.js';
import { html, type Markup } from '../markup.js';

const WIDTH = 200;
const HEIGHT = 26;
const MIDDLE = HEIGHT / 2;
const EDGE = 12;

/** Estimate and interval beside the target on one small axis; the side on which the objective holds is tinted. */
export function intervalDrawing({ measured, ci95, target, comparator, unit }: ObjectiveReport): Markup | null {
  if (measured === null) return null;
  const [low, high] = ci95 ?? [measured, measured];
  const span = [Math.min(low, target), Math.max(high, target)] as const;
  const scale = span[1] > span[0] ? (WIDTH - 2 * EDGE) / (span[1] - span[0]) : 0;
  const x = (value: number) => Math.round((EDGE + (value - span[0]) * scale) * 10) / 10;
  const isBelow = comparator.startsWith('<');
  const [from, to] = isBelow ? [0, x(target)] : [x(target), WIDTH];
  return html`<svg class="interval" role="img" aria-label="measured ${formatIn(unit, measured)}, target ${comparator} ${formatIn(unit, target)}" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}">
<rect class="allowed" x="${from}" y="3" width="${to - from}" height="${HEIGHT - 6}" rx="3"/><path class="target" d="M${x(target)} 1V${HEIGHT - 1}"/><path class="range" d="M${x(low)} ${MIDDLE}H${x(high)}"/><circle cx="${x(measured)}" cy="${MIDDLE}" r="4.5"/></svg>`;
}
