import type { Recording } from '../telemetry/index.js';
import { type Blueprint, World } from '../world/index.js';
import type { Recruit } from './helpers.js';
import { type Extent, type Game, Ledger } from './ledger.js';
import { playWork } from './play-work.js';

export interface PlayOptions {
  /** How much is done, 0..1. */
  readonly onProgress: (share: number) => void;
  /** Ends the run early; what is finished is given back. */
  readonly signal: AbortSignal;
  readonly recruit: Recruit<Game>;
}

export interface Played {
  /** By variant, all of the same replications, in order: none where it was interrupted before. */
  readonly recordings: readonly (readonly Recording[])[];
  /** The first variant's first replication, as far as it came. */
  readonly first: World;
  readonly interrupted: boolean;
  /** Threads that played. */
  readonly workers: number;
}

/**
 * Plays every replication of every variant: the same recordings, whoever played which. All variants go by the seed of the
 * first. Rejects when a replication fails, and says which.
 */
export async function playAll(
  variants: readonly Blueprint[],
  extent: Extent,
  { onProgress, signal, recruit }: PlayOptions,
): Promise<Played> {
  const { seed } = variants[0]!.scenario.run;
  const ledger = new Ledger({ variants: variants.length, seed, extent, onProgress });
  const first = new World(variants[0]!, 0);
  const worldOf = ({ variant, replication }: Game) =>
    variant === 0 && replication === 0 ? first : new World(variants[variant]!, replication);
  const workers = await playWork(ledger, { worldOf, signal, recruit });
  return { recordings: ledger.recordings, first, interrupted: signal.aborted, workers };
}
