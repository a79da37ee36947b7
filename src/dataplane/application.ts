import { mix, type Sampler } from '../engine/index.js';
import { addVector, CPU_WAIT, INJECTED, RETRY, SERVICE, TIMEOUT_WAIT } from '../telemetry/index.js';
import type { Attempt } from './attempt.js';
import type { Call } from './call.js';
import { drawForStrand } from './draws.js';
import { FAULT_SLOT, outcomeOf, struckStatus } from './outcome.js';
import { type Plane, takeBreakdown } from './plane.js';
import { type CpuNode, type ForkNode, isFailure } from './program.js';
import { grpcStatus, isSuccess, NO_ANSWER, type Status, statusIn, TCP_OK, TCP_RESET } from './status.js';
import type { Strand } from './strand.js';
import { WorkerQueue } from './worker-queue.js';

const MAIN_PLACE = 0x5712;

/** The application in a pod: workers and their queue, CPU, and the programs of its endpoints. */
export class Application {
  readonly #plane: Plane;
  readonly #workers: WorkerQueue;

  constructor(plane: Plane) {
    this.#plane = plane;
    this.#workers = new WorkerQueue(plane.sim, (attempt) => this.#start(attempt));
  }

  /** The request reaches the application. */
  begin(attempt: Attempt): void {
    if (this.#workers.enter(attempt)) return;
    this.#plane.server.answer(attempt, attempt.message.protocol === 'grpc' ? grpcStatus(14) : 503, 0);
  }

  /** Drops the work on a request, whatever it is at, and the calls that it has made. */
  stop(attempt: Attempt): void {
    if (attempt.phase === 'queued') this.#workers.leave(attempt);
    if (attempt.strand !== null) this.#drop(attempt.strand);
    attempt.strand = null;
    this.#workers.free(attempt);
  }

  /** The strand's event is due. */
  onStrandEvent(strand: Strand): void {
    const waitedMs = this.#plane.sim.nowMs - strand.sinceMs;
    switch (strand.phase) {
      case 'waiting':
        strand.causes[SERVICE]! += waitedMs;
        this.#run(strand);
        return;
      case 'held-up':
        strand.causes[INJECTED]! += waitedMs;
        this.#run(strand);
        return;
      case 'backing-off':
        strand.causes[RETRY]! += waitedMs;
        strand.breakdown?.add(strand.row, RETRY, waitedMs);
        this.#send(strand);
        return;
      default:
        throw new RangeError(`a strand's event is due while it is ${strand.phase}`);
    }
  }

  /** CPU work is done. */
  onComputed(strand: Strand): void {
    const elapsedMs = this.#plane.sim.nowMs - strand.sinceMs;
    const serviceMs = Math.min(strand.demandMs, elapsedMs);
    strand.causes[SERVICE]! += serviceMs;
    strand.causes[CPU_WAIT]! += elapsedMs - serviceMs;
    this.#run(strand);
  }

  /** The application's own timeout of a try has run out. */
  onTimeout(strand: Strand): void {
    const call = strand.call!;
    strand.call = null;
    strand.row = call.row;
    this.#plane.router.cancel(call);
    const waitedMs = this.#plane.sim.nowMs - strand.sinceMs;
    if (this.#triesAgain(strand, waitedMs)) return;
    strand.causes[TIMEOUT_WAIT]! += waitedMs;
    strand.breakdown?.add(strand.row, TIMEOUT_WAIT, waitedMs);
    this.#failed(strand, NO_ANSWER);
  }

  /** A call has ended. */
  callEnded(strand: Strand, call: Call): void {
    strand.timer.disarm();
    strand.call = null;
    strand.row = call.row;
    if (strand.callNode.relays) {
      this.#relay(strand, call);
      return;
    }
    const failed = isFailure(strand.callNode, call.status);
    if (failed && this.#triesAgain(strand, this.#plane.sim.nowMs - strand.sinceMs)) return;
    addVector(strand.causes, call.causes);
    if (strand.breakdown !== null) strand.breakdown.absorb(call.breakdown!);
    if (failed) this.#failed(strand, call.status);
    else this.#run(strand);
  }

  #start(attempt: Attempt): void {
    const { pod } = attempt;
    const runtime = pod.workloadRuntime;
    const program = runtime.programs.find(attempt.message);
    if (program === null) {
      this.#plane.server.answer(attempt, attempt.message.protocol === 'grpc' ? grpcStatus(12) : 404, 0);
      return;
    }
    attempt.phase = 'working';
    this.#workers.take(attempt);
    const strand = this.#newStrand(attempt, null, mix(attempt.place, MAIN_PLACE));
    strand.program = program;
    attempt.strand = strand;
    if (program.everyNthFails !== null && ++pod.arrivals % program.everyNthFails === 0) {
      this.#answer(strand, 500);
      return;
    }
    strand.node = program.first;
    const { delays } = runtime;
    let delayMs = 0;
    for (let i = 0; i < delays.length; i++) delayMs += this.#draw(strand, delays[i]!, FAULT_SLOT + i);
    if (delayMs > 0) this.#wait(strand, 'held-up', delayMs);
    else this.#run(strand);
  }

  #newStrand(attempt: Attempt, parent: Strand | null, place: number): Strand {
    const strand = this.#plane.strands.take();
    strand.attempt = attempt;
    strand.parent = parent;
    strand.place = place;
    strand.call = null;
    strand.bookWith(parent === null ? attempt.causes : null);
    strand.failure = NO_ANSWER;
    strand.breakdown = attempt.sampled ? takeBreakdown(this.#plane) : null;
    return strand;
  }

  /** Goes on until there is something to wait for. */
  #run(strand: Strand): void {
    for (;;) {
      const { node } = strand;
      if (node === null) {
        this.#end(strand);
        return;
      }
      switch (node.kind) {
        case 'cpu':
          strand.node = node.next;
          if (this.#compute(strand, node)) return;
          break;
        case 'wait': {
          strand.node = node.next;
          const waitMs = this.#draw(strand, node.time, node.slot);
          if (waitMs > 0 && !this.#serves(strand, waitMs)) return;
          break;
        }
        case 'call':
          strand.node = node.next;
          strand.callNode = node;
          strand.tries = 0;
          this.#send(strand);
          return;
        case 'fork':
          strand.node = node.next;
          this.#fork(strand, node);
          return;
        case 'choose': {
          const u = drawForStrand(this.#plane.random, strand.attempt, strand.place, node.slot);
          let at = 0;
          while (at < node.options.length - 1 && u >= node.options[at]!.upTo) at++;
          strand.node = node.options[at]!.first;
          break;
        }
        case 'repeat':
          strand.loopsLeft[node.depth] = node.times;
          strand.loopPlaces[node.depth] = strand.place;
          strand.place = mix(mix(strand.place, node.id), node.times);
          strand.node = node.times > 0 ? node.body : node.next;
          if (node.times === 0) strand.place = strand.loopPlaces[node.depth]!;
          break;
        case 'again': {
          const { loop } = node;
          const left = strand.loopsLeft[loop.depth]! - 1;
          strand.loopsLeft[loop.depth] = left;
          const outer = strand.loopPlaces[loop.depth]!;
          strand.place = left > 0 ? mix(mix(outer, loop.id), left) : outer;
          strand.node = left > 0 ? loop.body : loop.next;
          break;
        }
        case 'fail':
          this.#fail(strand, node.status);
          return;
      }
    }
  }

  #draw(strand: Strand, time: Sampler, slot: number): number {
    return time.constantMs ?? time.quantileMs(drawForStrand(this.#plane.random, strand.attempt, strand.place, slot));
  }

  /** False when there is nothing to compute, or nothing any more. */
  #compute(strand: Strand, node: CpuNode): boolean {
    const demandMs = this.#draw(strand, node.time, node.slot);
    if (demandMs <= 0) return false;
    const { cpu } = strand.attempt.pod;
    if (cpu === null) return !this.#serves(strand, demandMs);
    strand.phase = 'computing';
    strand.sinceMs = this.#plane.sim.nowMs;
    strand.demandMs = demandMs;
    cpu.add(strand.job, demandMs);
    return true;
  }

  /** Service of so long: true when it is over already, for nothing else happens before. */
  #serves(strand: Strand, serviceMs: number): boolean {
    const { queue } = this.#plane.sim;
    const sinceMs = queue.nowMs;
    if (!queue.passTo(sinceMs + serviceMs)) {
      this.#wait(strand, 'waiting', serviceMs);
      return false;
    }
    strand.causes[SERVICE]! += queue.nowMs - sinceMs;
    return true;
  }

  #wait(strand: Strand, phase: 'waiting' | 'held-up' | 'backing-off', waitMs: number): void {
    const { sim } = this.#plane;
    strand.phase = phase;
    strand.sinceMs = sim.nowMs;
    sim.queue.schedule(strand.event, sim.nowMs + waitMs);
  }

  /** One try of the strand's call. */
  #send(strand: Strand): void {
    const { sim, calls, router } = this.#plane;
    const { attempt, callNode: node } = strand;
    const { pod } = attempt;
    const outgoing = node.outgoing(attempt.message);
    const call = calls.take();
    strand.tries++;
    call.source = attempt.source;
    call.request = attempt.request;
    call.place = mix(mix(strand.place, node.id), strand.tries);
    call.counted = attempt.counted;
    call.sampled = attempt.sampled;
    call.owner = strand;
    call.site = pod;
    call.pod = pod;
    call.proxy = pod.proxy;
    call.plan = outgoing.plan;
    call.message = outgoing.message;
    call.worker = 0;
    call.dialled = -1;
    call.expected = node.expected;
    if (node.relays) {
      call.pod = null; // no connection leads from an application to the proxy
      call.worker = attempt.serverWorker;
      call.expected = attempt.call?.expected ?? node.expected;
    } else pod.proxy?.takeConnection(outgoing.plan.hostIndex, call);
    strand.call = call;
    strand.phase = 'calling';
    strand.sinceMs = sim.nowMs;
    node.timeout?.arm(strand.timer);
    router.begin(call);
  }

  /** A proxy passes on what it was answered. */
  #relay(strand: Strand, call: Call): void {
    addVector(strand.causes, call.causes);
    if (strand.breakdown !== null) strand.breakdown.absorb(call.breakdown!);
    strand.attempt.serverFlags = call.flags;
    this.#answer(strand, struckStatus(this.#plane.random, strand) ?? call.status, call.sizeBytes);
  }

