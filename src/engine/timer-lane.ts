import type { EventQueue } from './event-queue.js';
import { type Linked, LinkedQueue } from './linked-queue.js';

/** A timer of one record, made once with it. `kind` and `owner` tell whoever hears it fire what to do. */
export class Timer implements Linked<Timer> {
  next: Timer | null = null;
  previous: Timer | null = null;
  /** The lane in which it is armed; null while it is not. */
  lane: TimerLane | null = null;
  /** When it is due, and the turn at which it was armed. */
  dueMs = 0;
  turn = 0;
  readonly kind: number;
  readonly owner: unknown;

  constructor(kind: number, owner: unknown) {
    this.kind = kind;
    this.owner = owner;
  }

  get armed(): boolean {
    return this.lane !== null;
  }

  disarm(): void {
    if (this.lane !== null) this.lane.disarm(this);
  }
}

/**
 * Timers of one length. They fire in the order in which they were armed, so one event of the queue stands for all of them,
 * and a timer that is disarmed in time never becomes one.
 */
export class TimerLane {
  readonly durationMs: number;
  readonly event: number;
  readonly #queue: EventQueue;
  readonly #fire: (timer: Timer) => void;
  readonly #armed = new LinkedQueue<Timer>();
  #eventTurn = -1; // whose turn the event has: the first one's, or that of one before it, which was disarmed; -1: no event

  constructor(queue: EventQueue, durationMs: number, fire: (timer: Timer) => void) {
    this.#queue = queue;
    this.durationMs = durationMs;
    this.#fire = fire;
    this.event = queue.create();
  }

  /** Arms `timer`, which must not be armed, to fire `durationMs` from now. */
  arm(timer: Timer): void {
    timer.lane = this;
    timer.dueMs = this.#queue.nowMs + this.durationMs;
    timer.turn = this.#queue.takeTurn();
    this.#armed.push(timer);
    if (this.#eventTurn < 0) this.#schedule(timer);
  }

  /** For `Timer.disarm`. */
  disarm(timer: Timer): void {
    timer.lane = null;
    this.#armed.remove(timer);
  }

  /** The lane's event is due: the first timer fires, unless the event was that of one before it. */
  onEvent(): void {
    const turn = this.#eventTurn;
    this.#eventTurn = -1;
    const { first } = this.#armed;
    if (first === null) return;
    if (first.turn !== turn) {
      this.#schedule(first);
      return;
    }
    this.disarm(first);
    if (this.#armed.first !== null) this.#schedule(this.#armed.first);
    this.#fire(first);
  }

  #schedule(timer: Timer): void {
    this.#eventTurn = timer.turn;
    this.#queue.scheduleAtTurn(this.event, timer.dueMs, timer.turn);
  }
}
