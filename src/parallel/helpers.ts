import type { Crew } from './crew.js';
import type { Work } from './work.js';

/** Finds whoever plays replications too, `most` at once; null: not yet, or never. */
export type Recruit<Game> = (most: number) => Crew<Game> | null;

/** Others that play replications of a run beside this thread: nobody at first. */
export class Helpers<Game> {
  readonly #recruit: Recruit<Game>;
  readonly #work: Work<Game>;
  readonly #stop: AbortController;
  #crew: Crew<Game> | null = null;
  #help: Promise<unknown> = Promise.resolve();

  /** `stop`: ends the run when one of them fails; when it is ended otherwise they are dismissed. */
  constructor(recruit: Recruit<Game>, work: Work<Game>, stop: AbortController) {
    this.#recruit = recruit;
    this.#work = work;
    this.#stop = stop;
    stop.signal.addEventListener('abort', () => void this.dismiss());
  }

  get size(): number {
    return this.#crew?.size ?? 0;
  }

  /** Looks for some, as long as there are none. */
  lookFor(): void {
    if (this.#crew !== null || this.#work.left === 0) return;
    const crew = this.#recruit(this.#work.left);
    if (crew === null) return;
    this.#crew = crew;
    this.#help = Promise.all(Array.from({ length: crew.size }, () => this.#playWith(crew))).catch((error: unknown) =>
      this.#stop.abort(error),
    );
  }

  /** Until they have done what there was to do. */
  async done(): Promise<void> {
    await this.#help;
  }

  async dismiss(): Promise<void> {
    await this.#crew?.dismiss();
  }

  async #playWith(crew: Crew<Game>): Promise<void> {
    for (const game of this.#work.untaken(this.#stop.signal)) {
      const onProgress = (share: number) => this.#work.progress(game, share);
      await this.#work.record(game, () => crew.play(game, onProgress));
    }
  }
}
