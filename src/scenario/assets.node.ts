import { Diagnostics } from '../diagnostics/index.js';
import { readSource } from '../reading/files.node.js';
import type { Assets } from './assets.js';

/** Reads from the folder `base`, the one that holds the scenario. */
export function fileAssets(base: string): Assets {
  // What is wrong with a file is told by the loader, at the line that names it.
  return { read: (path) => readSource(path, { base, stdin: () => '' }, new Diagnostics()) };
}
