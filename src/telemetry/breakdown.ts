import type { EdgeRow } from './edge.js';
import { addVector, clearVector, MECHANISMS, newVector, type Vector } from './mechanisms.js';

const WIDTH = MECHANISMS.length;

/**
 * Where the time of a request went, by edge and mechanism, along its critical path: a call that was not waited for is not
 * in it. Kept for every eighth request only; its sums are scaled to those of all.
 */
export class Breakdown {
  length = 0;
  #rows: EdgeRow[] = [];
  #ms = new Float64Array(8 * WIDTH); // by row x mechanism
  #booked = newVector(); // over all rows

  clear(): void {
    this.length = 0;
    clearVector(this.#booked);
  }

  row(index: number): EdgeRow {
    return this.#rows[index]!;
  }

  msOf(index: number, mechanism: number): number {
    return this.#ms[index * WIDTH + mechanism]!;
  }

  add(row: EdgeRow, mechanism: number, ms: number): void {
    this.#ms[this.#indexOf(row) * WIDTH + mechanism]! += ms;
    this.#booked[mechanism]! += ms;
  }

  /** Adds a whole row. */
  addRow(row: EdgeRow, ms: Vector): void {
    for (let mechanism = 0; mechanism < WIDTH; mechanism++) this.add(row, mechanism, ms[mechanism]!);
  }

  /** Takes over what `other` holds, which is of no use afterwards until it is cleared. */
  absorb(other: Breakdown): void {
    if (this.length === 0) this.#exchange(other);
    else {
      for (let i = 0; i < other.length; i++) {
        const to = this.#indexOf(other.#rows[i]!) * WIDTH;
        for (let mechanism = 0; mechanism < WIDTH; mechanism++) this.#ms[to + mechanism]! += other.msOf(i, mechanism);
      }
      addVector(this.#booked, other.#booked);
    }
  }

  /** Books to `row` what `whole` holds beyond what is booked already. */
  addRest(row: EdgeRow, whole: Vector): void {
    const to = this.#indexOf(row) * WIDTH;
    for (let mechanism = 0; mechanism < WIDTH; mechanism++) {
      this.#ms[to + mechanism]! += whole[mechanism]! - this.#booked[mechanism]!;
      this.#booked[mechanism] = whole[mechanism]!;
    }
  }

  #exchange(other: Breakdown): void {
    const rows = this.#rows;
    const ms = this.#ms;
    const booked = this.#booked;
    this.length = other.length;
    this.#rows = other.#rows;
    this.#ms = other.#ms;
    this.#booked = other.#booked;
    other.length = 0;
    other.#rows = rows;
    other.#ms = ms;
    other.#booked = booked;
  }

  #indexOf(row: EdgeRow): number {
    for (let i = 0; i < this.length; i++) if (this.#rows[i] === row) return i;
    const index = this.length++;
    this.#rows[index] = row;
    if (this.length * WIDTH > this.#ms.length) {
      const larger = new Float64Array(2 * this.#ms.length);
      larger.set(this.#ms);
      this.#ms = larger;
    }
    for (let i = index * WIDTH; i < this.length * WIDTH; i++) this.#ms[i] = 0;
    return index;
  }
}

/** Whether the breakdown of this request is kept. */
export function isSampled(request: number): boolean {
  return request % 8 === 0;
}
