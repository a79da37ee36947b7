import type { EdgeRow } from './edge.js';
import { MECHANISMS, type Vector } from './mechanisms.js';

const WIDTH = MECHANISMS.length;

/**
 * Where the time of a request went, by edge and mechanism, along its critical path: a call that was not waited for is not
 * in it. Kept for every eighth request only; its sums are scaled to those of all.
 */
export class Breakdown {
  length = 0;
  readonly rows: EdgeRow[] = [];
  #ms = new Float64Array(8 * WIDTH); // by row x mechanism

  clear(): void {
    this.length = 0;
  }

  msOf(index: number, mechanism: number): number {
    return this.#ms[index * WIDTH + mechanism]!;
  }

  add(row: EdgeRow, mechanism: number, ms: number): void {
    this.#ms[this.#indexOf(row) * WIDTH + mechanism]! += ms;
  }

  merge(other: Breakdown): void {
    for (let i = 0; i < other.length; i++) {
      const to = this.#indexOf(other.rows[i]!) * WIDTH;
      for (let mechanism = 0; mechanism < WIDTH; mechanism++) this.#ms[to + mechanism]! += other.msOf(i, mechanism);
    }
  }

  /** Books to `row` what `whole` holds beyond what is booked already. */
  addRest(row: EdgeRow, whole: Vector): void {
    const booked = this.#indexOf(row); // may make the array anew, so first
    for (let mechanism = 0; mechanism < WIDTH; mechanism++) {
      let ms = whole[mechanism]!;
      for (let i = 0; i < this.length; i++) ms -= this.msOf(i, mechanism);
      this.#ms[booked * WIDTH + mechanism]! += ms;
    }
  }

  #indexOf(row: EdgeRow): number {
    for (let i = 0; i < this.length; i++) if (this.rows[i] === row) return i;
    const index = this.length++;
    this.rows[index] = row;
    if (this.length * WIDTH > this.#ms.length) {
      const larger = new Float64Array(2 * this.#ms.length);
      larger.set(this.#ms);
      this.#ms = larger;
    }
    this.#ms.fill(0, index * WIDTH, this.length * WIDTH);
    return index;
  }
}

/** Whether the breakdown of this request is kept. */
export function isSampled(request: number): boolean {
  return request % 8 === 0;
}
