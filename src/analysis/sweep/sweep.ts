import { axisScaleOf } from './axis-scale.js';
import { choose } from './choice.js';
import type { NumberedPoint, Sweep, SweepDiagnostic } from './document.js';
import { effectsOf } from './effects.js';
import { busiestOf } from './estimates.js';
import { paretoFront } from './pareto.js';

/** What a sweep says beside what its points gave. */
export interface SweepDescription {
  readonly version: string;
  readonly scenario: string;
  readonly seed: number;
  readonly replications: number;
  readonly axes: readonly { readonly path: string; readonly values: readonly string[] }[];
  readonly pointsTotal: number;
  readonly diagnostics: readonly SweepDiagnostic[];
}

/** What the points mean together. They come in the order of the grid; at least one. */
export function sweepOf(points: readonly NumberedPoint[], sweep: SweepDescription): Sweep {
  const axes = sweep.axes.map(({ path, values }) => ({ path, values, scale: axisScaleOf(values) }));
  const busiest = busiestOf(points);
  return {
    schema: 'drymesh.dev/sweep/v1',
    drymesh: { version: sweep.version },
    scenario: { name: sweep.scenario },
    seed: sweep.seed,
    replications: sweep.replications,
    axes,
    pointsTotal: sweep.pointsTotal,
    busiest,
    choice: choose(points, busiest),
    pareto: paretoFront(points, busiest),
    effects: effectsOf(axes, points, busiest),
    points,
    diagnostics: sweep.diagnostics,
  };
}
