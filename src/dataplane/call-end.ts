import { COUNTER } from '../telemetry/index.js';
import type { Call } from './call.js';
import { type Plane, takeBreakdown } from './plane.js';
import { DC, isSuccess, localReplyToGrpc, NO_ANSWER, type Status, TCP_RESET } from './status.js';

/** How a call ends: what its caller gets, what is counted, what is given back. */
export class CallEnd {
  readonly #plane: Plane;

  constructor(plane: Plane) {
    this.#plane = plane;
  }

  /** An answer of the proxy's own, or none, by an event of its own: whoever called has returned by then. */
  reply(call: Call, status: Status, flags: number): void {
    const { sim } = this.#plane;
    call.timer.disarm();
    call.status = status;
    call.flags |= flags;
    call.phase = 'replying';
    sim.queue.schedule(call.event, sim.nowMs);
  }

  end(call: Call): void {
    const { proxy, owner } = call;
    call.timer.disarm();
    call.phase = 'over';
    if (proxy !== null) {
      proxy.work(call.worker, proxy.cost.afterCpuMs);
      if (call.pod !== null) proxy.giveConnection(call.plan.hostIndex, call.worker, dialledFor(call));
    }
    this.#record(call);
    if (call.sampled) {
      call.breakdown ??= takeBreakdown(this.#plane);
      call.breakdown.addRest(call.row, call.causes);
    }
    owner?.callEnded(call);
    this.#giveBack(call);
  }

  #record(call: Call): void {
    if (!call.counted || call.owner === null) return;
    const { row } = call;
    row.calls++;
    row.latency.record(this.#plane.sim.nowMs - call.startMs);
    row.codes.add(call.status);
    if (call.flags !== 0) row.flags.add(call.flags);
    if (isSuccess(call.status, call.expected)) row.succeeded++;
  }

  /** Counts what is still under way when a run ends. */
  recordInFlight(call: Call): void {
    if (!call.counted || call.owner === null) return;
    call.row.calls++;
    call.row.inFlight++;
  }

  /** The retry that was under way is over; it succeeded if its outcome is none to retry. */
  endRetry(call: Call, succeeded: boolean): void {
    if (!call.isRetrying) return;
    call.isRetrying = false;
    call.cluster!.retries--;
    if (succeeded) this.count(call, COUNTER.upstream_rq_retry_success);
  }

  /** `counter`: one of `COUNTER`. */
  count(call: Call, counter: number): void {
    if (call.counted) call.row.counters[counter]!++;
  }

  #giveBack(call: Call): void {
    if (call.breakdown !== null) this.#plane.breakdowns.give(call.breakdown);
    call.breakdown = null;
    this.#plane.calls.give(call);
  }

  localStatus(call: Call, httpStatus: number): Status {
    if (call.proxy === null) return NO_ANSWER;
    if (call.cluster?.isTcp && call.plan.message.protocol !== 'tcp') return NO_ANSWER; // the connection is closed
    if (call.plan.message.protocol === 'grpc') return localReplyToGrpc(httpStatus);
    return call.plan.message.protocol === 'tcp' ? TCP_RESET : httpStatus;
  }

  /** Nobody wants the answer any more. Its owner is not told. */
  abandon(call: Call): void {
    this.endRetry(call, false);
    call.timer.disarm();
    call.status = NO_ANSWER;
    call.flags |= DC;
    call.phase = 'over';
    this.#record(call);
    this.#giveBack(call);
  }
}

/** What the next call over the same connection finds; an exchange over TCP ends its connection. */
function dialledFor({ message, dialled }: Call): number {
  return message.protocol === 'tcp' ? -1 : dialled;
}
