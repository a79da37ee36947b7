import type { RunSpec } from '../scenario/index.js';
import type { Recording } from '../telemetry/index.js';

/** How many replications a run takes. */
export interface Extent {
  /** After how many, all whole, it is asked, ascending. The last is the most that a run takes. */
  readonly looks: readonly number[];
  /** What the first ones say, as many as at this look: whether they are enough, and how many it takes as far as they know. */
  judge(whole: readonly Recording[]): { readonly isEnough: boolean; readonly guess: number };
}

/** As many as the scenario says. */
export function fixed(replications: number): Extent {
  return { looks: [replications], judge: () => ({ isEnough: true, guess: replications }) };
}

/** Which replications are to be played, how far they are, and what came of them. */
export class Ledger {
  readonly #onProgress: (share: number) => void;
  readonly #extent: Extent;
  readonly #shares: Float64Array;
  readonly #recordings: (Recording | null)[];
  readonly #seed: number;
  #next = 0;
  #looked = 0;
  #guess: number;
  #taken: number; // the first so many count

  /** `onProgress`: of all together, 0..1; a guess while nobody knows how many it will take. */
  constructor({ seed }: Pick<RunSpec, 'seed'>, extent: Extent, onProgress: (share: number) => void) {
    const most = extent.looks.at(-1)!;
    this.#seed = seed;
    this.#extent = extent;
    this.#onProgress = onProgress;
    this.#shares = new Float64Array(most);
    this.#recordings = new Array<Recording | null>(most).fill(null);
    this.#guess = extent.looks[0]!;
    this.#taken = most;
  }

  /** Each replication that nobody plays yet, until there is none or the run is stopped. Several may ask in turn. */
  *untaken(stop: AbortSignal): Generator<number> {
    while (this.left > 0 && !stop.aborted) yield this.#next++;
  }

  /** How many nobody plays yet. */
  get left(): number {
    return Math.max(0, this.#taken - this.#next);
  }

  progress(replication: number, share: number): void {
    this.#shares[replication] = share;
    this.#onProgress(Math.min(1, this.#shares.reduce((sum, each) => sum + each, 0) / this.#guess));
  }

  /** Enters what comes of it, if anything; rejects with the replication's name when it fails. */
  async record(replication: number, play: () => Promise<Recording | null>): Promise<void> {
    try {
      const recording = await play();
      if (recording === null) return;
      this.#recordings[replication] = recording;
      this.#look();
      this.progress(replication, 1);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new Error(`replication ${replication} of seed ${this.#seed}: ${message}`, { cause: error });
    }
  }

  /** Those that are whole and count, in order. */
  get recordings(): readonly Recording[] {
    return this.#recordings.slice(0, this.#taken).filter((recording) => recording !== null);
  }

  /** By the first ones alone, whoever was quicker: so it is the same however many play. */
  #look(): void {
    const { looks } = this.#extent;
    const missing = this.#recordings.indexOf(null);
    const whole = missing < 0 ? this.#recordings.length : missing;
    while (this.#looked < looks.length && looks[this.#looked]! <= whole) {
      const count = looks[this.#looked++]!;
      const { isEnough, guess } = this.#extent.judge(this.#recordings.slice(0, count) as Recording[]);
      this.#guess = guess;
      if (!isEnough) continue;
      this.#guess = count;
      this.#taken = count;
      this.#looked = looks.length;
    }
  }
}
