import { dirname, relative, resolve } from 'node:path';
import type { Diagnostics } from '../diagnostics/index.js';
import { FILES, type Files } from '../reading/files.node.js';
import { fileAssets } from '../scenario/assets.node.js';
import { type Loaded, loadTexts } from './load.js';

export interface LoadOptions {
  /** The scenario's file, or a folder that holds a `scenario.yaml`. Relative to `cwd`. */
  readonly scenario: string;
  /** Instead of the scenario's own, relative to `cwd`; null: its own. */
  readonly manifests: readonly string[] | null;
  /** Applied over them, relative to `cwd`. */
  readonly overlays: readonly string[];
  /** `PATH=VALUE`. */
  readonly settings: readonly string[];
  readonly cwd: string;
  stdin(): string;
}

/** Loads a scenario and its manifests from files; null when something is refused. Names are relative to the scenario. */
export function loadFiles(options: LoadOptions, diagnostics: Diagnostics, files: Files = FILES): Loaded | null {
  const { cwd, stdin } = options;
  const base = dirname(resolve(cwd, options.scenario));
  const reading = { base, stdin };
  const fromCwd = (path: string) => (path === '-' ? path : relative(base, resolve(cwd, path)) || '.');
  const scenario = files.readSource(fromCwd(options.scenario), reading, diagnostics);
  if (scenario === null) return null;
  const manifests = (written: readonly string[]) => {
    const paths = [...(options.manifests?.map(fromCwd) ?? written), ...options.overlays.map(fromCwd)];
    return files.readSources(paths, reading, diagnostics);
  };
  const pushed = (path: string, found: Diagnostics) => files.readSources([path], reading, found);
  return loadTexts(
    { scenario, manifests, pushed, assets: fileAssets(base, files), settings: options.settings },
    diagnostics,
  );
}
