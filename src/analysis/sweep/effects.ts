import { BY_SHARE, type Margin, OF_SUCCESS, whereabouts } from './difference.js';
import type { NumberedPoint, SweepAxis, SweepEffect, SweepFigure } from './document.js';
import { type Estimate, p99Of, pairedInterval, successOf, vcpuPer1000RpsOf } from './estimates.js';

interface Moved {
  readonly figure: SweepFigure;
  /** Whose it is; null: of all together. */
  readonly traffic: string | null;
  readonly of: (point: NumberedPoint) => Estimate;
  readonly margin: Margin;
}

/** How each figure moves along each axis. */
export function effectsOf(
  axes: readonly SweepAxis[],
  points: readonly NumberedPoint[],
  busiest: string | null,
): SweepEffect[] {
  const figures: readonly Moved[] = [
    { figure: 'p99Ms', traffic: busiest, of: (point) => p99Of(point, busiest), margin: BY_SHARE },
    { figure: 'successRatio', traffic: null, of: successOf, margin: OF_SUCCESS },
    { figure: 'vcpuPer1000Rps', traffic: null, of: vcpuPer1000RpsOf, margin: BY_SHARE },
  ];
  return axes
    .map((axis, index) => ({ axis, index }))
    .filter(({ axis }) => axis.values.length > 1)
    .flatMap(({ axis, index }) => {
      const rows = rowsAlong(index, axis, points);
      return figures.map((moved) => effect(axis, moved, rows));
    });
}

/** The points that differ in this axis only, in its order, for each setting of the others at which all of them are whole. */
function rowsAlong(index: number, { values }: SweepAxis, points: readonly NumberedPoint[]): NumberedPoint[][] {
  const rows = new Map<string, Map<string, NumberedPoint>>();
  for (const point of points) {
    if (point.stopped !== null) continue; // its figures are those of another stretch of time
    const others = JSON.stringify(point.settings.filter((_, i) => i !== index));
    const row = rows.get(others) ?? new Map<string, NumberedPoint>();
    rows.set(others, row.set(point.settings[index]!.value, point));
  }
  return [...rows.values()]
    .filter((row) => row.size === values.length)
    .map((row) => values.map((value) => row.get(value)!));
}

function effect(
  { path, scale, values }: SweepAxis,
  { figure, traffic, of, margin }: Moved,
  rows: readonly (readonly NumberedPoint[])[],
): SweepEffect {
  const estimates = values.map((_, i) => averaged(rows.map((row) => of(row[i]!))));
  const steps = estimates.slice(1).map((estimate, i) => stepBetween(estimates[i]!, estimate));
  const inOrder = scale === null ? null : ascending(scale.numbers).map((place) => estimates[place]!);
  const direction = inOrder === null ? null : directionOf(inOrder, margin);
  return { path, figure, traffic, means: estimates.map(({ value }) => value), steps, direction };
}

/** Of equally many replications; null where one of them has no figure. */
function averaged(estimates: readonly Estimate[]): Estimate {
  const replications = Math.min(...estimates.map(({ replicates }) => replicates.length));
  return {
    value: meanOf(estimates.map(({ value }) => value)),
    replicates: Array.from({ length: Number.isFinite(replications) ? replications : 0 }, (_, i) =>
      meanOf(estimates.map(({ replicates }) => replicates[i]!)),
    ),
  };
}

function meanOf(values: readonly (number | null)[]): number | null {
  let total = 0;
  for (const value of values) {
    if (value === null) return null;
    total += value;
  }
  return values.length === 0 ? null : total / values.length;
}

function stepBetween(from: Estimate, to: Estimate): SweepEffect['steps'][number] {
  if (from.value === null || to.value === null) return null;
  return { difference: to.value - from.value, ci95: pairedInterval(from, to) };
}

/** The places of the numbers, the smallest first. */
function ascending(numbers: readonly number[]): number[] {
  return numbers.map((_, i) => i).sort((a, b) => numbers[a]! - numbers[b]!);
}

/** By the steps; where none of them surely goes anywhere, by the whole way. */
function directionOf(estimates: readonly Estimate[], margin: Margin): SweepEffect['direction'] {
  const steps = estimates.slice(1).map((estimate, i) => whereabouts(estimates[i]!, estimate, margin));
  const whole = whereabouts(estimates[0]!, estimates.at(-1)!, margin);
  if (whole === null || steps.includes(null)) return null;
  const told = new Set(steps);
  if (told.has('above') && told.has('below')) return 'mixed';
  const isSure = !told.has('unknown');
  if (!told.has('below') && (whole === 'above' || (isSure && told.has('above')))) return 'rises';
  if (!told.has('above') && (whole === 'below' || (isSure && told.has('below')))) return 'falls';
  return isSure && whole === 'equal' ? 'flat' : 'undecided';
}
