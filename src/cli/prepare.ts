import { dirname, resolve } from 'node:path';
import { Diagnostics } from '../diagnostics/index.js';
import { FILES, type Files } from '../reading/files.node.js';
import {
  type Blueprint,
  checkWorld,
  drawBlueprint,
  type Gathered,
  gatherTexts,
  type Loaded,
  loadGathered,
  World,
} from '../world/index.js';
import { type LoadOptions, textsOf } from '../world/load.node.js';
import type { Outside } from './outside.js';
import { scenarioPath } from './scenario-path.js';

export type ScenarioFlags = Omit<LoadOptions, 'cwd' | 'stdin'>;

export interface Prepared {
  /** Null when something is refused. */
  readonly blueprint: Blueprint | null;
  /** What it was drawn from; null when that cannot be read. */
  readonly loaded: Loaded | null;
  /** What that was read from; null when the Scenario cannot be read. */
  readonly gathered: Gathered | null;
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
  const texts = textsOf({ ...flags, scenario, cwd, stdin: () => outside.stdin() }, diagnostics, files);
  const gathered = texts && gatherTexts(texts, diagnostics);
  const loaded = gathered && loadGathered(gathered, diagnostics);
  return { gathered, loaded, blueprint: loaded && checked(loaded, diagnostics), diagnostics, base };
}

/** Drawn, and looked through by what a run would meet; null when something is refused. */
export function checked(loaded: Loaded, diagnostics: Diagnostics): Blueprint | null {
  const blueprint = drawBlueprint(loaded, diagnostics);
  if (!diagnostics.refuses) checkWorld(new World(blueprint, 0), blueprint, diagnostics);
  return diagnostics.refuses ? null : blueprint;
}
