/** How often each number came. Mostly it is the same one again: that one is counted apart until somebody looks. */
export class Tally {
  readonly #counts = new Map<number, number>();
  #last = 0;
  #times = 0; // of `#last`, not in the map yet

  add(key: number): void {
    if (key !== this.#last) {
      this.#book();
      this.#last = key;
    }
    this.#times++;
  }

  /** Adds what another has counted. */
  merge(counts: ReadonlyMap<number, number>): void {
    this.#book();
    for (const [key, count] of counts) this.#counts.set(key, (this.#counts.get(key) ?? 0) + count);
  }

  get counts(): ReadonlyMap<number, number> {
    this.#book();
    return this.#counts;
  }

  #book(): void {
    if (this.#times === 0) return;
    this.#counts.set(this.#last, (this.#counts.get(this.#last) ?? 0) + this.#times);
    this.#times = 0;
  }
}
