import type { Sweep, SweepEffect } from '../../analysis/sweep/index.js';
import { formatFigure, formatMs, formatPercent } from '../figures.js';
import { axisNames, replicationsText } from './words.js';

const FIGURES: Readonly<Record<SweepEffect['figure'], { readonly name: string; written(value: number): string }>> = {
  p99Ms: { name: 'p99', written: formatMs },
  successRatio: { name: 'success', written: (ratio) => formatPercent(ratio) },
  vcpuPer1000Rps: { name: 'vCPU per 1000 requests/s', written: formatFigure },
};

/** One setting's effect on one figure, in words. */
export interface EffectText {
  readonly setting: string;
  readonly figure: string;
  /** `rises from 10 ms at 1 to 30 ms at 5` */
  readonly move: string;
}

/** How the figures move along each axis; figures that nothing moves are told too. */
export function effectTexts({ axes, effects, replications }: Sweep): EffectText[] {
  const names = axisNames(axes);
  return effects.flatMap((effect) => {
    const index = axes.findIndex(({ path }) => path === effect.path);
    const move = moveOf(effect, axes[index]!.values, axes[index]!.scale?.numbers ?? null, replications);
    if (move === null) return [];
    const { name } = FIGURES[effect.figure];
    return [{ setting: names[index]!, figure: effect.traffic === null ? name : `${name} of ${effect.traffic}`, move }];
  });
}

/** Null where a figure is missing. */
function moveOf(
  { means, direction, figure }: SweepEffect,
  values: readonly string[],
  numbers: readonly number[] | null,
  replications: number,
): string | null {
  const { written } = FIGURES[figure];
  const known = means.flatMap((mean, i) => (mean === null ? [] : [{ mean, value: values[i]!, number: numbers?.[i] }]));
  if (known.length < means.length) return null;
  const byMean = [...known].sort((a, b) => a.mean - b.mean);
  const [lowest, highest] = [byMean[0]!, byMean.at(-1)!];
  if (direction === 'flat') return `does not move: about ${written((lowest.mean + highest.mean) / 2)}`;
  if (direction === 'undecided')
    return `cannot be told with ${replicationsText(replications)}: ${written(lowest.mean)} to ${written(highest.mean)}`;
  if (direction === null || direction === 'mixed') {
    const how = direction === null ? '' : 'goes up and down: ';
    return `${how}${written(lowest.mean)} at ${lowest.value}, ${written(highest.mean)} at ${highest.value}`;
  }
  const byNumber = [...known].sort((a, b) => a.number! - b.number!);
  const [first, last] = [byNumber[0]!, byNumber.at(-1)!];
  return `${direction} from ${written(first.mean)} at ${first.value} to ${written(last.mean)} at ${last.value}`;
}
