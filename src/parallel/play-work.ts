import type { World } from '../world/index.js';
import { Helpers, type Recruit } from './helpers.js';
import { play } from './play.js';
import type { Work } from './work.js';

export interface WorkOptions<Game> {
  /** What this thread plays. */
  worldOf(game: Game): World;
  /** Ends the run early; what is finished stays entered. */
  readonly signal: AbortSignal;
  readonly recruit: Recruit<Game>;
}

/** Threads that played. */
type Workers = number;

/** Plays until nothing is left or it is interrupted, in this thread and in those it finds. Rejects when a replication fails. */
export async function playWork<Game>(work: Work<Game>, options: WorkOptions<Game>): Promise<Workers> {
  const { worldOf, signal, recruit } = options;
  const stop = new AbortController();
  const onInterrupt = () => stop.abort(INTERRUPTED);
  if (signal.aborted) onInterrupt();
  else signal.addEventListener('abort', onInterrupt);
  const helpers = new Helpers(recruit, work, stop);
  try {
    for (const game of work.untaken(stop.signal)) {
      const onSlice = (share: number) => {
        work.progress(game, share);
        helpers.lookFor();
      };
      await work.record(game, async () => {
        const world = worldOf(game);
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
  return 1 + helpers.size;
}

const INTERRUPTED = 'interrupted';
