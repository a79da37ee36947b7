import { EventQueue } from '../engine/index.js';

/** No schedule begins after more picks than these: Envoy's bound. */
const MOST_PICKS = 429_496_729;

/**
 * Takes entries in turn, each as often as its weight says: the one with the earliest deadline is next, and its new
 * deadline is 1 / weight later. Of equal deadlines the one that was set first is the earlier.
 * Source: Envoy, source/common/upstream/edf_scheduler.h.
 */
export class EdfSchedule {
  readonly #queue = new EventQueue();
  readonly #weightOf: (entry: number) => number;
  // By entry: its deadline is since + turns / weight, and not a sum, so that whole weights tie to the last digit.
  readonly #weight: Float64Array;
  readonly #since: Float64Array;
  readonly #turns: Float64Array;

  /** `weightOf`: above 0, asked whenever an entry is put in. `start`, of [0, 1): where in its cycle the schedule begins. */
  constructor(entries: number, weightOf: (entry: number) => number, start: number) {
    this.#weightOf = weightOf;
    this.#weight = Float64Array.from({ length: entries }, (_, entry) => weightOf(entry));
    this.#since = new Float64Array(entries);
    this.#turns = new Float64Array(entries);
    const whole = this.#weight.reduce((sum, weight) => sum + weight, 0);
    const picks = Math.floor(start * MOST_PICKS);
    let left = picks;
    this.#weight.forEach((weight, entry) => {
      const taken = Math.floor((picks * weight) / whole);
      left -= taken;
      this.#turns[entry] = 1 + taken;
      this.#queue.schedule(this.#queue.create(), (1 + taken) / weight);
    });
    while (left-- > 0) this.next();
  }

  /** The next entry. */
  next(): number {
    const entry = this.#queue.next();
    const weight = this.#weightOf(entry);
    if (weight !== this.#weight[entry]) {
      this.#weight[entry] = weight;
      this.#since[entry] = this.#queue.nowMs;
      this.#turns[entry] = 0;
    }
    const turns = this.#turns[entry]! + 1;
    this.#turns[entry] = turns;
    this.#queue.schedule(entry, this.#since[entry]! + turns / weight);
    return entry;
  }
}
