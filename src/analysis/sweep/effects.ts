import { holdsZero } from '../intervals.js';
import { TRIFLE } from './choice.js';
import type { NumberedPoint, SweepAxis, SweepEffect, SweepFigure } from './document.js';
import { type Estimate, p99Of, pairedInterval, successOf, vcpuPer1000RpsOf } from './estimates.js';

interface Moved {
  readonly figure: SweepFigure;
  /** Whose it is; null: of all together. */
  readonly traffic: string | null;
  readonly of: (point: NumberedPoint) => Estimate;
  /** As a share: a step below is none. */
  readonly trifle: number;
}

/** How each figure moves along each axis. */
export function effectsOf(
  axes: readonly SweepAxis[],
  points: readonly NumberedPoint[],
  busiest: string | null,
): SweepEffect[] {
  const figures: readonly Moved[] = [
    { figure: 'p99Ms', traffic: busiest, of: (point) => p99Of(point, busiest), trifle: TRIFLE },
    { figure: 'successRatio', traffic: null, of: successOf, trifle: 0 }, // 1 % of all requests is no trifle
    { figure: 'vcpuPer1000Rps', traffic: null, of: vcpuPer1000RpsOf, trifle: TRIFLE },
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
  { figure, traffic, of, trifle }: Moved,
  rows: readonly (readonly NumberedPoint[])[],
): SweepEffect {
  const estimates = values.map((_, i) => averaged(rows.map((row) => of(row[i]!))));
  const steps = estimates.slice(1).map((estimate, i) => stepBetween(estimates[i]!, estimate));
  const inOrder = scale === null ? null : ascending(scale.numbers).map((place) => estimates[place]!);
  const direction = inOrder === null ? null : directionOf(inOrder, trifle);
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

/** By the steps; where all of them are too small to count, by the whole way. */
function directionOf(estimates: readonly Estimate[], trifle: number): SweepEffect['direction'] {
  const signs = estimates.slice(1).map((estimate, i) => signOf(estimates[i]!, estimate, trifle));
  if (signs.includes(null)) return null;
  const [up, down] = [signs.includes(1), signs.includes(-1)];
  if (up && down) return 'mixed';
  const sign = up ? 1 : down ? -1 : signOf(estimates[0]!, estimates.at(-1)!, trifle);
  return sign === 1 ? 'rises' : sign === -1 ? 'falls' : 'flat';
}

/** 0: a trifle, or not to be told from none; null: there is no figure. */
function signOf(from: Estimate, to: Estimate, trifle: number): -1 | 0 | 1 | null {
  const step = stepBetween(from, to);
  if (step === null) return null;
  const isTrifle = Math.abs(step.difference) <= trifle * Math.abs(from.value!);
  const isNoise = step.ci95 !== null && holdsZero(step.ci95);
  return isTrifle || isNoise ? 0 : step.difference > 0 ? 1 : -1;
}
