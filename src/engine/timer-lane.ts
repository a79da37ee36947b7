import type { EventQueue } from './event-queue.js';

/** A timer of one record, made once with it. `kind` and `owner` tell whoever hears it fire what to do. */
export class Timer {
  /** The turn at which it was armed; -1 while it is not. */
  turn = -1;
  readonly kind: number;
  readonly owner: unknown;

  constructor(kind: number, owner: unknown) {
    this.kind = kind;
    this.owner = owner;
  }

  get armed(): boolean {
    return this.turn >= 0;
  }

  /** Costs nothing: the lane passes over it. */
  disarm(): void {
    this.turn = -1;
  }
}

/**
 * Timers of one length. They fire in the order in which they were armed, so a ring will do: only its head is an event
 * of the queue, and a timer that is disarmed in time never becomes one. Disarmed timers are dropped when they come to
 * the head or when the ring is full, so that it holds at most twice as many as are armed.
 */
export class TimerLane {
  readonly durationMs: number;
  readonly event: number;
  readonly #queue: EventQueue;
  readonly #fire: (timer: Timer) => void;
  #timers: (Timer | null)[] = new Array<Timer | null>(16).fill(null); // ring, by position & mask
  #turn = new Float64Array(16); // by the same
  #dueMs = new Float64Array(16); // by the same
  #head = 0; // position of the oldest
  #tail = 0; // position after the newest

  constructor(queue: EventQueue, durationMs: number, fire: (timer: Timer) => void) {
    this.#queue = queue;
    this.durationMs = durationMs;
    this.#fire = fire;
    this.event = queue.create();
  }

  /** Arms `timer`, which must not be armed, to fire `durationMs` from now. */
  arm(timer: Timer): void {
    if (this.#tail - this.#head === this.#timers.length) this.#makeRoom();
    const turn = this.#queue.takeTurn();
    timer.turn = turn;
    const at = this.#tail++ & (this.#timers.length - 1);
    this.#timers[at] = timer;
    this.#turn[at] = turn;
    this.#dueMs[at] = this.#queue.nowMs + this.durationMs;
    if (this.#tail - this.#head === 1) this.#scheduleHead();
  }

  /** The lane's event is due. */
  onEvent(): void {
    const at = this.#head & (this.#timers.length - 1);
    const timer = this.#timers[at]!;
    const isLive = timer.turn === this.#turn[at]!;
    this.#timers[at] = null;
    this.#head++;
    this.#dropDisarmedHead();
    if (this.#head < this.#tail) this.#scheduleHead();
    if (!isLive) return;
    timer.turn = -1;
    this.#fire(timer);
  }

  #dropDisarmedHead(): void {
    const mask = this.#timers.length - 1;
    for (; this.#head < this.#tail; this.#head++) {
      const at = this.#head & mask;
      if (this.#timers[at]!.turn === this.#turn[at]!) return;
      this.#timers[at] = null;
    }
  }

  #scheduleHead(): void {
    const at = this.#head & (this.#timers.length - 1);
    this.#queue.scheduleAtTurn(this.event, this.#dueMs[at]!, this.#turn[at]!);
  }

  /** Drops what is disarmed, but for the head, whose event is scheduled; doubles when more than half is armed. */
  #makeRoom(): void {
    const mask = this.#timers.length - 1;
    let to = this.#head + 1;
    for (let from = to; from < this.#tail; from++) {
      const at = from & mask;
      const timer = this.#timers[at]!;
      if (timer.turn !== this.#turn[at]!) continue;
      this.#timers[to & mask] = timer;
      this.#turn[to & mask] = this.#turn[at]!;
      this.#dueMs[to & mask] = this.#dueMs[at]!;
      to++;
    }
    for (let free = to; free < this.#tail; free++) this.#timers[free & mask] = null;
    this.#tail = to;
    if (2 * (this.#tail - this.#head) > this.#timers.length) this.#double();
  }

  #double(): void {
    const size = this.#timers.length;
    const timers = new Array<Timer | null>(2 * size).fill(null);
    const turn = new Float64Array(2 * size);
    const dueMs = new Float64Array(2 * size);
    for (let position = this.#head; position < this.#tail; position++) {
      const [from, to] = [position & (size - 1), position & (2 * size - 1)];
      timers[to] = this.#timers[from]!;
      turn[to] = this.#turn[from]!;
      dueMs[to] = this.#dueMs[from]!;
    }
    this.#timers = timers;
    this.#turn = turn;
    this.#dueMs = dueMs;
  }
}
