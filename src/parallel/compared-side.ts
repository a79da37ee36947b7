import { type ComparedSide, findingsOf } from '../analysis/index.js';
import { type Diagnostic, Diagnostics } from '../diagnostics/index.js';
import type { Recording } from '../telemetry/index.js';
import { type Blueprint, checkWorld, type FieldPlaces, NO_FIELDS, World } from '../world/index.js';
import { describe, reachOf } from './describe.js';

/** One of several variants. */
export interface Contestant {
  readonly blueprint: Blueprint;
  readonly diagnostics: readonly Diagnostic[];
  /** As for `describe`. */
  readonly fields?: FieldPlaces;
}

/** The names of its sources, in order. */
export function sourcesOf({ blueprint }: Contestant): readonly string[] {
  return blueprint.scenario.traffic.map(({ name }) => name);
}

/** What was played of it, and what that means. */
export function sideOf(contestant: Contestant, recordings: readonly Recording[], version: string): ComparedSide {
  const { blueprint, diagnostics, fields = NO_FIELDS } = contestant;
  const world = plannedWorld(blueprint);
  const report = findingsOf(recordings, describe(blueprint, world, { version, diagnostics, rule: null, fields }));
  return {
    sources: sourcesOf(contestant),
    recordings,
    report,
    ...reachOf({ world, blueprint, fields }),
  };
}

/** One in which every call that can be made is planned: others plan when a call is first made. */
function plannedWorld(blueprint: Blueprint): World {
  const world = new World(blueprint, 0);
  checkWorld(world, blueprint, new Diagnostics());
  return world;
}
