import { dirname, relative, resolve } from 'node:path';
import { Diagnostics } from '../diagnostics/index.js';
import { FILES, type Files, type ReadOptions } from '../reading/files.node.js';
import type { SourceText } from '../reading/index.js';
import { fileAssets } from '../scenario/assets.node.js';
import { type Loaded, loadTexts, type Texts } from './load.js';

export interface LoadOptions {
  /** The scenario's file, or a folder that holds a `scenario.yaml`. Relative to `cwd`. */
  readonly scenario: string;
  /** Instead of the scenario's own, relative to `cwd`; null: its own. */
  readonly manifests: readonly string[] | null;
  /** Applied over them, relative to `cwd`. */
  readonly overlays: readonly string[];
  /** `PATH=VALUE`. */
  readonly settings: readonly string[];
  /** `Kind/namespace/name` of resources that are left out; none by default. */
  readonly without?: readonly string[];
  readonly cwd: string;
  stdin(): string;
  /** Reads the manifests that the scenario names; by default as they are now. */
  readonly readManifests?: ManifestReader;
  /** Reads the one path that a push names; by default as it is now. */
  readonly readPushed?: ManifestReader;
}

export type ManifestReader = (
  paths: readonly string[],
  options: ReadOptions,
  diagnostics: Diagnostics,
) => readonly SourceText[];

/** Loads a scenario and its manifests from files; null when something is refused. Names are relative to the scenario. */
export function loadFiles(options: LoadOptions, diagnostics: Diagnostics, files: Files = FILES): Loaded | null {
  const texts = textsOf(options, diagnostics, files);
  return texts && loadTexts(texts, diagnostics);
}

/** What a run is made of; null when the scenario itself cannot be read, which is reported. */
export function textsOf(options: LoadOptions, diagnostics: Diagnostics, files: Files = FILES): Texts | null {
  const anew: ManifestReader = (paths, at, found) => files.readSources(paths, at, found);
  const { cwd, stdin, settings, without = [], readManifests = anew, readPushed = anew } = options;
  const base = dirname(resolve(cwd, options.scenario));
  const reading = { base, stdin };
  const fromCwd = (path: string) => (path === '-' ? path : relative(base, resolve(cwd, path)) || '.');
  const scenario = files.readSource(fromCwd(options.scenario), reading, diagnostics);
  if (scenario === null) return null;
  const manifests = (written: readonly string[]) => [
    ...readManifests(options.manifests?.map(fromCwd) ?? written, reading, diagnostics),
    ...options.overlays.map(fromCwd).flatMap((path) => overlay(path, files, reading, diagnostics)),
  ];
  const pushed = (path: string, found: Diagnostics) => readPushed([path], reading, found);
  return { scenario, manifests, pushed, assets: fileAssets(base, files), settings, without };
}

/** What is applied over manifests must be something, as for kubectl. */
function overlay(path: string, files: Files, reading: ReadOptions, diagnostics: Diagnostics): readonly SourceText[] {
  const own = new Diagnostics();
  const sources = files.readSources([path], reading, own);
  diagnostics.addAll(own.sorted());
  if (sources.length > 0 || own.refuses) return sources;
  diagnostics.add({
    code: 'no-manifests',
    severity: 'error',
    refuses: true,
    message: `${path} holds no .yaml, .yml or .json`,
    help: 'name the folder that holds them: folders below it are not read',
    file: path,
    line: 1,
    column: 1,
    resource: null,
  });
  return sources;
}
