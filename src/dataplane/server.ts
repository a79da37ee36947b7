import { COUNTER, NETWORK, POOL_WAIT, PROXY_CPU } from '../telemetry/index.js';
import type { Guard } from './admission.js';
import type { Attempt } from './attempt.js';
import { drawForAttempt, PICK, RESET } from './draws.js';
import type { Message } from './message.js';
import type { Site } from './network.js';
import type { Plane } from './plane.js';
import type { Pod } from './pod.js';
import { type RateLimit, refusedStatus, refusingLimit } from './rate-limit.js';
import type { Reset } from './reset.js';
import { localReplyToGrpc, NO_ANSWER, RL, type Status, TCP_RESET, UO } from './status.js';
import { throughZtunnels } from './ztunnel.js';

const THERE = 2; // words of the attempt's first block
const BACK = 3;
/** An epoch that no pod ever has. */
const NO_LIFE = -1;

/**
 * The server's side of an attempt: the network, the pod's proxy with its limits, and the application behind it. The
 * caller may have let go (`attempt.call` is null) while the work goes on.
 */
export class Server {
  readonly #plane: Plane;

  constructor(plane: Plane) {
    this.#plane = plane;
  }

  /** The request leaves its caller. */
  send(attempt: Attempt): void {
    const { sim } = this.#plane;
    attempt.epoch = attempt.connection!.isDoomed ? NO_LIFE : attempt.connection!.epoch;
    attempt.serverWorker = attempt.connection!.serverWorker;
    const leavesMs = sim.nowMs + this.#tunnelled(attempt);
    attempt.sinceMs = leavesMs;
    attempt.arrivesMs = this.#crosses(attempt, attempt.call!.site, attempt.pod, leavesMs, THERE);
    attempt.phase = 'sending';
    if (attempt.arrivesMs === Infinity) attempt.phase = 'lost';
    else if (sim.queue.passTo(attempt.arrivesMs)) this.#arrive(attempt);
    else sim.queue.schedule(attempt.event, attempt.arrivesMs);
  }

  /** The attempt's event is due. */
  onAttemptEvent(attempt: Attempt): void {
    switch (attempt.phase) {
      case 'sending':
        this.#arrive(attempt);
        return;
      case 'proxied':
        this.#admit(attempt);
        return;
      case 'admitted':
        this.#plane.application.begin(attempt);
        return;
      case 'answering':
        this.#plane.upstream.receive(attempt);
        return;
      case 'receiving':
        this.#plane.upstream.received(attempt);
        return;
      case 'resetting':
        this.#plane.upstream.attemptEnded(attempt, 'connection-lost');
        return;
      default:
        throw new RangeError(`an attempt's event is due while it is ${attempt.phase}`);
    }
  }

  /** The application has answered, or refused; what relays passes on that it got no answer, and closes the connection. */
  answer(attempt: Attempt, status: Status, sizeBytes: number): void {
    attempt.status = status;
    attempt.sizeBytes = sizeBytes;
    this.#leaveInbound(attempt);
    if (status === NO_ANSWER) {
      attempt.atServer = false;
      this.#refuse(attempt);
    } else this.#respond(attempt);
  }

  /** The caller gives the attempt up; the server hears of it after the network, never before the request itself. */
  reset(attempt: Attempt, from: Site): void {
    const { sim, resets } = this.#plane;
    attempt.resetOnWay = true;
    const reset = resets.take();
    reset.attempt = attempt;
    const crossesMs = this.#resetCrosses(attempt, from);
    if (crossesMs < Infinity) sim.queue.schedule(reset.event, Math.max(crossesMs, attempt.arrivesMs));
  }

  /** The reset has arrived. */
  onReset(reset: Reset): void {
    const { attempt } = reset;
    this.#plane.resets.give(reset);
    attempt.isReset = true;
    attempt.resetOnWay = false;
    if (!attempt.atServer) {
      this.release(attempt);
      return;
    }
    if (attempt.phase === 'admitting') {
      attempt.inbound!.leave(attempt, attempt.serverWorker);
      this.#leave(attempt);
      return;
    }
    this.#leaveInbound(attempt);
    if (attempt.phase !== 'proxied' && attempt.pod.workloadRuntime.stopsAbandoned) {
      this.#plane.sim.queue.cancel(attempt.event); // it may be on its way to the application
      this.#plane.application.stop(attempt);
      this.#leave(attempt);
    }
  }

  /** Gives the record back once nobody holds it: not the caller, not the server, no reset on its way. */
  release(attempt: Attempt): void {
    if (attempt.call === null && !attempt.atServer && !attempt.resetOnWay && attempt.phase !== 'sending') {
      if (attempt.breakdown !== null) this.#plane.breakdowns.give(attempt.breakdown);
      attempt.breakdown = null;
      this.#plane.attempts.give(attempt);
    }
  }

