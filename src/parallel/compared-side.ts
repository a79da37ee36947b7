import { type ComparedSide, findingsOf } from '../analysis/index.js';
import type { Diagnostic } from '../diagnostics/index.js';
import type { Recording } from '../telemetry/index.js';
import { type Blueprint, World } from '../world/index.js';
import { describe } from './describe.js';

/** One of several variants. */
export interface Contestant {
  readonly blueprint: Blueprint;
  readonly diagnostics: readonly Diagnostic[];
}

/** The names of its sources, in order. */
export function sourcesOf({ blueprint }: Contestant): readonly string[] {
  return blueprint.scenario.traffic.map(({ name }) => name);
}

/** What was played of it, and what that means. */
export function sideOf(contestant: Contestant, recordings: readonly Recording[], version: string): ComparedSide {
  const { blueprint, diagnostics } = contestant;
  const report = findingsOf(
    recordings,
    describe(blueprint, new World(blueprint, 0), { version, diagnostics, rule: null }),
  );
  return { sources: sourcesOf(contestant), recordings, report };
}
