import type { Recording } from '../telemetry/index.js';
import { failureOf, type Work } from './work.js';

/** One replication of one variant: variants that differ in a setting are played side by side. */
export interface Game {
  /** From 0. */
  readonly variant: number;
  readonly replication: number;
}

/** How many replications a run takes. */
export interface Extent {
  /** After how many, all whole, it is asked, ascending. The last is the most that a run takes. */
  readonly looks: readonly number[];
  /**
   * What the first ones say, by variant, as many as at this look: whether they are enough, and how many it takes as far as
   * they know.
   */
  judge(whole: readonly (readonly Recording[])[]): { readonly isEnough: boolean; readonly guess: number };
}

/** As many as the scenario says. */
export function fixed(replications: number): Extent {
  return { looks: [replications], judge: () => ({ isEnough: true, guess: replications }) };
}

export interface LedgerOptions {
  readonly variants: number;
  readonly seed: number;
  readonly extent: Extent;
  /** Of all together, 0..1; a guess while nobody knows how many replications it will take. */
  readonly onProgress: (share: number) => void;
}

/** Which replications are to be played, how far they are, and what came of them. */
export class Ledger implements Work<Game> {
  readonly #options: LedgerOptions;
  readonly #shares: Float64Array; // these two by replication, within it by variant
  readonly #recordings: (Recording | null)[];
  #next = 0;
  #whole = 0; // the first so many replications, in all variants
  #looked = 0;
  #guess: number;
  #taken: number; // the first so many replications count

  constructor(options: LedgerOptions) {
    const { extent, variants } = options;
    const most = extent.looks.at(-1)!;
    this.#options = options;
    this.#shares = new Float64Array(most * variants);
    this.#recordings = new Array<Recording | null>(most * variants).fill(null);
    this.#guess = extent.looks[0]!;
    this.#taken = most;
  }

  *untaken(stop: AbortSignal): Generator<Game> {
    const { variants } = this.#options;
    while (this.left > 0 && !stop.aborted) {
      const game = this.#next++;
      yield { variant: game % variants, replication: Math.floor(game / variants) };
    }
  }

  get left(): number {
    return Math.max(0, this.#taken * this.#options.variants - this.#next);
  }

  progress(game: Game, share: number): void {
    const { variants, onProgress } = this.#options;
    this.#shares[this.#indexOf(game)] = share;
    onProgress(Math.min(1, this.#shares.reduce((sum, each) => sum + each, 0) / (this.#guess * variants)));
  }

  async record(game: Game, play: () => Promise<Recording | null>): Promise<void> {
    try {
      const recording = await play();
      if (recording === null) return;
      this.#recordings[this.#indexOf(game)] = recording;
      this.#look();
      this.progress(game, 1);
    } catch (error) {
      throw failureOf(`replication ${game.replication} of seed ${this.#options.seed}`, error);
    }
  }

  /** By variant, those that are whole in all variants and count, in order. */
  get recordings(): readonly (readonly Recording[])[] {
    const numbers = [...Array(this.#taken).keys()].filter((replication) => this.#isWhole(replication));
    return this.#of((variant) => numbers.map((replication) => this.#recording({ variant, replication })!));
  }

  /** By the first ones alone, whoever was quicker: so it is the same however many play. */
  #look(): void {
    const { extent } = this.#options;
    while (this.#whole < extent.looks.at(-1)! && this.#isWhole(this.#whole)) this.#whole++;
    while (this.#looked < extent.looks.length && extent.looks[this.#looked]! <= this.#whole) {
      const count = extent.looks[this.#looked++]!;
      const numbers = [...Array(count).keys()];
      const { isEnough, guess } = extent.judge(
        this.#of((variant) => numbers.map((replication) => this.#recording({ variant, replication })!)),
      );
      this.#guess = guess;
      if (!isEnough) continue;
      this.#guess = count;
      this.#taken = count;
      this.#looked = extent.looks.length;
    }
  }

  #isWhole(replication: number): boolean {
    return this.#of((variant) => this.#recording({ variant, replication })).every((recording) => recording !== null);
  }

  #of<T>(variant: (variant: number) => T): readonly T[] {
    return Array.from({ length: this.#options.variants }, (_, index) => variant(index));
  }

  #recording(game: Game): Recording | null {
    return this.#recordings[this.#indexOf(game)]!;
  }

  #indexOf({ variant, replication }: Game): number {
    return replication * this.#options.variants + variant;
  }
}
