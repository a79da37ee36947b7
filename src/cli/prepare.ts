import { Diagnostics } from '../diagnostics/index.js';
import { type Blueprint, checkWorld, drawBlueprint, World } from '../world/index.js';
import { loadFiles } from '../world/load.node.js';
import type { Outside } from './outside.js';
import { scenarioPath } from './scenario-path.js';

export interface ScenarioFlags {
  readonly scenario: string;
  readonly manifests: readonly string[] | null;
  readonly overlays: readonly string[];
  readonly settings: readonly string[];
}

/** Loads and checks a scenario: null when something is refused. */
export function prepare(
  flags: ScenarioFlags,
  outside: Outside,
): { blueprint: Blueprint | null; diagnostics: Diagnostics } {
  const diagnostics = new Diagnostics();
  const { cwd } = outside;
  const scenario = scenarioPath(flags.scenario, cwd);
  const loaded = loadFiles({ ...flags, scenario, cwd, stdin: () => outside.stdin() }, diagnostics);
  if (loaded === null) return { blueprint: null, diagnostics };
  const blueprint = drawBlueprint(loaded.mesh, loaded.scenario, diagnostics);
  if (!diagnostics.refuses) checkWorld(new World(blueprint, 0), blueprint, diagnostics);
  return { blueprint: diagnostics.refuses ? null : blueprint, diagnostics };
}
