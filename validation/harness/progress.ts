/** Says on stderr what is being measured, and how long the rest will take. */
export class Progress {
  readonly #total: number;
  readonly #startedMs = Date.now();
  #done = 0;

  /** `total`: seconds of runs that are planned. */
  constructor(total: number) {
    this.#total = total;
  }

  /** A run begins. */
  begin(what: string): void {
    process.stderr.write(`${what}${this.#left()}\n`);
  }

  /** A run of so many planned seconds is over, or will not come. */
  end(seconds: number): void {
    this.#done += seconds;
  }

  #left(): string {
    const leftSeconds = this.#total - this.#done;
    const elapsedSeconds = (Date.now() - this.#startedMs) / 1000;
    const pace = this.#done > 0 ? elapsedSeconds / this.#done : 1;
    const seconds = leftSeconds * pace;
    return seconds < 90 ? `, about ${Math.round(seconds)} s left` : `, about ${Math.round(seconds / 60)} min left`;
  }
}
