import type { RunSpec } from '../scenario/index.js';
import type { Recording } from '../telemetry/index.js';

/** Which replications are to be played, how far they are, and what came of them. */
export class Ledger {
  readonly #onProgress: (share: number) => void;
  readonly #shares: Float64Array;
  readonly #recordings: (Recording | null)[];
  readonly #seed: number;
  #next = 0;

  /** `onProgress`: of all together, 0..1. */
  constructor({ replications, seed }: RunSpec, onProgress: (share: number) => void) {
    this.#seed = seed;
    this.#onProgress = onProgress;
    this.#shares = new Float64Array(replications);
    this.#recordings = new Array<Recording | null>(replications).fill(null);
  }

  /** Each replication that nobody plays yet, until there is none or the run is stopped. Several may ask in turn. */
  *untaken(stop: AbortSignal): Generator<number> {
    while (this.left > 0 && !stop.aborted) yield this.#next++;
  }

  /** How many nobody plays yet. */
  get left(): number {
    return this.#shares.length - this.#next;
  }

  progress(replication: number, share: number): void {
    this.#shares[replication] = share;
    this.#onProgress(this.#shares.reduce((sum, each) => sum + each, 0) / this.#shares.length);
  }

  /** Enters what comes of it, if anything; rejects with the replication's name when it fails. */
  async record(replication: number, play: () => Promise<Recording | null>): Promise<void> {
    try {
      const recording = await play();
      if (recording === null) return;
      this.#recordings[replication] = recording;
      this.progress(replication, 1);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new Error(`replication ${replication} of seed ${this.#seed}: ${message}`, { cause: error });
    }
  }

  /** Those that are whole, in order. */
  get recordings(): readonly Recording[] {
    return this.#recordings.filter((recording) => recording !== null);
  }
}
