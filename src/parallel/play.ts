import { setImmediate as nextTurn } from 'node:timers/promises';
import type { World } from '../world/index.js';

/** Events between two looks at the outside: some 10 ms. */
export const SLICE = 20_000;

/**
 * Plays a world to its end, in slices: between them the outside has its turn, so that many short replications hear Ctrl-C
 * as well as one long one. False: it was stopped. `onProgress`: 0..1.
 */
export async function play(world: World, onProgress: (share: number) => void, signal: AbortSignal): Promise<boolean> {
  world.start();
  for (;;) {
    const isOver = world.advance(SLICE);
    onProgress(isOver ? 1 : world.progress);
    await nextTurn();
    if (isOver) return true;
    if (signal.aborted) return false;
  }
}
