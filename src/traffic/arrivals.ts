/** A stretch of time in which the rate changes in a straight line. */
interface Stretch {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly perMsAtStart: number;
  readonly slope: number; // change of the rate per ms
  /** Expected arrivals before it, and in it. */
  readonly before: number;
  readonly within: number;
}

export interface RateStage {
  readonly durationMs: number;
  readonly fromPerSecond: number;
  readonly toPerSecond: number;
}

/**
 * Maps a process of unit rate to one whose rate changes: the arrival that comes at `x` of the first comes when `x`
 * arrivals were to be expected of the second. Lewis and Shedler, 'Simulation of nonhomogeneous Poisson processes with
 * log linear rate function', Biometrika 63 (1976), by inversion.
 */
export class RateProfile {
  readonly #stretches: readonly Stretch[];
  #at = 0;

  /** `stages` begin at `warmupMs`; before, the first one's start rate holds; after, the last one's end rate. */
  constructor(stages: readonly RateStage[], warmupMs: number) {
    const stretches: Stretch[] = [];
    const add = (durationMs: number, fromPerSecond: number, toPerSecond: number) => {
      if (durationMs <= 0) return;
      const last = stretches[stretches.length - 1];
      const fromMs = last?.untilMs ?? 0;
      const isSteady = fromPerSecond === toPerSecond;
      const perMs = fromPerSecond / 1000;
      stretches.push({
        fromMs,
        untilMs: fromMs + durationMs,
        perMsAtStart: perMs,
        slope: isSteady ? 0 : (toPerSecond - fromPerSecond) / 1000 / durationMs,
        before: last === undefined ? 0 : last.before + last.within,
        within: isSteady && perMs === 0 ? 0 : ((perMs + toPerSecond / 1000) / 2) * durationMs,
      });
    };
    add(warmupMs, stages[0]!.fromPerSecond, stages[0]!.fromPerSecond);
    for (const { durationMs, fromPerSecond, toPerSecond } of stages) add(durationMs, fromPerSecond, toPerSecond);
    const end = stages[stages.length - 1]!.toPerSecond;
    add(Infinity, end, end);
    this.#stretches = stretches;
  }

  /** When `expected` arrivals were to be expected, ms; Infinity: never. Asked for ascending values. */
  timeOf(expected: number): number {
    while (this.#at < this.#stretches.length - 1) {
      const { before, within } = this.#stretches[this.#at]!;
      if (expected < before + within) break;
      this.#at++;
    }
    const { fromMs, perMsAtStart, slope, before, within } = this.#stretches[this.#at]!;
    if (within === 0) return Infinity;
    const wanted = expected - before;
    if (slope === 0) return fromMs + wanted / perMsAtStart;
    // The root of slope/2 t^2 + rate t = wanted that is next to 0, in the form that loses no digits.
    const root = Math.sqrt(Math.max(0, perMsAtStart * perMsAtStart + 2 * slope * wanted));
    return fromMs + (2 * wanted) / (perMsAtStart + root);
  }
}
