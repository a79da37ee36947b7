import type { Diagnostics } from '../diagnostics/index.js';
import { translateManifests } from '../manifests/index.js';
import type { Mesh } from '../mesh/index.js';
import { applyToManifests, applyToScenario, readDocuments, type SourceText } from '../reading/index.js';
import { type Assets, loadScenario, type Scenario } from '../scenario/index.js';
import { type Pushes, readPushes } from './pushes.js';
import { ownPodCount } from './stations.js';

/** The texts of a run, and what reads those that the scenario names. */
export interface Texts {
  readonly scenario: SourceText;
  /** Given the scenario's own list; what is returned applies in order. */
  manifests(written: readonly string[]): readonly SourceText[];
  /** Of a file or folder that a push names, relative to the scenario; what cannot be read is reported. */
  pushed(path: string, diagnostics: Diagnostics): readonly SourceText[];
  readonly assets: Assets;
  /** `PATH=VALUE`. */
  readonly settings: readonly string[];
}

/** A Scenario, the Mesh that it begins with, and what pushes make of it. */
export interface Loaded {
  readonly scenario: Scenario;
  readonly mesh: Mesh;
  readonly pushes: Pushes;
}

/** Null when any of it is refused. */
export function loadTexts(texts: Texts, diagnostics: Diagnostics): Loaded | null {
  const edited = applyToScenario(texts.scenario, texts.settings, diagnostics);
  const scenario = loadScenario(edited, diagnostics, texts.assets);
  if (scenario === null) return null;
  const { istioVersion, gateways } = scenario.platform;
  const options = { istioVersion, impliedGateways: gateways, replicas: replicasIn(scenario) };
  const sources = applyToManifests(texts.manifests(scenario.manifests), texts.settings, diagnostics);
  const documents = sources.flatMap((source) => readDocuments(source, diagnostics));
  const mesh = translateManifests(documents, options, diagnostics);
  const read = (path: string, found: Diagnostics) => texts.pushed(path, found);
  const pushes = readPushes(scenario.faults, { documents, options, texts: read }, diagnostics);
  return diagnostics.refuses ? null : { scenario, mesh, pushes };
}

/** How many pods the scenario says that there are, where it does. */
function replicasIn({ behaviours }: Scenario): ReadonlyMap<string, number> {
  const counts = behaviours.map((behaviour) => [behaviour.name, ownPodCount(behaviour)] as const);
  return new Map(counts.flatMap(([name, pods]) => (pods === null ? [] : [[name, pods]])));
}
