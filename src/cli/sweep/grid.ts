import { UsageError } from '../usage.js';
import { valuesOf } from './values.js';

/** More would take days. */
const MOST_POINTS = 1000;

/** What is varied, and the values that it takes, as they were typed. */
export interface Axis {
  /** As `--set` takes it: of the scenario's `spec`, or `Kind/namespace/name:path` of a manifest. */
  readonly path: string;
  readonly values: readonly string[];
}

const EXAMPLE = "--vary 'traffic.shoppers.rate=50/s,100/s,200/s' or the like";

/** The path ends at the first `=` outside of quotes. */
const VARIED = /^((?:[^="]|"(?:[^"\\]|\\.)*")+)=([\s\S]*)$/;

/** Reads every `--vary PATH=VALUES`. Throws UsageError, also when the whole grid has too many points. */
export function axesOf(varied: readonly string[]): Axis[] {
  if (varied.length === 0) throw new UsageError(`nothing is varied: write ${EXAMPLE}`);
  const axes = varied.map((written) => {
    const [, path = '', values] = VARIED.exec(written) ?? [];
    if (path.trim() === '' || values === undefined) {
      throw new UsageError(`--vary ${written} is not PATH=VALUES: write ${EXAMPLE}`);
    }
    return { path: path.trim(), values: valuesOf(values, `--vary ${written}`) };
  });
  const twice = axes.find(({ path }, i) => axes.findIndex((other) => other.path === path) !== i);
  if (twice !== undefined) throw new UsageError(`--vary ${twice.path} is given twice: write its values in one`);
  const points = pointCount(axes);
  if (points > MOST_POINTS) {
    const product = axes.map(({ values }) => values.length).join(' x ');
    throw new UsageError(`the grid has ${points} points (${product}); at most ${MOST_POINTS} are played`);
  }
  return axes;
}

export function pointCount(axes: readonly Axis[]): number {
  return axes.reduce((product, { values }) => product * values.length, 1);
}

/** A value of every axis for the `index`th point, from 0: the last axis changes first. */
export function valuesAt(axes: readonly Axis[], index: number): string[] {
  const values: string[] = [];
  let left = index;
  for (const axis of axes.toReversed()) {
    values.unshift(axis.values[left % axis.values.length]!);
    left = Math.floor(left / axis.values.length);
  }
  return values;
}
