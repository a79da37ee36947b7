import { Diagnostics } from '../diagnostics/index.js';
import { type Files, type ReadOptions, readSource, readSources } from './files.node.js';
import type { SourceText } from './source.js';

/** What was found at a path, and what was wrong with it. */
interface Found {
  readonly sources: readonly SourceText[];
  readonly diagnostics: Diagnostics;
}

/**
 * Files as they were when they were first looked at: whoever reads them again, however much later, gets the same. For one
 * base folder.
 */
export class FrozenFiles implements Files {
  readonly #found = new Map<string, Found>();
  #used = new Map<string, readonly SourceText[]>();

  readSource(path: string, options: ReadOptions, diagnostics: Diagnostics): SourceText | null {
    const [source] = this.#find(path, diagnostics, (found) => [readSource(path, options, found)].filter(isFound));
    return source ?? null;
  }

  readSources(paths: readonly string[], options: ReadOptions, diagnostics: Diagnostics): SourceText[] {
    return paths.flatMap((path) => this.#find(`${path}/`, diagnostics, (found) => readSources([path], options, found)));
  }

  /** What has been read since the last time that this was asked, in order; files, and folders with a `/` at their end. */
  takeUsed(): readonly (readonly [path: string, sources: readonly SourceText[]])[] {
    const used = [...this.#used];
    this.#used = new Map();
    return used;
  }

  #find(key: string, diagnostics: Diagnostics, read: (found: Diagnostics) => readonly SourceText[]) {
    let found = this.#found.get(key);
    if (found === undefined) {
      const own = new Diagnostics();
      found = { sources: read(own), diagnostics: own };
      this.#found.set(key, found);
    }
    this.#used.set(key, found.sources);
    diagnostics.addAll(found.diagnostics.sorted());
    return found.sources;
  }
}

function isFound(source: SourceText | null): source is SourceText {
  return source !== null;
}
