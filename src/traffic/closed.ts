import type { Plane } from '../dataplane/index.js';
import type { Sampler } from '../engine/index.js';
import type { UserProfile } from './users.js';

/** A user of a closed source. */
export interface User {
  readonly index: number;
  readonly event: number;
  iteration: number;
  /** When it last sent, ms; -1: never. */
  sentMs: number;
  /** Thinks or waits for an answer; else it has left. */
  active: boolean;
}

export interface ClosedLoad {
  readonly kind: 'closed';
  readonly profile: UserProfile;
  readonly think: Sampler;
  /** All send together when the last answer is in and the think time is over. */
  readonly lockstep: boolean;
}

/** A user whose answer took no time at all waits so long before the next: else the clock would stand still. */
const AFTER_NO_TIME_MS = 1;

/** What the loop asks of its source. */
export interface UserHost {
  send(number: number, user: User): void;
  /** The number of (0, 1) that gives the think time before request `number`. */
  drawThink(number: number): number;
}

/** Users who think, send, wait for the answer, and begin again. A request's number is (iteration, user). */
export class UserLoop {
  readonly #plane: Plane;
  readonly #load: ClosedLoad;
  readonly #host: UserHost;
  readonly #changeEvent: number;
  readonly #users: User[] = [];
  #thinking = 0;
  #sending = 0;

  constructor(plane: Plane, load: ClosedLoad, host: UserHost) {
    this.#plane = plane;
    this.#load = load;
    this.#host = host;
    this.#changeEvent = plane.sim.event(onChange, this);
  }

  /** Lets in the users that are wanted now, and comes back when more or fewer are. */
  admit(): void {
    const { sim } = this.#plane;
    const { profile } = this.#load;
    const wanted = profile.usersAt(sim.nowMs);
    while (this.#users.length < wanted) this.#users.push(this.#newUser(this.#users.length));
    for (let i = 0; i < wanted; i++) if (!this.#users[i]!.active) this.#think(this.#users[i]!);
    const changeMs = profile.nextChangeMs(sim.nowMs);
    if (changeMs < Infinity) sim.queue.schedule(this.#changeEvent, changeMs);
  }

  /** The user's answer is in. */
  answered(user: User): void {
    user.iteration++;
    if (!this.#load.lockstep) {
      this.#thinkOrLeave(user);
      return;
    }
    if (--this.#sending > 0) return;
    for (const each of this.#users) if (each.active) this.#thinkOrLeave(each);
  }

  #newUser(index: number): User {
    const send = () => this.#send(this.#users[index]!);
    return { index, event: this.#plane.sim.event(send, this), iteration: 0, sentMs: -1, active: false };
  }

  #think(user: User): void {
    const { sim } = this.#plane;
    const { think } = this.#load;
    user.active = true;
    this.#thinking++;
    const thinkMs = think.constantMs ?? think.quantileMs(this.#host.drawThink(numberOf(user)));
    const leastMs = user.sentMs === sim.nowMs ? AFTER_NO_TIME_MS : 0;
    sim.queue.schedule(user.event, sim.nowMs + Math.max(thinkMs, leastMs));
  }

  #thinkOrLeave(user: User): void {
    if (user.index < this.#load.profile.usersAt(this.#plane.sim.nowMs)) this.#think(user);
    else user.active = false;
  }

  #send(user: User): void {
    this.#thinking--;
    if (!this.#load.lockstep) {
      this.#sendFor(user);
      return;
    }
    if (this.#thinking > 0) return;
    const together = this.#users.filter(({ active }) => active);
    this.#sending = together.length;
    for (const each of together) this.#sendFor(each);
  }

  #sendFor(user: User): void {
    user.sentMs = this.#plane.sim.nowMs;
    this.#host.send(numberOf(user), user);
  }
}

function numberOf({ index, iteration }: User): number {
  return iteration * 0x10_0000 + index;
}

function onChange(loop: UserLoop): void {
  loop.admit();
}
