import {
  type ChangeReport,
  type ComparisonRule,
  compareMetrics,
  comparisonOf,
  type Report,
} from '../analysis/index.js';
import { type AttributeOptions, attribute, untried } from './attribute.js';
import { type Contestant, sideOf, sourcesOf } from './compared-side.js';
import type { DescribeOptions } from './describe.js';
import { fixed } from './ledger.js';
import { type PlayOptions, playAll } from './play-all.js';
import { untilDecided } from './until-decided.js';

export interface CompareOptions extends PlayOptions, Pick<DescribeOptions, 'version'> {
  /** Null: as many replications as the candidate's scenario says. */
  readonly rule: ComparisonRule | null;
  readonly changes: readonly ChangeReport[];
  /** How each change is tried by itself; null: none is. */
  readonly attribution: AttributeOptions | null;
}

export interface Compared {
  /** Null: it was interrupted before one pair of replications was whole. */
  readonly report: Report | null;
  readonly interrupted: boolean;
  /** Threads that played. */
  readonly workers: number;
}

/**
 * Plays two variants side by side, the same replications of both, and reports the candidate with all that it makes
 * different. Both go by the candidate's seed. Rejects when a replication fails, and says which.
 */
export async function compare(base: Contestant, candidate: Contestant, options: CompareOptions): Promise<Compared> {
  const { rule, changes, version } = options;
  const { replications } = candidate.blueprint.scenario.run;
  const extent = rule === null ? fixed(replications) : untilDecided(rule, [sourcesOf(base), sourcesOf(candidate)]);
  const blueprints = [base.blueprint, candidate.blueprint];
  const { recordings, interrupted, workers } = await playAll(blueprints, extent, options);
  if (recordings[0]!.length === 0) return { report: null, interrupted, workers };
  const [before, after] = [base, candidate].map((contestant, i) => sideOf(contestant, recordings[i]!, version));
  const targets = rule?.targets ?? [];
  const metrics = compareMetrics(before!, after!, targets);
  const { attribution } = options;
  const sides = [base, candidate].map((contestant, i) => ({ contestant, side: [before!, after!][i]! }));
  const tried =
    attribution === null || interrupted
      ? untried(before!, after!)
      : await attribute(sides[0]!, sides[1]!, metrics, attribution);
  const comparison = comparisonOf(before!, after!, {
    metrics,
    changes,
    ...tried,
    targets,
    bounds: rule?.bounds ?? [],
  });
  return { report: { ...after!.report, comparison }, interrupted: interrupted || options.signal.aborted, workers };
}
