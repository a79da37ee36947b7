import {
  type AttributionReport,
  type ChangeTrial,
  compareMetrics,
  isNotable,
  type MetricComparison,
  type ReportedSide,
  type TriedChanges,
} from '../analysis/index.js';
import type { Blueprint } from '../world/index.js';
import { type Contestant, sideOf } from './compared-side.js';
import { fixed } from './ledger.js';
import { type PlayOptions, playAll } from './play-all.js';

/** The base with some of the changes. */
export interface Trial {
  /** Numbers of changes, ascending. */
  readonly changes: readonly number[];
  readonly blueprint: Blueprint;
}

export interface AttributeOptions extends Omit<PlayOptions, 'recruit'> {
  /** Each change alone, and all others without it, as far as they can be read; and who helps to play them. */
  prepare(): { readonly trials: readonly Trial[]; readonly recruit: PlayOptions['recruit'] };
  /** Of those that are compared: how many are played of each trial. */
  readonly replications: number;
  /** Each change's figures are told; else it is only found out which one is behind what. */
  readonly isReported: boolean;
  readonly version: string;
  /** How many changes there are. */
  readonly count: number;
}

export interface Attribution {
  readonly attribution: readonly AttributionReport[];
  readonly tried: TriedChanges;
}

export function untried(base: ReportedSide, candidate: ReportedSide): Attribution {
  return { attribution: [], tried: { base, candidate, trials: [] } };
}

/**
 * What each change does to the figures that differ: by itself, and on top of all others. The same replications are played
 * as of the two that are compared, or the first of them. Nothing when it is interrupted, or no figure differs.
 */
export async function attribute(
  base: PlayedSide,
  candidate: PlayedSide,
  metrics: readonly MetricComparison[],
  options: AttributeOptions,
): Promise<Attribution> {
  const { count, version, isReported } = options;
  const notable = metrics.filter((metric) => isNotable(metric));
  const replications = Math.min(options.replications, base.side.recordings.length);
  const [before, after] = [base, candidate].map((played) => firstOf(played, replications, version));
  const nothing = untried(before!, after!);
  if (notable.length === 0) return nothing;
  const { trials, recruit } = options.prepare();
  if (trials.length === 0) return nothing;
  const blueprints = trials.map(({ blueprint }) => blueprint);
  const { recordings } = await playAll(blueprints, fixed(replications), { ...options, recruit });
  if (recordings[0]!.length < replications) return nothing;
  const sideWith = (changes: readonly number[]): ReportedSide | null => {
    const found = trials.findIndex((trial) => trial.changes.join() === changes.join());
    if (found < 0) return null;
    return sideOf({ blueprint: blueprints[found]!, diagnostics: [] }, recordings[found]!, version);
  };
  const all = [...Array(count).keys()];
  const sides = all.map((change) => ({
    alone: sideWith([change]),
    without: sideWith(all.filter((other) => other !== change)),
  }));
  const tried = { base: before!, candidate: after!, trials: sides };
  const told = isReported ? sides : [];
  return { attribution: told.flatMap((trial, change) => attributedTo(change, trial, tried, notable)), tried };
}

/** One of the two that are compared, as it was played. */
export interface PlayedSide {
  readonly contestant: Contestant;
  readonly side: ReportedSide;
}

function firstOf({ contestant, side }: PlayedSide, replications: number, version: string): ReportedSide {
  const { recordings } = side;
  return recordings.length === replications ? side : sideOf(contestant, recordings.slice(0, replications), version);
}

function attributedTo(
  change: number,
  { alone, without }: ChangeTrial,
  { base, candidate }: TriedChanges,
  metrics: readonly MetricComparison[],
): readonly AttributionReport[] {
  const first = alone === null ? [] : compareMetrics(base, alone, []);
  const last = without === null ? [] : compareMetrics(without, candidate, []);
  return metrics.map(({ name: metric, traffic, service, workload }) => {
    const same = (each: MetricComparison) =>
      each.name === metric && each.traffic === traffic && each.service === service && each.workload === workload;
    const effects = { alone: effect(first.find(same)), last: effect(last.find(same)) };
    return { change, metric, traffic, service, workload, ...effects };
  });
}

function effect(metric: MetricComparison | undefined): AttributionReport['alone'] {
  return { difference: metric?.difference ?? null, ci95: metric?.ci95 ?? null };
}
