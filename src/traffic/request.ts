import type { Call, CallOwner, Message, Plan, Status } from '../dataplane/index.js';
import { type Linked, type Simulation, Timer } from '../engine/index.js';
import { Breakdown, newVector, type Vector, type Window } from '../telemetry/index.js';
import type { ClientConnection } from './client.js';
import type { User } from './closed.js';

/** Kind of the timer of a source's own timeout. */
export const SOURCE_TIMER = 3;

export type RequestPhase =
  | 'waiting' // for a connection
  | 'connecting'
  | 'going' // through the network to a gateway
  | 'calling'
  | 'returning'
  | 'refused' // the connection failed; the news is on its way
  | 'over';

/** What a source asks for: one entry of its mix. */
export interface MixEntry {
  /** Cumulated share. */
  readonly upTo: number;
  readonly message: Message;
  readonly expected: readonly Status[];
  /** What the entry's first proxy, or the client itself, does with it. */
  readonly plan: Plan;
}

/** One request of a traffic source, from its intended arrival to the last byte of the answer. */
export class TrafficRequest implements CallOwner, Linked<TrafficRequest> {
  next: TrafficRequest | null = null;
  previous: TrafficRequest | null = null;
  readonly event: number;
  readonly timer: Timer;
  readonly causes: Vector = newVector();
  readonly #onCallEnded: (request: TrafficRequest, call: Call) => void;
  readonly #onCallLost: (request: TrafficRequest, tell: boolean) => void;

  /** Index of its source. */
  source = 0;
  number = 0;
  entry: MixEntry = null as never;
  user: User | null = null;
  counted = false;
  sampled = false;
  /** Of one that counts: its step of the timeline. */
  window: Window = null as never;
  readonly breakdown = new Breakdown();
  started = false;
  intendedMs = 0;
  sinceMs = 0;
  phase: RequestPhase = 'over';
  connection: ClientConnection | null = null;
  call: Call | null = null;
  status: Status = 0;
  flags = 0;

  constructor(
    sim: Simulation,
    onEvent: (request: TrafficRequest) => void,
    onCallEnded: (request: TrafficRequest, call: Call) => void,
    onCallLost: (request: TrafficRequest, tell: boolean) => void,
  ) {
    this.event = sim.event(onEvent, this);
    this.timer = new Timer(SOURCE_TIMER, this);
    this.#onCallEnded = onCallEnded;
    this.#onCallLost = onCallLost;
  }

  callEnded(call: Call): void {
    this.#onCallEnded(this, call);
  }

  callLost(tell: boolean): void {
    this.#onCallLost(this, tell);
  }
}
