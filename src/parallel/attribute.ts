import {
  type AttributionReport,
  type ChangeTrial,
  compareMetrics,
  isNotable,
  type MetricComparison,
  type ReportedSide,
  type Side,
} from '../analysis/index.js';
import type { Blueprint } from '../world/index.js';
import { sideOf } from './compared-side.js';
import { fixed } from './ledger.js';
import { type PlayOptions, playAll } from './play-all.js';

/** The base with some of the changes. */
export interface Trial {
  /** Numbers of changes, ascending. */
  readonly changes: readonly number[];
  readonly blueprint: Blueprint;
}

export interface AttributeOptions extends PlayOptions {
  /** Each change alone, and all others without it, as far as they can be read. */
  readonly trials: readonly Trial[];
  readonly version: string;
  /** How many changes there are. */
  readonly count: number;
}

export interface Attribution {
  readonly attribution: readonly AttributionReport[];
  readonly trials: readonly ChangeTrial[];
}

export const NONE: Attribution = { attribution: [], trials: [] };

/**
 * What each change does to the figures that differ: by itself, and on top of all others. The same replications are played
 * as of the two that are compared. Nothing when it is interrupted.
 */
export async function attribute(
  base: Side,
  candidate: Side,
  metrics: readonly MetricComparison[],
  options: AttributeOptions,
): Promise<Attribution> {
  const { trials, count } = options;
  const { length } = base.recordings;
  const blueprints = trials.map(({ blueprint }) => blueprint);
  if (blueprints.length === 0) return NONE;
  const { recordings } = await playAll(blueprints, fixed(length), options);
  if (recordings[0]!.length < length) return NONE;
  const sideWith = (changes: readonly number[]): ReportedSide | null => {
    const found = trials.findIndex((trial) => trial.changes.join() === changes.join());
    if (found < 0) return null;
    return sideOf({ blueprint: blueprints[found]!, diagnostics: [] }, recordings[found]!, options.version);
  };
  const all = [...Array(count).keys()];
  const sides = all.map((change) => ({
    alone: sideWith([change]),
    without: sideWith(all.filter((other) => other !== change)),
  }));
  const attribution = sides.flatMap(({ alone, without }, change) => {
    const first = alone === null ? [] : compareMetrics(base, alone, []);
    const last = without === null ? [] : compareMetrics(without, candidate, []);
    return metrics
      .filter((metric) => isNotable(metric))
      .map(({ name: metric, traffic, service, workload }) => {
        const same = (each: MetricComparison) =>
          each.name === metric && each.traffic === traffic && each.service === service && each.workload === workload;
        return {
          change,
          metric,
          traffic,
          service,
          workload,
          alone: effect(first.find(same)),
          last: effect(last.find(same)),
        };
      });
  });
  return { attribution, trials: sides };
}

function effect(metric: MetricComparison | undefined): AttributionReport['alone'] {
  return { difference: metric?.difference ?? null, ci95: metric?.ci95 ?? null };
}
