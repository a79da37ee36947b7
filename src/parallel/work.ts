import type { Recording } from '../telemetry/index.js';

/** Replications that are to be played, one by one. */
export interface Work<Game> {
  /** Each that nobody plays yet, until there is none or the run is stopped. Several may ask in turn. */
  untaken(stop: AbortSignal): Generator<Game>;
  /** How many nobody plays yet. */
  readonly left: number;
  /** `share`: 0..1. */
  progress(game: Game, share: number): void;
  /** Enters what comes of it, if anything; rejects with the replication's name when it fails. */
  record(game: Game, play: () => Promise<Recording | null>): Promise<void>;
}

/** What went wrong, with the name of the replication. */
export function failureOf(name: string, error: unknown): Error {
  return new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
}