  /** A try has failed: true when there will be another, and the time of this one is booked to retries. */
  #triesAgain(strand: Strand, tookMs: number): boolean {
    const node = strand.callNode;
    if (strand.tries > node.retries) return false;
    strand.causes[RETRY]! += tookMs;
    strand.breakdown?.add(strand.row, RETRY, tookMs);
    const waitMs = node.backoff === null ? 0 : this.#draw(strand, node.backoff, node.backoffSlot + strand.tries - 1);
    this.#wait(strand, 'backing-off', waitMs);
    return true;
  }

  /** The strand's call has failed for good; `status`: of its last try. */
  #failed(strand: Strand, status: Status): void {
    const { onFailure } = strand.callNode;
    if (onFailure === 'ignore') {
      this.#run(strand);
      return;
    }
    const { protocol } = strand.attempt.message;
    const isForwarded = onFailure === 'forward' && status !== NO_ANSWER && status !== TCP_RESET;
    if (isForwarded) this.#fail(strand, statusIn(protocol, status));
    else this.#fail(strand, protocol === 'grpc' ? grpcStatus(13) : 500);
  }

  #fork(strand: Strand, node: ForkNode): void {
    const { branches } = node;
    strand.phase = 'joining';
    strand.running = branches.length;
    strand.children.length = 0;
    if (branches.length === 0) {
      this.#run(strand);
      return;
    }
    for (let i = 0; i < branches.length; i++) {
      const child = this.#newStrand(strand.attempt, strand, mix(mix(strand.place, node.id), i + 1));
      child.node = branches[i]!;
      strand.children.push(child);
    }
    const { queue } = this.#plane.sim;
    queue.hold();
    for (let i = 0; i < branches.length; i++) this.#run(strand.children[i]!);
    queue.letGo();
  }

  /** A strand has failed: a branch ends, the main line answers. */
  #fail(strand: Strand, status: Status): void {
    if (strand.parent === null) this.#answer(strand, status);
    else {
      strand.failure = status;
      this.#join(strand.parent, strand);
    }
  }

  #end(strand: Strand): void {
    if (strand.parent !== null) {
      this.#join(strand.parent, strand);
      return;
    }
    this.#answer(strand, outcomeOf(this.#plane.random, strand));
  }

  /** The branch that ends last is the one that was waited for. The first branch that failed decides what is answered. */
  #join(parent: Strand, child: Strand): void {
    child.phase = 'over';
    if (--parent.running > 0) return;
    addVector(parent.causes, child.causes);
    if (parent.breakdown !== null) parent.breakdown.absorb(child.breakdown!);
    let failure: Status = NO_ANSWER;
    for (const branch of parent.children) {
      if (failure === NO_ANSWER) failure = branch.failure;
      this.#giveBack(branch);
    }
    parent.children.length = 0;
    if (failure === NO_ANSWER) this.#run(parent);
    else this.#fail(parent, failure);
  }

  #answer(strand: Strand, status: Status, sizeBytes = strand.program.sizeBytes): void {
    const { attempt } = strand;
    attempt.breakdown = strand.breakdown;
    strand.breakdown = null;
    attempt.strand = null;
    strand.phase = 'over';
    this.#giveBack(strand);
    this.#workers.free(attempt);
    const { protocol } = attempt.message;
    const answered = protocol === 'tcp' ? (isSuccess(status, []) ? TCP_OK : TCP_RESET) : status;
    this.#plane.server.answer(attempt, answered, sizeBytes);
  }

  /** Ends a strand and all below it without an answer. */
  #drop(strand: Strand): void {
    const { sim, router } = this.#plane;
    for (const child of strand.children) {
      if (child.phase === 'over') this.#giveBack(child);
      else this.#drop(child);
    }
    strand.children.length = 0;
    strand.attempt.pod.cpu?.remove(strand.job);
    sim.queue.cancel(strand.event);
    strand.timer.disarm();
    if (strand.call !== null) router.cancel(strand.call);
    strand.call = null;
    strand.phase = 'over';
    this.#giveBack(strand);
  }

  #giveBack(strand: Strand): void {
    if (strand.breakdown !== null) this.#plane.breakdowns.give(strand.breakdown);
    strand.breakdown = null;
    this.#plane.strands.give(strand);
  }
}
