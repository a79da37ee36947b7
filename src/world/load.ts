import type { Diagnostics } from '../diagnostics/index.js';
import { translateManifests, withoutResources } from '../manifests/index.js';
import type { Mesh } from '../mesh/index.js';
import { applyToManifests, applyToScenario, readDocuments, type Section, type SourceText } from '../reading/index.js';
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
  /** `Kind/namespace/name` of resources that are left out. */
  readonly without: readonly string[];
}

/** All texts that make a run, settings noted in them; and the Scenario, which says which they are. */
export interface Gathered {
  readonly texts: Texts;
  readonly scenario: Scenario;
  readonly scenarioText: SourceText;
  readonly manifests: readonly SourceText[];
  /** CSV files and the behaviour graph, by the paths that the Scenario names them by. */
  readonly named: ReadonlyMap<string, SourceText>;
}

/** A Scenario, the Mesh that it begins with, and what pushes make of it. */
export interface Loaded {
  readonly scenario: Scenario;
  readonly mesh: Mesh;
  readonly pushes: Pushes;
}

/** Null when any of it is refused. */
export function loadTexts(texts: Texts, diagnostics: Diagnostics): Loaded | null {
  const gathered = gatherTexts(texts, diagnostics);
  return gathered && loadGathered(gathered, diagnostics);
}

/** Null when the Scenario is refused. */
export function gatherTexts(texts: Texts, diagnostics: Diagnostics): Gathered | null {
  const scenarioText = applyToScenario(texts.scenario, texts.settings, diagnostics);
  const named = new Map<string, SourceText>();
  const scenario = loadScenario(scenarioText, diagnostics, noting(texts.assets, named));
  if (scenario === null) return null;
  const manifests = applyToManifests(texts.manifests(scenario.manifests), texts.settings, diagnostics);
  return { texts, scenario, scenarioText, manifests, named };
}

/** Null when any of it is refused. */
export function loadGathered(gathered: Gathered, diagnostics: Diagnostics): Loaded | null {
  const { texts, scenario } = gathered;
  const { istioVersion, gateways } = scenario.platform;
  const options = { istioVersion, impliedGateways: gateways, replicas: replicasIn(scenario) };
  const documents = manifestDocuments(gathered, diagnostics);
  const mesh = translateManifests(documents, options, diagnostics);
  const read = (path: string, found: Diagnostics) => texts.pushed(path, found);
  const pushes = readPushes(scenario.faults, { documents, options, texts: read }, diagnostics);
  return diagnostics.refuses ? null : { scenario, mesh, pushes };
}

/** What is applied to the cluster at the beginning, in order. */
export function manifestDocuments({ texts, manifests }: Gathered, diagnostics: Diagnostics): readonly Section[] {
  const documents = manifests.flatMap((source) => readDocuments(source, diagnostics));
  return withoutResources(documents, texts.without, diagnostics);
}

function noting(assets: Assets, named: Map<string, SourceText>): Assets {
  return {
    read: (path) => {
      const source = assets.read(path);
      if (source !== null) named.set(path, source);
      return source;
    },
  };
}

/** How many pods the scenario says that there are, where it does. */
function replicasIn({ behaviours }: Scenario): ReadonlyMap<string, number> {
  const counts = behaviours.map((behaviour) => [behaviour.name, ownPodCount(behaviour)] as const);
  return new Map(counts.flatMap(([name, pods]) => (pods === null ? [] : [[name, pods]])));
}
