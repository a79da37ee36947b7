import {
  type AttributionReport,
  compareMetrics,
  isNotable,
  type MetricComparison,
  type Side,
} from '../analysis/index.js';
import type { Blueprint } from '../world/index.js';
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
  /** How many changes there are. */
  readonly count: number;
}

/**
 * What each change does to the figures that differ: by itself, and on top of all others. The same replications are played
 * as of the two that are compared. Nothing when it is interrupted.
 */
export async function attribute(
  base: Side,
  candidate: Side,
  metrics: readonly MetricComparison[],
  options: AttributeOptions,
): Promise<readonly AttributionReport[]> {
  const { trials, count } = options;
  const { length } = base.recordings;
  const blueprints = trials.map(({ blueprint }) => blueprint);
  if (blueprints.length === 0) return [];
  const { recordings } = await playAll(blueprints, fixed(length), options);
  if (recordings[0]!.length < length) return [];
  const sideWith = (changes: readonly number[]): Side | null => {
    const found = trials.findIndex((trial) => trial.changes.join() === changes.join());
    if (found < 0) return null;
    return { recordings: recordings[found]!, sources: blueprints[found]!.scenario.traffic.map(({ name }) => name) };
  };
  return [...Array(count).keys()].flatMap((change) => {
    const others = [...Array(count).keys()].filter((other) => other !== change);
    const [alone, without] = [sideWith([change]), sideWith(others)];
    const first = alone === null ? [] : compareMetrics(base, alone, []);
    const last = without === null ? [] : compareMetrics(without, candidate, []);
    return metrics.filter(isNotable).map(({ name: metric, traffic, service, workload }) => {
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
}

function effect(metric: MetricComparison | undefined): AttributionReport['alone'] {
  return { difference: metric?.difference ?? null, ci95: metric?.ci95 ?? null };
}
