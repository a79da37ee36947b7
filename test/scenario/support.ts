import { Diagnostics } from '../../src/diagnostics/index.js';
import type { Assets } from '../../src/scenario/index.js';
import { loadScenario, NO_ASSETS } from '../../src/scenario/index.js';

const HEAD = 'apiVersion: drymesh.dev/v1\nkind: Scenario\nmetadata: {name: s}\n';

/** Loads a whole document; findings as `line:column code`, with `!` when they refuse. */
export function load(text: string, assets: Assets = NO_ASSETS) {
  const diagnostics = new Diagnostics();
  const scenario = loadScenario({ file: 's.yaml', text }, diagnostics, assets);
  const found = diagnostics.sorted().map((d) => `${d.line}:${d.column} ${d.code}${d.refuses ? '!' : ''}`);
  return { scenario, found, diagnostics: diagnostics.sorted() };
}

/** Loads a `spec`, which begins in line 4. */
export function loadSpec(spec: string, assets?: Assets) {
  return load(`${HEAD}${spec}`, assets);
}

/** Loads one traffic source; `fields` go into its flow mapping, which begins in line 4, column 18. */
export function loadTraffic(fields: string, assets?: Assets) {
  return loadSpec(`spec: {traffic: [{${fields}}]}`, assets);
}

export function filesOf(texts: Readonly<Record<string, string>>): Assets {
  return { read: (file) => (texts[file] === undefined ? null : { file, text: texts[file] }) };
}
