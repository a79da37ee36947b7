/**
 * Records that are used again: what a run needs at most at one time is made once. It reads and writes no field of theirs:
 * one line of code that does so for several classes costs a generic store, twice the price of all the rest.
 */
export class RecordPool<T> {
  /** Every record ever made, in use or not. */
  readonly all: T[] = [];
  readonly #free: T[] = []; // as long as `all`: storing beyond an array's end costs more than all the rest
  #frees = 0; // how many of them, from the start
  readonly #make: () => T;

  constructor(make: () => T) {
    this.#make = make;
  }

  /** How many are in use. */
  get live(): number {
    return this.all.length - this.#frees;
  }

  take(): T {
    if (this.#frees > 0) return this.#free[--this.#frees]!;
    const record = this.#make();
    this.all.push(record);
    this.#free.push(record);
    return record;
  }

  /** Throws RangeError when more is given back than was taken. */
  give(record: T): void {
    const at = this.#frees;
    if (at >= this.#free.length) throw new RangeError('a record was given back twice');
    if (this.#free[at] !== record) this.#free[at] = record; // mostly it still stands there: a store costs more than a look
    this.#frees = at + 1;
  }
}
