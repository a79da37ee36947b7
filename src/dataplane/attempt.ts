import { type Linked, type Simulation, Timer } from '../engine/index.js';
import type { Transport } from '../mesh/index.js';
import { type Breakdown, newVector, type Vector } from '../telemetry/index.js';
import type { Guard } from './admission.js';
import type { Call } from './call.js';
import type { ClusterState } from './cluster.js';
import type { Connection } from './connection-pool.js';
import type { InboundPool } from './inbound-pool.js';
import type { Message } from './message.js';
import type { Pod } from './pod.js';
import type { RateLimit } from './rate-limit.js';
import { NO_ANSWER, type Status } from './status.js';
import type { Strand } from './strand.js';
import type { Ztunnel } from './ztunnel.js';

/** Kind of the timer of a try. */
export const PER_TRY_TIMER = 1;

/**
 * Where an attempt is.
 *
 *     picked ─ waits for a connection ─▶ sending ─ network ─▶ proxied ─ server's proxy ─▶ admitting ─ its limits ─▶
 *     queued ─ worker ─▶ working ─ answer ─▶ answering ─ server's proxy, network ─▶ receiving ─ caller's proxy ─▶ over
 */
export type AttemptPhase =
  | 'picked'
  | 'sending'
  | 'proxied'
  | 'admitting'
  | 'admitted'
  | 'queued'
  | 'working'
  | 'answering'
  | 'receiving'
  | 'lost' // its packets will never arrive
  | 'resetting' // the news that its connection is gone is on the way to the caller
  | 'over';

/**
 * One endpoint picked for a call, and what becomes of the request there. The two ends let go of it at their own time:
 * the caller may give up while the server works on, and the server may be done while the answer is on its way.
 */
export class Attempt implements Linked<Attempt> {
  next: Attempt | null = null;
  previous: Attempt | null = null;
  readonly event: number;
  readonly timer: Timer;
  readonly causes: Vector = newVector();
  phase: AttemptPhase = 'over';

  // The request that it belongs to.
  source = 0;
  request = 0;
  place = 0;
  counted = false;
  sampled = false;
  message: Message = null as never;

  // The caller's end.
  /** Null: the caller has let go. */
  call: Call | null = null;
  /** Null: sent without a proxy. */
  cluster: ClusterState | null = null;
  host = 0;
  connection: Connection | null = null;
  /** It opened the connection that it waits for. */
  opened = false;
  startMs = 0;
  mtls = false;
  /** Of a caller in ambient mode; null: none. */
  ztunnel: Ztunnel | null = null;

  // The server's end.
  pod: Pod = null as never;
  inbound: InboundPool | null = null;
  /** Of the server's proxy; null: none. */
  limits: readonly RateLimit[] | null = null;
  transport: Transport = 'plaintext';
  /** Null: nobody judges it. */
  guard: Guard | null = null;
  /** Its life at the time of connecting. */
  epoch = 0;
  /** Worker thread of the server's proxy. */
  serverWorker = 0;
  /** Since when it is in its phase at the server. */
  sinceMs = 0;
  /** The server has it in hand: from arrival to answer. */
  atServer = false;
  admitted = false;
  hasWorker = false;
  strand: Strand | null = null;
  /** The caller's reset has reached the server. */
  isReset = false;
  resetOnWay = false;
  arrivesMs = 0;
  status: Status = NO_ANSWER;
  /** Flags of the server's proxy. */
  serverFlags = 0;
  /** The server's proxy has closed its connection: over TCP an end and no reset, of which the caller's proxy logs nothing. */
  isClosed = false;
  /** A rate limit of the server's proxy has refused it, and the answer says so. */
  isRateLimited = false;
  sizeBytes = 0;
  /** Of the calls that were made for the answer. */
  breakdown: Breakdown | null = null;

  constructor(sim: Simulation, onEvent: (attempt: Attempt) => void) {
    this.event = sim.event(onEvent, this);
    this.timer = new Timer(PER_TRY_TIMER, this);
  }
}
