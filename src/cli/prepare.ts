import { dirname, resolve } from 'node:path';
import { Diagnostics } from '../diagnostics/index.js';
import { FILES, type Files } from '../reading/files.node.js';
import { type Blueprint, checkWorld, drawBlueprint, type Loaded, World } from '../world/index.js';
import { loadFiles } from '../world/load.node.js';
import type { Outside } from './outside.js';
import { scenarioPath } from './scenario-path.js';

export interface ScenarioFlags {
  readonly scenario: string;
  readonly manifests: readonly string[] | null;
  readonly overlays: readonly string[];
  readonly settings: readonly string[];
}

export interface Prepared {
  /** Null when something is refused. */
  readonly blueprint: Blueprint | null;
  /** What it was drawn from; null when that cannot be read. */
  readonly loaded: Loaded | null;
  readonly diagnostics: Diagnostics;
  /** The folder that names of files are relative to. */
  readonly base: string;
}

/** Loads and checks a scenario. */
export function prepare(flags: ScenarioFlags, outside: Outside, files: Files = FILES): Prepared {
  const diagnostics = new Diagnostics();
  const { cwd } = outside;
  const scenario = scenarioPath(flags.scenario, cwd);
  const base = dirname(resolve(cwd, scenario));
  const loaded = loadFiles({ ...flags, scenario, cwd, stdin: () => outside.stdin() }, diagnostics, files);
  if (loaded === null) return { blueprint: null, loaded, diagnostics, base };
  const blueprint = drawBlueprint(loaded, diagnostics);
  if (!diagnostics.refuses) checkWorld(new World(blueprint, 0), blueprint, diagnostics);
  return { blueprint: diagnostics.refuses ? null : blueprint, loaded, diagnostics, base };
}
