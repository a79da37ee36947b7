import type { Diagnostics } from '../diagnostics/index.js';
import { translateManifests } from '../manifests/index.js';
import type { Mesh } from '../mesh/index.js';
import { applyToManifests, applyToScenario, readDocuments, type SourceText } from '../reading/index.js';
import { type Assets, loadScenario, type Scenario } from '../scenario/index.js';

/** The texts of a run, and what reads those that the scenario names. */
export interface Texts {
  readonly scenario: SourceText;
  /** Given the scenario's own list; what is returned applies in order. */
  manifests(written: readonly string[]): readonly SourceText[];
  readonly assets: Assets;
  /** `PATH=VALUE`. */
  readonly settings: readonly string[];
}

/** Reads a Scenario and the Mesh that it is about; null when either is refused. */
export function loadTexts(
  texts: Texts,
  diagnostics: Diagnostics,
): { readonly scenario: Scenario; readonly mesh: Mesh } | null {
  const edited = applyToScenario(texts.scenario, texts.settings, diagnostics);
  const scenario = loadScenario(edited, diagnostics, texts.assets);
  if (scenario === null) return null;
  const { istioVersion, gateways } = scenario.platform;
  const sources = applyToManifests(texts.manifests(scenario.manifests), texts.settings, diagnostics);
  const documents = sources.flatMap((source) => readDocuments(source, diagnostics));
  const mesh = translateManifests(documents, { istioVersion, impliedGateways: gateways }, diagnostics);
  return diagnostics.refuses ? null : { scenario, mesh };
}
