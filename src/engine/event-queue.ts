const MOST_PASSES = 32;

/**
 * What happens next. An event is a small integer that its owner got from `create`; the queue knows only when it is due.
 * Events come out by time (simulated ms), then by turn of scheduling: a total order, so that runs repeat.
 *
 * A 4-ary heap in typed arrays that knows where each event stands, so that an event can be moved or taken out. The event
 * handed out leaves its place at the top vacant: whoever handles it mostly schedules another, which takes that place and
 * seldom sinks far.
 */
export class EventQueue {
  /** Simulated time, ms. */
  nowMs = 0;
  /** Events handed out so far. */
  handled = 0;
  #turns = 0;
  #size = 0; // entries in the heap, the vacant one included
  #vacant = 0; // 1: the top is vacant; it is then before all others, so that nothing rises past it
  #events = 0; // ids created
  #holds = 0;
  #passesLeft = MOST_PASSES;
  #dueMs = new Float64Array(64 + 3).fill(Infinity); // by heap position
  #event = new Int32Array(64); // by heap position
  #position = new Int32Array(64); // by event; -1 when it is not scheduled
  #turn = new Float64Array(64); // by event; 32 bits would wrap within one long run

  /** A new event, not yet scheduled. Room doubles when it is full: nothing is ever lost for want of it. */
  create(): number {
    if (this.#events === this.#position.length) this.#grow();
    this.#position[this.#events] = -1;
    return this.#events++;
  }

  /** Takes the next turn without scheduling anything: for a timer that keeps its place while it waits outside. */
  takeTurn(): number {
    return this.#turns++;
  }

  /** Schedules `event`, or moves it. Throws RangeError when `dueMs` is past, infinite or NaN. */
  schedule(event: number, dueMs: number): void {
    this.scheduleAtTurn(event, dueMs, this.#turns++);
  }

  /** Like `schedule`, among equal times at a turn taken earlier. */
  scheduleAtTurn(event: number, dueMs: number, turn: number): void {
    if (!(dueMs >= this.nowMs && dueMs < Infinity)) throw new RangeError(`due at ${dueMs} ms, now is ${this.nowMs} ms`);
    const known = this.#position[event]!;
    const at = known >= 0 ? known : this.#vacant === 1 ? 0 : this.#size++;
    this.#dueMs[at] = dueMs;
    this.#event[at] = event;
    this.#turn[event] = turn;
    if (at === 0) {
      this.#vacant = 0;
      this.#siftDown(0);
    } else if (known < 0) this.#siftUp(at);
    else this.#sift(at);
  }

  /** Takes `event` out; nothing happens when it is not scheduled. */
  cancel(event: number): void {
    const at = this.#position[event]!;
    if (at < 0) return;
    this.#position[event] = -1;
    this.#refill(at);
  }

  isScheduled(event: number): boolean {
    return this.#position[event]! >= 0;
  }

  /** Moves the clock to the next event and returns it; -1 when nothing is left. */
  next(): number {
    if (this.#vacant === 1) {
      this.#vacant = 0;
      this.#refill(0);
    }
    if (this.#size === 0) return -1;
    const event = this.#event[0]!;
    this.nowMs = this.#dueMs[0]!;
    this.#position[event] = -1;
    this.#vacant = 1;
    this.#dueMs[0] = -Infinity;
    this.#passesLeft = MOST_PASSES;
    this.handled++;
    return event;
  }

  /**
   * Moves the clock on to `dueMs`, as if an event of that time had been scheduled and come out next; false, and nothing
   * is done, where another is due by then. Only for what its handler does last: it goes on at once, without an event.
   * So many times from one event, for what goes on at once stands on the stack of what went before.
   */
  passTo(dueMs: number): boolean {
    const times = this.#dueMs;
    if (this.#holds > 0 || this.#passesLeft === 0) return false;
    if (this.#vacant === 0) {
      if (times[0]! <= dueMs) return false;
    } else if (times[1]! <= dueMs || times[2]! <= dueMs || times[3]! <= dueMs || times[4]! <= dueMs) return false;
    this.nowMs = dueMs;
    this.#passesLeft--;
    this.handled++;
    return true;
  }

  /** Something is left to do at this time: the clock passes to no other until `letGo`. */
  hold(): void {
    this.#holds++;
  }

  letGo(): void {
    this.#holds--;
  }

  /** Fills the free place `at` with the last entry. */
  #refill(at: number): void {
    const last = --this.#size;
    const lastMs = this.#dueMs[last]!;
    this.#dueMs[last] = Infinity;
    if (at === last) return;
    this.#dueMs[at] = lastMs;
    this.#event[at] = this.#event[last]!;
    this.#sift(at);
  }

  /** Moves the entry at `at` to where it belongs. Times travel in the arrays: as arguments they would be allocated. */
  #sift(at: number): void {
    if (at > 0 && this.#isBefore(at, (at - 1) >> 2)) this.#siftUp(at);
    else this.#siftDown(at);
  }

  #isBefore(a: number, b: number): boolean {
    const aheadMs = this.#dueMs[b]! - this.#dueMs[a]!;
    return aheadMs > 0 || (aheadMs === 0 && this.#isTurnBefore(a, b));
  }

  /** Of two entries that are due at the same time. */
  #isTurnBefore(a: number, b: number): boolean {
    return this.#turn[this.#event[a]!]! < this.#turn[this.#event[b]!]!;
  }

  #siftUp(from: number): void {
    const times = this.#dueMs;
    const turns = this.#turn;
    const events = this.#event;
    const positions = this.#position;
    const dueMs = times[from]!;
    const event = events[from]!;
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 2;
      const parentMs = times[parent]!;
      if (parentMs < dueMs || (parentMs === dueMs && turns[events[parent]!]! < turns[event]!)) break;
      times[at] = parentMs;
      events[at] = events[parent]!;
      positions[events[at]!] = at;
      at = parent;
    }
    times[at] = dueMs;
    events[at] = event;
    positions[event] = at;
  }

