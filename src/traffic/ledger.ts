import { innermostRow, isSuccess, type Plane, type Status } from '../dataplane/index.js';
import { clearVector, type EdgeRow, isSampled, TIMEOUT_WAIT, type TrafficRecorder } from '../telemetry/index.js';
import type { TrafficRequest } from './request.js';

export interface LedgerOptions {
  /** Requests meant for [fromMs, untilMs) count. */
  readonly fromMs: number;
  readonly untilMs: number;
  readonly recorder: TrafficRecorder;
  /** Stands for what the source itself waits for: connections, and the network to a gateway. */
  readonly row: EdgeRow;
}

/** Tells a source's recorder what becomes of its requests and where their time went. */
export class Ledger {
  /** Counted requests that have not ended. */
  outstanding = 0;
  readonly #plane: Plane;
  readonly #options: LedgerOptions;

  constructor(plane: Plane, options: LedgerOptions) {
    this.#plane = plane;
    this.#options = options;
  }

  /** A request is meant to go now. */
  arrive(request: TrafficRequest): void {
    const { nowMs } = this.#plane.sim;
    const { fromMs, untilMs, recorder } = this.#options;
    request.intendedMs = nowMs;
    request.counted = nowMs >= fromMs && nowMs < untilMs;
    request.sampled = request.counted && isSampled(request.number);
    request.started = false;
    if (request.sampled) request.breakdown.clear();
    clearVector(request.causes);
    if (!request.counted) return;
    request.window = recorder.arrive(nowMs - fromMs);
    this.outstanding++;
  }

  /** It goes; a second time when its first connection was refused. */
  start(request: TrafficRequest): void {
    if (request.counted && !request.started) this.#options.recorder.started++;
    request.started = true;
  }

  end(request: TrafficRequest, status: Status, flags: number): void {
    if (!request.counted) return;
    const { recorder } = this.#options;
    const { intendedMs, entry, causes, window } = request;
    const latencyMs = this.#plane.sim.nowMs - intendedMs;
    this.#keepBreakdown(request, latencyMs);
    this.outstanding--;
    const ok = isSuccess(status, entry.expected);
    recorder.end(window, latencyMs, ok, status, flags, causes);
  }

  /** It is still under way when the run ends, and counts at its age. */
  leave(request: TrafficRequest): void {
    if (!request.counted) return;
    const { recorder } = this.#options;
    const { intendedMs, causes, window } = request;
    const ageMs = this.#plane.sim.nowMs - intendedMs;
    this.bookRest(request);
    this.#keepBreakdown(request, ageMs);
    recorder.leave(window, ageMs, causes);
  }

  /** What is not accounted for yet was spent waiting for an answer that did not come, at the call that hangs. */
  bookRest(request: TrafficRequest): void {
    let bookedMs = 0;
    for (const ms of request.causes) bookedMs += ms;
    const restMs = Math.max(0, this.#plane.sim.nowMs - request.intendedMs - bookedMs);
    request.causes[TIMEOUT_WAIT]! += restMs;
    const row = request.call === null ? this.#options.row : innermostRow(request.call);
    if (request.sampled) request.breakdown.add(row, TIMEOUT_WAIT, restMs);
  }

  #keepBreakdown(request: TrafficRequest, latencyMs: number): void {
    if (!request.sampled) return;
    request.breakdown.addRest(this.#options.row, request.causes);
    this.#options.recorder.keep(latencyMs, request.breakdown);
  }
}
