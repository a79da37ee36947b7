import { EventQueue } from './event-queue.js';
import { type Timer, TimerLane } from './timer-lane.js';

/** Who is told that an event of `owner` is due. One function for all owners of a kind, not a closure for each. */
export type Handler<Owner> = (owner: Owner) => void;

/** The queue, and for each event whose it is. */
export class Simulation {
  readonly queue = new EventQueue();
  readonly #handlers: Handler<never>[] = []; // by event
  readonly #owners: unknown[] = []; // by event
  readonly #lanes = new Map<number, TimerLane>(); // by length in ms
  #onTimer: ((timer: Timer) => void) | null = null;

  get nowMs(): number {
    return this.queue.nowMs;
  }

  /** A new event, not yet scheduled: when it is due, `handler` gets `owner`. */
  event<Owner>(handler: Handler<Owner>, owner: Owner): number {
    const event = this.queue.create();
    this.own(event, handler, owner);
    return event;
  }

  /** Says whose an event is that was made by the queue itself. */
  own<Owner>(event: number, handler: Handler<Owner>, owner: Owner): void {
    this.#handlers[event] = handler as Handler<never>;
    this.#owners[event] = owner;
  }

  /** The one who hears every timer that fires. */
  hearTimers(fire: (timer: Timer) => void): void {
    this.#onTimer = fire;
  }

  /** The lane of all timers of this length. */
  lane(durationMs: number): TimerLane {
    const known = this.#lanes.get(durationMs);
    if (known !== undefined) return known;
    const lane = new TimerLane(this.queue, durationMs, (timer) => this.#onTimer!(timer));
    this.own(lane.event, fireLane, lane);
    this.#lanes.set(durationMs, lane);
    return lane;
  }

  /** Handles the next event; false when nothing is left. */
  step(): boolean {
    const event = this.queue.next();
    if (event < 0) return false;
    (this.#handlers[event] as Handler<unknown>)(this.#owners[event]);
    return true;
  }
}

function fireLane(lane: TimerLane): void {
  lane.onEvent();
}