  /** All four children are looked at, whether they are there or not: beyond the heap it is always later. */
  #siftDown(from: number): void {
    const times = this.#dueMs;
    const turns = this.#turn;
    const events = this.#event;
    const positions = this.#position;
    const size = this.#size;
    const dueMs = times[from]!;
    const event = events[from]!;
    let at = from;
    for (let child = 4 * at + 1; child < size; child = 4 * at + 1) {
      let first = child;
      let firstMs = times[child]!;
      const secondMs = times[child + 1]!;
      if (secondMs <= firstMs && (secondMs < firstMs || turns[events[child + 1]!]! < turns[events[first]!]!)) {
        first = child + 1;
        firstMs = secondMs;
      }
      const thirdMs = times[child + 2]!;
      if (thirdMs <= firstMs && (thirdMs < firstMs || turns[events[child + 2]!]! < turns[events[first]!]!)) {
        first = child + 2;
        firstMs = thirdMs;
      }
      const fourthMs = times[child + 3]!;
      if (fourthMs <= firstMs && (fourthMs < firstMs || turns[events[child + 3]!]! < turns[events[first]!]!)) {
        first = child + 3;
        firstMs = fourthMs;
      }
      if (dueMs <= firstMs && (dueMs < firstMs || turns[event]! < turns[events[first]!]!)) break;
      times[at] = firstMs;
      events[at] = events[first]!;
      positions[events[at]!] = at;
      at = first;
    }
    times[at] = dueMs;
    events[at] = event;
    positions[event] = at;
  }

  #grow(): void {
    const room = 2 * this.#position.length;
    this.#dueMs = enlarged(this.#dueMs, new Float64Array(room + 3).fill(Infinity));
    this.#turn = enlarged(this.#turn, new Float64Array(room));
    this.#event = enlarged(this.#event, new Int32Array(room));
    this.#position = enlarged(this.#position, new Int32Array(room));
  }
}

function enlarged<T extends Float64Array | Int32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
