import type { Diagnostic } from '../diagnostics/index.js';
import type { Recording } from '../telemetry/index.js';
import type { Blueprint, Loaded } from '../world/index.js';
import { failureOf, type Work } from './work.js';

/** One point of a grid, ready to be played. */
export interface GridPoint {
  /** In the grid, from 0. */
  readonly number: number;
  readonly loaded: Loaded;
  readonly blueprint: Blueprint;
  /** What its report says of it. */
  readonly diagnostics: readonly Diagnostic[];
}

/** One replication of one point. */
export interface GridGame {
  readonly point: GridPoint;
  readonly replication: number;
}

export interface GridLedgerOptions {
  /** Those that are to be played, by number, in order. */
  readonly points: readonly number[];
  /** Of each point. */
  readonly replications: number;
  /** Readies a point; each is asked for once, when its first replication is about to be played. */
  readonly ready: (number: number) => GridPoint;
  /** Takes the recordings of a point that is whole, in order of replication. Points may end in another order. */
  readonly onPoint: (point: GridPoint, recordings: readonly Recording[]) => void;
  /** Of the whole grid, 0..1. */
  readonly onProgress: (share: number) => void;
}

/**
 * Point after point, each with all of its replications, so that points end one by one and only those in play are held. Whoever
 * is free goes on with the next point: nobody waits for the last replication of this one.
 */
export class GridLedger implements Work<GridGame> {
  readonly #options: GridLedgerOptions;
  readonly #recordings = new Map<GridPoint, (Recording | null)[]>();
  readonly #shares = new Map<GridGame, number>(); // of those in play
  #current: GridPoint | null = null;
  #next = 0;
  #whole = 0; // replications

  constructor(options: GridLedgerOptions) {
    this.#options = options;
  }

  *untaken(stop: AbortSignal): Generator<GridGame> {
    const { points, replications, ready } = this.#options;
    while (this.left > 0 && !stop.aborted) {
      const index = this.#next++;
      const replication = index % replications;
      if (replication === 0) {
        this.#current = ready(points[Math.floor(index / replications)]!);
        this.#recordings.set(this.#current, new Array<Recording | null>(replications).fill(null));
      }
      yield { point: this.#current!, replication };
    }
  }

  get left(): number {
    return this.#games - this.#next;
  }

  progress(game: GridGame, share: number): void {
    this.#shares.set(game, share);
    const inPlay = [...this.#shares.values()].reduce((sum, each) => sum + each, 0);
    this.#options.onProgress(Math.min(1, (this.#whole + inPlay) / this.#games));
  }

  async record(game: GridGame, play: () => Promise<Recording | null>): Promise<void> {
    const { point, replication } = game;
    try {
      const recording = await play();
      if (recording === null) return;
      this.#enter(game, recording);
    } catch (error) {
      const { seed } = point.blueprint.scenario.run;
      throw failureOf(`point ${point.number + 1}, replication ${replication} of seed ${seed}`, error);
    }
  }

  #enter(game: GridGame, recording: Recording): void {
    const { point, replication } = game;
    const recordings = this.#recordings.get(point)!;
    recordings[replication] = recording;
    this.progress(game, 1);
    this.#shares.delete(game);
    this.#whole++;
    const whole = recordings.filter((each) => each !== null);
    if (whole.length < recordings.length) return;
    this.#recordings.delete(point);
    this.#options.onPoint(point, whole);
  }

  get #games(): number {
    return this.#options.points.length * this.#options.replications;
  }
}
