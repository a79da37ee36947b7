import { Diagnostics } from '../diagnostics/index.js';
import { FILES, type Files } from '../reading/files.node.js';
import type { Assets } from './assets.js';

/** Reads from the folder `base`, the one that holds the scenario. */
export function fileAssets(base: string, files: Files = FILES): Assets {
  // What is wrong with a file is told by the loader, at the line that names it.
  return { read: (path) => files.readSource(path, { base, stdin: () => '' }, new Diagnostics()) };
}
