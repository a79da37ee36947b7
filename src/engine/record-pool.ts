/** Records that are used again: what a run needs at most at one time is made once. */
export class RecordPool<T extends { live: boolean }> {
  /** Every record ever made, live or not. */
  readonly all: T[] = [];
  live = 0;
  readonly #free: T[] = [];
  readonly #make: () => T;

  constructor(make: () => T) {
    this.#make = make;
  }

  take(): T {
    let record = this.#free.pop();
    if (record === undefined) {
      record = this.#make();
      this.all.push(record);
    }
    record.live = true;
    this.live++;
    return record;
  }

  /** Throws when the record is not live: somebody has given it back already. */
  give(record: T): void {
    if (!record.live) throw new RangeError('a record was given back twice');
    record.live = false;
    this.live--;
    this.#free.push(record);
  }
}
