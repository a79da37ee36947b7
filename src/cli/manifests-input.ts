import { Diagnostics } from '../diagnostics/index.js';
import { translateManifests } from '../manifests/index.js';
import type { Mesh } from '../mesh/index.js';
import { readSources } from '../reading/files.node.js';
import { readDocuments } from '../reading/index.js';
import type { Outside } from './outside.js';
import { UsageError } from './usage.js';

/** Reads manifests that no scenario names, as one cluster; names of files are relative to the current folder. */
export function readManifests(
  paths: readonly string[],
  istioVersion: string,
  outside: Outside,
): { readonly mesh: Mesh; readonly diagnostics: Diagnostics } {
  const settings = { istioVersion: versionOf(istioVersion), impliedGateways: {} };
  const diagnostics = new Diagnostics();
  const sources = readSources(paths, { base: outside.cwd, stdin: () => outside.stdin() }, diagnostics);
  const documents = sources.flatMap((source) => readDocuments(source, diagnostics));
  return { mesh: translateManifests(documents, settings, diagnostics), diagnostics };
}

function versionOf(text: string): readonly [number, number] {
  const match = /^1\.(\d{1,2})(?:\.\d+)?$/.exec(text);
  if (match === null) throw new UsageError(`--istio-version ${JSON.stringify(text)} is none: write one such as 1.31`);
  return [1, Number(match[1])];
}
