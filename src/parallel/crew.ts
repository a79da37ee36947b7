import type { Recording } from '../telemetry/index.js';
import type { Loaded } from '../world/index.js';
import type { GridGame } from './grid-ledger.js';
import type { Game } from './ledger.js';
import { type GridOrder, type Order, playPoint, playReplication } from './thread.js';
import { ThreadPool } from './thread-pool.js';

/** Whoever plays replications beside the thread that asks for them. */
export interface Crew<Asked = Game> {
  /** Replications that it plays at once. */
  readonly size: number;
  /** `onProgress`: 0..1. Rejects when the replication fails, and when the crew is dismissed. */
  play(game: Asked, onProgress: (share: number) => void): Promise<Recording>;
  dismiss(): Promise<void>;
}

/** Threads, each with worlds of its own. What they play is what this thread would have played. */
export class Threads implements Crew {
  readonly size: number;
  readonly #pool: ThreadPool;

  /** `variants`: what replications are played of. */
  constructor(variants: readonly Loaded[], size: number) {
    this.size = size;
    this.#pool = new ThreadPool(playReplication.name, variants, size);
  }

  play({ variant, replication }: Game, onProgress: (share: number) => void): Promise<Recording> {
    return this.#pool.run<Order>({ variant, replication }, onProgress);
  }

  dismiss(): Promise<void> {
    return this.#pool.dismiss();
  }
}

/** The same for a grid: a point comes with each replication that is asked for, hundreds would not fit into every thread. */
export class GridThreads implements Crew<GridGame> {
  readonly size: number;
  readonly #pool: ThreadPool;

  constructor(size: number) {
    this.size = size;
    this.#pool = new ThreadPool(playPoint.name, null, size);
  }

  play({ point, replication }: GridGame, onProgress: (share: number) => void): Promise<Recording> {
    return this.#pool.run<GridOrder>({ point: point.number, loaded: point.loaded, replication }, onProgress);
  }

  dismiss(): Promise<void> {
    return this.#pool.dismiss();
  }
}
