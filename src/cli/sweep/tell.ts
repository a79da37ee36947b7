import type { SweepDiagnostic, SweptSetting } from '../../analysis/sweep/index.js';
import type { Diagnostic } from '../../diagnostics/index.js';
import type { Axis } from './grid.js';
import { pointCount, valuesAt } from './grid.js';

/** Findings as people read them: those of some points say which. */
export function withPoints(found: readonly SweepDiagnostic[], axes: readonly Axis[]): Diagnostic[] {
  return found.map(({ points, ...diagnostic }) => {
    if (points === null) return diagnostic;
    const [first] = points;
    const settings = axes.map(({ path }, i) => ({ path, value: valuesAt(axes, first! - 1)[i]! }));
    const more = points.length > 1 ? `, the first of ${points.length} of the ${pointCount(axes)} points` : '';
    return { ...diagnostic, message: `${diagnostic.message} (at ${settingsText(settings)}${more})` };
  });
}

export function settingsText(settings: readonly SweptSetting[]): string {
  return settings.map(({ path, value }) => `${path}=${value}`).join(', ');
}
