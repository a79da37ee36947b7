import type { SourceText } from '../reading/index.js';

/** Gives the texts that a scenario names: CSV files and a behaviour graph. Paths are relative to the scenario. */
export interface Assets {
  /** Null when there is no such file, or it cannot be read. */
  read(path: string): SourceText | null;
}

/** For a scenario that names no files. */
export const NO_ASSETS: Assets = { read: () => null };
