import { Diagnostics } from '../diagnostics/index.js';
import type { Trial } from '../parallel/attribute.js';
import { alignedSources, type Loaded, loadGathered, withChanges } from '../world/index.js';
import type { Pair } from './compared-pair.js';
import { checked } from './prepare.js';
import { UsageError } from './usage.js';
import { withScenario } from './with-scenario.js';

const MOST_CHANGES = 16;
/** More are not tried unless somebody asks for it: it would take longer than what is compared. */
const FEW_CHANGES = 6;
/** Played of each trial where nobody asks: enough to tell which change it is, not by how much. */
const FEW_REPLICATIONS = 2;

/** How many replications of each trial are played; null: nothing is tried. Throws UsageError when there are too many changes. */
export function replicationsOfTrials(changes: number, isAsked: boolean): number | null {
  if (changes < 2) return null;
  if (!isAsked) return changes > FEW_CHANGES ? null : FEW_REPLICATIONS;
  if (changes <= MOST_CHANGES) return Infinity;
  throw new UsageError(`--attribute tries at most ${MOST_CHANGES} changes; there are ${changes}`);
}

/**
 * The base with each of several changes alone, and with all others, ready to play. What cannot be read by itself (a route to
 * a subset that another change brings) is left out.
 */
export function trialsOf({ base, candidate, changes }: Pair): readonly (Trial & { readonly loaded: Loaded })[] {
  const all = [...changes.keys()];
  const sets = all.flatMap((change) => [[change], all.filter((other) => other !== change)]);
  const unique = new Map(sets.map((set) => [set.join(), set]));
  return [...unique.values()].flatMap((set) => {
    const gathered = withChanges(
      base.gathered,
      candidate.gathered,
      set.map((change) => changes[change]!),
    );
    const diagnostics = new Diagnostics();
    const loaded = gathered && loadGathered(gathered, diagnostics);
    const blueprint = loaded && checked(loaded, diagnostics);
    if (loaded === null || blueprint === null) return [];
    const { run } = candidate.blueprint.scenario;
    const scenario = { ...alignedSources(loaded.scenario, base.blueprint.scenario), run };
    return { changes: set, ...withScenario({ loaded, blueprint }, scenario) };
  });
}
