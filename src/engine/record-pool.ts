/**
 * Records that are used again: what a run needs at most at one time is made once. It reads and writes no field of theirs:
 * one line of code that does so for several classes costs a generic store, twice the price of all the rest.
 */
export class RecordPool<T> {
  /** Every record ever made, in use or not. */
  readonly all: T[] = [];
  /** In use. */
  live = 0;
  readonly #free: T[] = [];
  #frees = 0; // how many of them; `push` and `pop` cost more than all the rest
  readonly #make: () => T;

  constructor(make: () => T) {
    this.#make = make;
  }

  take(): T {
    this.live++;
    if (this.#frees > 0) return this.#free[--this.#frees]!;
    const record = this.#make();
    this.all.push(record);
    return record;
  }

  /** Throws RangeError when more is given back than was taken. */
  give(record: T): void {
    if (--this.live < 0) throw new RangeError('a record was given back twice');
    this.#free[this.#frees++] = record;
  }
}
