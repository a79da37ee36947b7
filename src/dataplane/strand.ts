import { CpuJob, type Simulation, Timer } from '../engine/index.js';
import { type Breakdown, clearVector, type EdgeRow, newVector, type Vector } from '../telemetry/index.js';
import type { Application } from './application.js';
import type { Attempt } from './attempt.js';
import type { Call, CallOwner } from './call.js';
import type { CallNode, Node, Program } from './program.js';
import { NO_ANSWER, type Status } from './status.js';

/** Kind of the timer of an application's own try. */
export const APP_TIMER = 2;

export type StrandPhase = 'waiting' | 'held-up' | 'computing' | 'calling' | 'backing-off' | 'joining' | 'over';

/** One thread of an application's work on one request: its program's main line, or a parallel branch. */
export class Strand implements CallOwner {
  readonly event: number;
  readonly timer: Timer;
  readonly job: CpuJob;
  /** A branch's own; the main line's are the attempt's. */
  causes: Vector;
  readonly #branchCauses: Vector = newVector();
  readonly children: Strand[] = [];
  readonly loopsLeft: number[] = []; // by depth
  readonly loopPlaces: number[] = []; // by depth
  readonly #application: Application;

  attempt: Attempt = null as never;
  /** Null: the main line. */
  parent: Strand | null = null;
  place = 0;
  /** Of the main line. */
  program: Program = null as never;
  node: Node | null = null;
  phase: StrandPhase = 'over';
  sinceMs = 0;
  demandMs = 0;

  // Calls.
  callNode: CallNode = null as never;
  call: Call | null = null;
  /** Where the last try was counted. */
  row: EdgeRow = null as never;
  tries = 0;
  /** Of its calls so far; null: not sampled. */
  breakdown: Breakdown | null = null;

  // Branches.
  running = 0;
  /** Of a branch that failed; 0: it has not. */
  failure: Status = NO_ANSWER;

  constructor(sim: Simulation, application: Application, onEvent: (strand: Strand) => void) {
    this.#application = application;
    this.event = sim.event(onEvent, this);
    this.timer = new Timer(APP_TIMER, this);
    this.job = new CpuJob(this);
    this.causes = this.#branchCauses;
  }

  /** Where the strand books its time: with the attempt, or apart until the branches join. */
  bookWith(causes: Vector | null): void {
    this.causes = causes ?? this.#branchCauses;
    if (causes === null) clearVector(this.#branchCauses);
  }

  callEnded(call: Call): void {
    this.#application.callEnded(this, call);
  }
}
