import type { Recording } from '../telemetry/index.js';
import { type Blueprint, World } from '../world/index.js';
import { Helpers, type Recruit } from './helpers.js';
import { type Extent, Ledger } from './ledger.js';
import { play } from './play.js';

export interface PlayOptions {
  /** How much is done, 0..1. */
  readonly onProgress: (share: number) => void;
  /** Ends the run early; what is finished is given back. */
  readonly signal: AbortSignal;
  readonly recruit: Recruit;
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
  const stop = new AbortController();
  const onInterrupt = () => stop.abort(INTERRUPTED);
  if (signal.aborted) onInterrupt();
  else signal.addEventListener('abort', onInterrupt);
  const helpers = new Helpers(recruit, ledger, stop);
  const first = new World(variants[0]!, 0);
  try {
    for (const game of ledger.untaken(stop.signal)) {
      const isFirst = game.variant === 0 && game.replication === 0;
      const world = isFirst ? first : new World(variants[game.variant]!, game.replication);
      const onSlice = (share: number) => {
        ledger.progress(game, share);
        helpers.lookFor();
      };
      await ledger.record(game, async () => {
        const isWhole = await play(world, onSlice, stop.signal);
        return isWhole ? world.finish() : null;
      });
    }
    await helpers.done();
  } finally {
    signal.removeEventListener('abort', onInterrupt);
    await helpers.dismiss();
  }
  if (stop.signal.aborted && stop.signal.reason !== INTERRUPTED) throw stop.signal.reason;
  return { recordings: ledger.recordings, first, interrupted: signal.aborted, workers: 1 + helpers.size };
}

const INTERRUPTED = 'interrupted';
