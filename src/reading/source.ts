import type { Place } from '../diagnostics/index.js';
import type { PathStep } from './path.js';

/** A file's text, and what `--set` changes in it. Plain: it travels to other machines as it is. */
export interface SourceText {
  /** What the user is shown; relative, with `/`. */
  readonly file: string;
  readonly text: string;
  readonly settings?: readonly Setting[];
}

/** One value that replaces, or adds, what a document holds at `path`. */
export interface Setting {
  /** Where the value stands: file `--set`, line n for the n-th one. */
  readonly place: Place;
  /** The document of the file, from 0; empty ones count. */
  readonly document: number;
  /** List entries by index. */
  readonly path: readonly PathStep[];
  /** YAML. */
  readonly value: string;
}
