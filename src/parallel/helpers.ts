import type { Crew } from './crew.js';
import type { Ledger } from './ledger.js';

/** Finds whoever plays replications too, `most` at once; null: not yet, or never. */
export type Recruit = (most: number) => Crew | null;

/** Others that play replications of a run beside this thread: nobody at first. */
export class Helpers {
  readonly #recruit: Recruit;
  readonly #ledger: Ledger;
  readonly #stop: AbortController;
  #crew: Crew | null = null;
  #work: Promise<unknown> = Promise.resolve();

  /** `stop`: ends the run when one of them fails; when it is ended otherwise they are dismissed. */
  constructor(recruit: Recruit, ledger: Ledger, stop: AbortController) {
    this.#recruit = recruit;
    this.#ledger = ledger;
    this.#stop = stop;
    stop.signal.addEventListener('abort', () => void this.dismiss());
  }

  get size(): number {
    return this.#crew?.size ?? 0;
  }

  /** Looks for some, as long as there are none. */
  lookFor(): void {
    if (this.#crew !== null || this.#ledger.left === 0) return;
    const crew = this.#recruit(this.#ledger.left);
    if (crew === null) return;
    this.#crew = crew;
    this.#work = Promise.all(Array.from({ length: crew.size }, () => this.#help(crew))).catch((error: unknown) =>
      this.#stop.abort(error),
    );
  }

  /** Until they have done what there was to do. */
  async done(): Promise<void> {
    await this.#work;
  }

  async dismiss(): Promise<void> {
    await this.#crew?.dismiss();
  }

  async #help(crew: Crew): Promise<void> {
    for (const game of this.#ledger.untaken(this.#stop.signal)) {
      const onProgress = (share: number) => this.#ledger.progress(game, share);
      await this.#ledger.record(game, () => crew.play(game, onProgress));
    }
  }
}
