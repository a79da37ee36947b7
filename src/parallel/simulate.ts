import { findingsOf, type Report } from '../analysis/index.js';
import type { Blueprint } from '../world/index.js';
import { type DescribeOptions, describe } from './describe.js';
import { fixed } from './ledger.js';
import { type PlayOptions, playAll } from './play-all.js';
import { untilPrecise } from './until-precise.js';

export interface SimulateOptions extends PlayOptions, DescribeOptions {}

export interface Simulated {
  readonly report: Report;
  readonly interrupted: boolean;
  /** Threads that played. */
  readonly workers: number;
}

/**
 * Plays every replication and reports: the same, whoever played which. Interrupted, it reports the replications that are
 * whole, or the part of the first. Rejects when a replication fails, and says which.
 */
export async function simulate(blueprint: Blueprint, options: SimulateOptions): Promise<Simulated> {
  const { run, traffic } = blueprint.scenario;
  const names = traffic.map(({ name }) => name);
  const extent = options.rule === null ? fixed(run.replications) : untilPrecise(options.rule, names);
  const { recordings, first, interrupted, workers } = await playAll([blueprint], extent, options);
  const whole = recordings[0]!;
  const shown = whole.length > 0 ? whole : [first.finish('interrupted')];
  return { report: findingsOf(shown, describe(blueprint, first, options)), interrupted, workers };
}