  /** The pod is gone: what it had in hand is lost, and whoever waits for an answer hears of it after the network. */
  podDown(pod: Pod): void {
    this.#tearDown(pod, (attempt) => this.#refuse(attempt));
  }

  /** The pod has vanished with its packets: nobody hears of anything. */
  podLost(pod: Pod): void {
    this.#tearDown(pod, (attempt) => {
      this.#plane.sim.queue.cancel(attempt.event);
      attempt.phase = 'lost';
      this.release(attempt);
    });
  }

  #tearDown(pod: Pod, then: (attempt: Attempt) => void): void {
    for (const attempt of this.#plane.attempts.all) {
      if (!attempt.atServer || attempt.pod !== pod) continue;
      if (attempt.phase === 'admitting') attempt.inbound!.leave(attempt, attempt.serverWorker);
      this.#leaveInbound(attempt);
      this.#plane.application.stop(attempt);
      attempt.atServer = false;
      then(attempt);
    }
  }

  #arrive(attempt: Attempt): void {
    const { sim } = this.#plane;
    const { pod } = attempt;
    attempt.causes[NETWORK]! += sim.nowMs - attempt.sinceMs;
    if (pod.lost) {
      attempt.phase = 'lost';
      this.release(attempt);
      return;
    }
    if (!pod.up || pod.epoch !== attempt.epoch) {
      this.#refuse(attempt);
      return;
    }
    attempt.atServer = true;
    pod.received++;
    attempt.sinceMs = sim.nowMs;
    attempt.phase = 'proxied';
    const { proxy } = pod;
    if (proxy === null) {
      this.#admit(attempt);
      return;
    }
    const readyMs = proxy.workOnRequest(attempt.serverWorker, attempt.message.sizeBytes, attempt.mtls);
    if (readyMs > sim.nowMs && !sim.queue.passTo(readyMs)) sim.queue.schedule(attempt.event, readyMs);
    else this.#admit(attempt);
  }

  /** The server's proxy has read the request. */
  #admit(attempt: Attempt): void {
    const { inbound, limits } = attempt;
    attempt.causes[PROXY_CPU]! += this.#plane.sim.nowMs - attempt.sinceMs;
    if (attempt.isReset) {
      this.#leave(attempt);
      return;
    }
    if (limits !== null && this.#isLimited(attempt, limits, true)) return;
    if (attempt.guard !== null && !this.#passes(attempt, attempt.guard)) return;
    if (limits !== null && this.#isLimited(attempt, limits, false)) return;
    if (inbound === null) {
      this.#plane.application.begin(attempt);
      return;
    }
    switch (inbound.enter(attempt, attempt.serverWorker)) {
      case 'admitted':
        attempt.admitted = true;
        this.#plane.application.begin(attempt);
        return;
      case 'queued':
        attempt.phase = 'admitting';
        attempt.sinceMs = this.#plane.sim.nowMs;
        return;
      case 'overflow':
        if (attempt.call?.counted) attempt.call.row.counters[COUNTER.inbound_rq_overflow]!++;
        if (inbound.effective.protocol === 'tcp' && attempt.message.protocol !== 'tcp') {
          this.#close(attempt);
          return;
        }
        attempt.isClosed = true;
        attempt.status = overflowStatus(attempt.message.protocol);
        attempt.serverFlags = UO;
        attempt.sizeBytes = 0;
        this.#respond(attempt);
    }
  }

  /** Whether a rate limit of the pod's proxy answers. `isFirst`: of those that stand first, else of the others. */
  #isLimited(attempt: Attempt, limits: readonly RateLimit[], isFirst: boolean): boolean {
    const { protocol } = attempt.message;
    if (protocol === 'tcp') return false; // no HTTP filter sees it
    const limit = refusingLimit(this.#plane, limits, isFirst, attempt.pod.proxy!, attempt);
    if (limit === null) return false;
    attempt.status = refusedStatus(limit, protocol);
    attempt.serverFlags = RL;
    attempt.isRateLimited = true;
    attempt.sizeBytes = 0;
    this.#respond(attempt);
    return true;
  }

  /** What the policies of the server say; the request goes on, is answered here, or its connection is closed. */
  #passes(attempt: Attempt, guard: Guard): boolean {
    const admission = guard.judge(attempt.message);
    switch (admission.kind) {
      case 'passes':
        attempt.message = admission.message;
        return true;
      case 'refused':
        attempt.isClosed = true;
        attempt.status = admission.status;
        attempt.sizeBytes = 0;
        this.#respond(attempt);
        return false;
      case 'closed':
        this.#close(attempt);
        return false;
    }
  }

  /** The pod's proxy closes the connection. */
  #close(attempt: Attempt): void {
    attempt.atServer = false;
    attempt.isClosed = true;
    this.#refuse(attempt);
  }

  /** Frees its place behind the server's limits; the next in line goes on, by an event of its own. */
  #leaveInbound(attempt: Attempt): void {
    if (!attempt.admitted) return;
    const { sim } = this.#plane;
    attempt.admitted = false;
    const next = attempt.inbound!.release(attempt.serverWorker);
    if (next === null) return;
    next.admitted = true;
    next.causes[POOL_WAIT]! += sim.nowMs - next.sinceMs;
    next.phase = 'admitted';
    sim.queue.schedule(next.event, sim.nowMs);
  }

  #respond(attempt: Attempt): void {
    const { sim } = this.#plane;
    const { pod } = attempt;
    const { proxy } = pod;
    attempt.atServer = false;
    attempt.phase = 'over';
    if (attempt.isReset) {
      this.release(attempt);
      return;
    }
    let leavesMs = sim.nowMs;
    if (proxy !== null) {
      leavesMs = proxy.workOnAnswer(attempt.serverWorker, attempt.sizeBytes, attempt.mtls);
      proxy.work(attempt.serverWorker, proxy.cost.afterCpuMs);
      attempt.causes[PROXY_CPU]! += leavesMs - sim.nowMs;
    }
    if (attempt.call === null) {
      this.release(attempt);
      return;
    }
    leavesMs += this.#tunnelled(attempt);
    const arrivesMs = this.#crosses(attempt, pod, attempt.call.site, leavesMs, BACK);
    if (arrivesMs === Infinity) {
      attempt.phase = 'lost';
      return;
    }
    attempt.causes[NETWORK]! += arrivesMs - leavesMs;
    attempt.phase = 'answering';
    if (sim.queue.passTo(arrivesMs)) this.#plane.upstream.receive(attempt);
    else sim.queue.schedule(attempt.event, arrivesMs);
  }

  /** How long the ztunnels of both ends hold it up on one way. */
  #tunnelled(attempt: Attempt): number {
    const { ztunnel, pod } = attempt;
    if (ztunnel === null && pod.ztunnel === null) return 0;
    const tunnelMs = throughZtunnels(ztunnel, pod.ztunnel);
    attempt.causes[PROXY_CPU]! += tunnelMs;
    return tunnelMs;
  }

  /** The server drops the attempt without an answer. */
  #leave(attempt: Attempt): void {
    attempt.atServer = false;
    attempt.phase = 'over';
    this.release(attempt);
  }

  /** The connection is reset under the request. */
  #refuse(attempt: Attempt): void {
    const { sim } = this.#plane;
    sim.queue.cancel(attempt.event);
    attempt.phase = 'over';
    if (attempt.call === null) {
      this.release(attempt);
      return;
    }
    attempt.phase = 'resetting';
    const arrivesMs = this.#crosses(attempt, attempt.pod, attempt.call.site, sim.nowMs, BACK);
    if (arrivesMs < Infinity) sim.queue.schedule(attempt.event, arrivesMs);
    else attempt.phase = 'lost';
  }

  #crosses(attempt: Attempt, from: Site, to: Site, leavesMs: number, word: number): number {
    const { network, random } = this.#plane;
    const way = network.way(from, to);
    let delayMs = network.constantMs(way);
    if (Number.isNaN(delayMs)) {
      drawForAttempt(random, attempt, PICK);
      delayMs = network.delayMs(way, random.uniform(word));
    }
    if (network.isCalm) return leavesMs + delayMs;
    const slowdown = network.slowdown(from, to);
    if (slowdown !== null) {
      if (slowdown.constantMs === null) drawForAttempt(random, attempt, RESET);
      delayMs += slowdown.constantMs ?? slowdown.quantileMs(random.uniform(word));
    }
    return network.passesAtMs(from, to, leavesMs, false) + delayMs;
  }

  #resetCrosses(attempt: Attempt, from: Site): number {
    const { network, random, sim } = this.#plane;
    const way = network.way(from, attempt.pod);
    let delayMs = network.constantMs(way);
    if (Number.isNaN(delayMs)) {
      drawForAttempt(random, attempt, RESET);
      delayMs = network.delayMs(way, random.uniform(0));
    }
    return network.passesAtMs(from, attempt.pod, sim.nowMs, false) + delayMs;
  }
}

function overflowStatus(protocol: Message['protocol']): Status {
  if (protocol === 'tcp') return TCP_RESET;
  return protocol === 'grpc' ? localReplyToGrpc(503) : 503;
}
