import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SweepDiagnostic, SweptSetting } from '../../analysis/sweep/index.js';
import { compareDiagnostics, type Diagnostic } from '../../diagnostics/index.js';
import type { Scenario } from '../../scenario/index.js';
import { UsageError } from '../usage.js';
import { type Axis, pointCount, valuesAt } from './grid.js';
import type { PointLoader } from './point-loader.js';

/** A point that can be played. */
export interface CheckedPoint {
  /** From 1, in the order of the grid. */
  readonly number: number;
  readonly settings: readonly SweptSetting[];
  /** A hash of what it is played from. */
  readonly input: string;
  /** Of the findings those that say that its figures are not complete. */
  readonly notModelled: readonly Diagnostic[];
}

export interface CheckedGrid {
  /** None when something is refused, or when it was interrupted. */
  readonly points: readonly CheckedPoint[];
  /** Of the first point: name, seed and replications are those of all. Null when it is refused. */
  readonly scenario: Scenario | null;
  readonly diagnostics: readonly SweepDiagnostic[];
}

export interface CheckOptions {
  /** Gives a finding back to the flag that was typed. */
  readonly atFlag: (diagnostic: Diagnostic) => Diagnostic;
  /** 0..1 */
  readonly onProgress: (share: number) => void;
  readonly signal: AbortSignal;
}

/** Loads and checks every point before any is played. Throws UsageError when points could not be compared. */
export async function checkGrid(
  axes: readonly Axis[],
  loader: PointLoader,
  options: CheckOptions,
): Promise<CheckedGrid> {
  const total = pointCount(axes);
  const points: CheckedPoint[] = [];
  const findings = new Findings();
  let scenario: Scenario | null = null;
  for (let index = 0; index < total && !options.signal.aborted; index++) {
    const values = valuesAt(axes, index);
    const settings = axes.map(({ path }, i) => ({ path, value: values[i]! }));
    const { blueprint, diagnostics, input } = loader.check(settings);
    const found = diagnostics.sorted().map(options.atFlag);
    const number = index + 1;
    for (const diagnostic of found) findings.add(diagnostic, number);
    // A path that leads nowhere does so at every point, each time with another value in what is told.
    if (found.some(({ code, refuses }) => refuses && code === 'bad-setting')) break;
    options.onProgress(number / total);
    await nextTurn();
    if (blueprint === null) continue;
    scenario ??= blueprint.scenario;
    requireSameDraws(scenario, blueprint.scenario);
    points.push({ number, settings, input, notModelled: found.filter(({ code }) => code === 'not-modelled') });
  }
  return { points: points.length === total ? points : [], scenario, diagnostics: findings.sorted(total) };
}

/** Points are compared replication by replication. */
function requireSameDraws({ run: first }: Scenario, { run }: Scenario): void {
  if (run.seed === first.seed && run.replications === first.replications) return;
  throw new UsageError(
    'the points differ in their seed or their number of replications: all play the same, so that what differs is what is varied',
  );
}

/** What was found, each once, with the points where it was. */
class Findings {
  readonly #found = new Map<string, { readonly diagnostic: Diagnostic; readonly points: number[] }>();

  add(diagnostic: Diagnostic, point: number): void {
    const key = JSON.stringify(diagnostic);
    const same = this.#found.get(key);
    if (same === undefined) this.#found.set(key, { diagnostic, points: [point] });
    else same.points.push(point);
  }

  /** `points` null: at all of `total`. */
  sorted(total: number): SweepDiagnostic[] {
    return [...this.#found.values()]
      .map(({ diagnostic, points }) => ({ ...diagnostic, points: points.length === total ? null : points }))
      .sort(compareDiagnostics);
  }
}
