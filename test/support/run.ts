import type { Report } from '../../src/analysis/index.js';
import { type Diagnostic, Diagnostics } from '../../src/diagnostics/index.js';
import { simulate } from '../../src/parallel/simulate.js';
import { type Assets, NO_ASSETS } from '../../src/scenario/index.js';
import type { Recording } from '../../src/telemetry/index.js';
import { type Blueprint, checkWorld, drawBlueprint, loadTexts, type Texts, World } from '../../src/world/index.js';

/** A scenario to run in this process. */
export interface Given {
  /** `spec` of the Scenario: YAML that begins in the first column, or the value that it stands for. */
  readonly spec: string | object;
  /** Manifests in YAML, as one file. */
  readonly manifests?: string;
  /** The same of what pushes name. */
  readonly pushed?: Readonly<Record<string, string>>;
  readonly assets?: Assets;
  /** `PATH=VALUE`, as `--set` takes them. */
  readonly settings?: readonly string[];
}

export interface Loaded {
  /** What the texts say; null: they cannot be read. */
  readonly loaded: ReturnType<typeof loadTexts>;
  /** Null: something is refused. */
  readonly blueprint: Blueprint | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** Goes the whole way from texts to what `run` would simulate. */
export function load(given: Given): Loaded {
  const diagnostics = new Diagnostics();
  const loaded = loadTexts(textsOf(given), diagnostics);
  if (loaded === null) return { loaded, blueprint: null, diagnostics: diagnostics.sorted() };
  const blueprint = drawBlueprint(loaded, diagnostics);
  if (!diagnostics.refuses) checkWorld(new World(blueprint, 0), blueprint, diagnostics);
  return { loaded, blueprint: diagnostics.refuses ? null : blueprint, diagnostics: diagnostics.sorted() };
}

/** The texts of a run, as if they had been read from files. */
export function textsOf({ spec, manifests = '', pushed = {}, assets = NO_ASSETS, settings = [] }: Given): Texts {
  return {
    scenario: { file: 'scenario.yaml', text: scenarioText(spec) },
    manifests: () => [{ file: 'manifests.yaml', text: manifests }],
    pushed: (file: string) => (Object.hasOwn(pushed, file) ? [{ file, text: pushed[file]! }] : []),
    assets,
    settings,
    without: [],
  };
}

/** Throws with everything that was found when the scenario is refused. */
export function blueprintOf(given: Given): Blueprint {
  const { blueprint, diagnostics } = load(given);
  if (blueprint !== null) return blueprint;
  const found = diagnostics.map(({ file, line, code, message }) => `${file}:${line} [${code}] ${message}`);
  throw new Error(`refused:\n${found.join('\n')}`);
}

/** Plays one replication. */
export function play(given: Given, replication = 0): Recording {
  return new World(blueprintOf(given), replication).run();
}

/** Plays every replication and reports, as `run` does. */
export async function reportOf(given: Given): Promise<Report> {
  const { diagnostics } = load(given);
  const { report } = await simulate(blueprintOf(given), {
    version: '0.0.0',
    diagnostics,
    onProgress: () => {},
    signal: new AbortController().signal,
    recruit: () => null,
    rule: null,
  });
  return report;
}

function scenarioText(spec: string | object): string {
  const head = 'apiVersion: drymesh.dev/v1\nkind: Scenario\nmetadata: {name: test}\n';
  if (typeof spec === 'object') return `${head}spec: ${JSON.stringify(spec)}\n`;
  const lines = spec.split('\n').map((line) => `  ${line}`);
  return `${head}spec:\n${lines.join('\n')}\n`;
}
