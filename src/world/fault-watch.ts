import type { Disturbance } from '../scenario/index.js';
import { type EdgeMeter, type EdgeRow, type EdgesAroundFaults, meterSince, readMeter } from '../telemetry/index.js';

/** Reads the counters of edges before the first fault and after the last one, at events that these have anyway. */
export class FaultWatch {
  readonly #disturbance: Disturbance | null;
  readonly #rows: () => readonly EdgeRow[];
  #before: readonly EdgeMeter[] | null = null;
  #atEnd: ReadonlyMap<EdgeRow, EdgeMeter> | null = null;

  /** `rows`: those that there are by then. */
  constructor(disturbance: Disturbance | null, rows: () => readonly EdgeRow[]) {
    this.#disturbance = disturbance;
    this.#rows = rows;
  }

  /** A fault is about to begin; `atMs` from the end of warm-up. */
  onBegin(atMs: number): void {
    if (atMs === this.#disturbance?.firstMs) this.#before ??= this.#rows().map(readMeter);
  }

  /** A fault is over. */
  onEnd(atMs: number): void {
    if (atMs !== this.#disturbance?.lastMs) return;
    this.#atEnd = new Map(this.#rows().map((row) => [row, readMeter(row)]));
  }

  /** Null: no fault ended in time, or the run did before. */
  get seen(): EdgesAroundFaults | null {
    const [before, atEnd] = [this.#before, this.#atEnd];
    if (before === null || atEnd === null) return null;
    return { before, after: this.#rows().map((row) => meterSince(atEnd.get(row), row)) };
  }
}
