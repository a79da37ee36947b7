/**
 * A square matrix that holds nothing further than `width` from its diagonal, factorized in place without pivoting: right
 * for the generators of Markov chains, whose diagonal outweighs each row.
 */
export class BandedMatrix {
  readonly size: number;
  readonly #width: number;
  readonly #rows: Float64Array; // by row x (2 width + 1) + column - row + width

  constructor(size: number, width: number) {
    this.size = size;
    this.#width = width;
    this.#rows = new Float64Array(size * (2 * width + 1));
  }

  add(row: number, column: number, value: number): void {
    this.#rows[this.#at(row, column)]! += value;
  }

  /** After this the matrix is L U, with ones on the diagonal of L. */
  factorize(): void {
    for (let pivot = 0; pivot < this.size; pivot++) {
      const end = Math.min(this.size, pivot + this.#width + 1);
      for (let row = pivot + 1; row < end; row++) {
        const factor = this.#get(row, pivot) / this.#get(pivot, pivot);
        this.#rows[this.#at(row, pivot)] = factor;
        for (let column = pivot + 1; column < end; column++) this.add(row, column, -factor * this.#get(pivot, column));
      }
    }
  }

  /** x of A x = b. */
  solve(b: Float64Array): Float64Array {
    const x = b.slice();
    for (let row = 0; row < this.size; row++) {
      for (let k = this.#first(row); k < row; k++) x[row]! -= this.#get(row, k) * x[k]!;
    }
    for (let row = this.size - 1; row >= 0; row--) {
      for (let k = row + 1; k < this.#end(row); k++) x[row]! -= this.#get(row, k) * x[k]!;
      x[row]! /= this.#get(row, row);
    }
    return x;
  }

  /** x of x A = b. */
  solveLeft(b: Float64Array): Float64Array {
    const x = b.slice();
    for (let column = 0; column < this.size; column++) {
      for (let k = this.#first(column); k < column; k++) x[column]! -= this.#get(k, column) * x[k]!;
      x[column]! /= this.#get(column, column);
    }
    for (let column = this.size - 1; column >= 0; column--) {
      for (let k = column + 1; k < this.#end(column); k++) x[column]! -= this.#get(k, column) * x[k]!;
    }
    return x;
  }

  #first(row: number): number {
    return Math.max(0, row - this.#width);
  }

  #end(row: number): number {
    return Math.min(this.size, row + this.#width + 1);
  }

  #get(row: number, column: number): number {
    return this.#rows[this.#at(row, column)]!;
  }

  #at(row: number, column: number): number {
    return row * (2 * this.#width + 1) + column - row + this.#width;
  }
}
