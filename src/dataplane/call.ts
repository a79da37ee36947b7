import { type Simulation, Timer } from '../engine/index.js';
import { type Breakdown, type EdgeRow, newVector, type Vector } from '../telemetry/index.js';
import type { Attempt } from './attempt.js';
import type { ClusterState } from './cluster.js';
import type { RequestHash } from './hash-table.js';
import type { Message } from './message.js';
import type { Site } from './network.js';
import type { Plan } from './plan.js';
import type { Pod } from './pod.js';
import type { ProxyProcess } from './proxy.js';
import { NO_ANSWER, type Status } from './status.js';

/** Kind of the timer of a route's timeout. */
export const ROUTE_TIMER = 0;

/** Who made a call and hears how it ended. The call may be used again as soon as this returns. */
export interface CallOwner {
  callEnded(call: Call): void;
  /** The pod that had the call is gone; the caller lives elsewhere, and hears of it if `tell`. */
  callLost?(tell: boolean): void;
}

export type CallPhase =
  | 'proxying' // the caller's proxy works on the request
  | 'delayed' // by an injected fault
  | 'trying' // an attempt is under way
  | 'backing-off'
  | 'replying' // the proxy answers itself
  | 'over';

/** One try of an application, or a request of a traffic source, from its caller's proxy to the answer. */
export class Call {
  readonly event: number;
  readonly timer: Timer;
  /** Milliseconds of the time from `startMs` by mechanism; complete when it has ended. */
  readonly causes: Vector = newVector();
  readonly tried: number[] = []; // hosts

  // The request that it belongs to.
  source = 0;
  request = 0;
  place = 0;
  /** It descends from a request that counts. */
  counted = false;
  /** Its breakdown is kept. */
  sampled = false;

  // Who calls, and what.
  /** Null: nobody waits for a mirrored copy. */
  owner: CallOwner | null = null;
  site: Site = null as never;
  pod: Pod | null = null;
  proxy: ProxyProcess | null = null;
  worker = 0;
  /** The endpoint that its application's connection was made to, where the proxy leaves that to it; -1: none yet. */
  dialled = -1;
  plan: Plan = null as never;
  message: Message = null as never;
  expected: readonly Status[] = [];

  // Where it stands.
  phase: CallPhase = 'over';
  startMs = 0;
  /** Since when it is in this phase. */
  sinceMs = 0;
  retriesLeft = 0;
  tries = 0;
  /** Where it will be counted: the workload of its last attempt. */
  row: EdgeRow = null as never;
  cluster: ClusterState | null = null;
  /** Of the key that its cluster's balancer hashes. */
  hash: RequestHash | null = null;
  attempt: Attempt | null = null;
  /** Holds one of the cluster's concurrent retries. */
  isRetrying = false;

  // How it ended.
  status: Status = NO_ANSWER;
  flags = 0;
  sizeBytes = 0;
  /** Of a sampled call: of its answer's making, and when it has ended, its own. */
  breakdown: Breakdown | null = null;

  constructor(sim: Simulation, onEvent: (call: Call) => void) {
    this.event = sim.event(onEvent, this);
    this.timer = new Timer(ROUTE_TIMER, this);
  }
}

/** The row of the call that is waited for at the bottom: calls made for this one, as far down as they go. */
export function innermostRow(call: Call): EdgeRow {
  let { row } = call;
  for (let below = call.attempt?.strand?.call ?? null; below !== null; below = below.attempt?.strand?.call ?? null) {
    row = below.row;
  }
  return row;
}
