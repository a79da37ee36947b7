import { mix } from '../engine/index.js';
import {
  addVector,
  COUNTER,
  clearVector,
  type EdgeCounter,
  type EdgeRow,
  INJECTED,
  NETWORK,
  PROXY_CPU,
  RETRY,
  TIMEOUT_WAIT,
} from '../telemetry/index.js';
import type { Attempt } from './attempt.js';
import type { Call } from './call.js';
import { ClusterState } from './cluster.js';
import { DirectClient } from './direct-client.js';
import { drawForCall } from './draws.js';
import type { Site } from './network.js';
import type { ClusterConfig, PlannedMirror } from './plan.js';
import { type Plane, takeBreakdown } from './plane.js';
import { type AttemptEnd, backoffMs, isRetriable } from './retry.js';
import {
  DC,
  DI,
  FI,
  isSuccess,
  localReplyToGrpc,
  NC,
  NO_ANSWER,
  type Status,
  TCP_RESET,
  UC,
  UF,
  UH,
  UO,
  URX,
  UT,
} from './status.js';

const MIRROR_PLACE = 0x3117;
/** Blocks of a call's draws: 0 its coins, from 1 its mirrors, from here its back-offs. */
const BACK_OFF = 0x1000;

/** Status and flag of an attempt that ended without a response. The reference's section 2.6.7. */
const FAILURES: Readonly<Record<Exclude<AttemptEnd, 'response'>, readonly [status: number, flag: number]>> = {
  'connect-failure': [503, UF],
  'connect-timeout': [503, UF],
  'connection-lost': [503, UC],
  'per-try-timeout': [504, UT],
  overflow: [503, UO],
};

/**
 * The caller's side of every call: the filters and the router of its proxy, in Envoy's order (the reference's 1.2).
 *
 *     proxy's CPU ▶ route ▶ fault ▶ timeout armed ▶ destination by weight ▶ host ▶ connection, mirrors ▶ (server) ▶
 *     judgement: outlier detection, retry or answer
 *
 * Source: Envoy 1.37, source/common/router/router.cc, upstream_request.cc, retry_state_impl.cc.
 */
export class Router {
  readonly #plane: Plane;
  readonly #direct = new Map<Site, DirectClient>();

  constructor(plane: Plane) {
    this.#plane = plane;
  }

  /** A call whose address, caller, plan and message are set begins now. It never ends before this returns. */
  begin(call: Call): void {
    const { sim } = this.#plane;
    clear(call, sim.nowMs);
    const { proxy, plan } = call;
    if (proxy === null) {
      this.#beginDirect(call);
      return;
    }
    const readyMs = proxy.work(call.worker, proxy.requestCpuMs(call.message.sizeBytes, plan.mtls));
    call.phase = 'proxying';
    if (readyMs > sim.nowMs) sim.queue.schedule(call.event, readyMs);
    else this.#route(call);
  }

  /** The call's event is due. */
  onCallEvent(call: Call): void {
    switch (call.phase) {
      case 'proxying':
        this.#route(call);
        return;
      case 'delayed':
        call.causes[INJECTED]! += this.#plane.sim.nowMs - call.sinceMs;
        this.#abortOrForward(call);
        return;
      case 'backing-off':
        call.causes[RETRY]! += this.#plane.sim.nowMs - call.sinceMs;
        this.#try(call);
        return;
      case 'replying':
        this.#end(call);
        return;
      default:
        throw new RangeError(`a call's event is due while it is ${call.phase}`);
    }
  }

  /** The route's timeout has run out. */
  onRouteTimeout(call: Call): void {
    const { sim } = this.#plane;
    const { attempt } = call;
    this.#endRetry(call, false);
    if (attempt !== null) {
      this.#count(call, 'upstream_rq_timeout');
      if (attempt.connection !== null) call.cluster?.judge(attempt, 'per-try-timeout');
      call.causes[TIMEOUT_WAIT]! += sim.nowMs - attempt.startMs;
      this.#letGo(attempt);
    } else {
      sim.queue.cancel(call.event);
      call.causes[RETRY]! += sim.nowMs - call.sinceMs;
    }
    this.#reply(call, this.#localStatus(call, 504), UT);
  }

  /** A try's timeout has run out. */
  onPerTryTimeout(attempt: Attempt): void {
    this.#count(attempt.call!, 'upstream_rq_per_try_timeout');
    this.attemptEnded(attempt, 'per-try-timeout');
  }

  /** The attempt has its connection. */
  connectionReady(attempt: Attempt): void {
    attempt.call!.plan.perTryTimeout?.arm(attempt.timer);
    this.#plane.server.send(attempt);
  }

  /** The answer has come to the caller. */
  receive(attempt: Attempt): void {
    const { sim } = this.#plane;
    const call = attempt.call!;
    attempt.phase = 'receiving';
    if (call.proxy === null) {
      this.attemptEnded(attempt, 'response');
      return;
    }
    attempt.sinceMs = sim.nowMs;
    const readyMs = call.proxy.work(call.worker, call.proxy.responseCpuMs(attempt.sizeBytes, attempt.mtls));
    if (readyMs > sim.nowMs) sim.queue.schedule(attempt.event, readyMs);
    else this.attemptEnded(attempt, 'response');
  }

  /** The caller's proxy has read the answer. */
  received(attempt: Attempt): void {
    attempt.causes[PROXY_CPU]! += this.#plane.sim.nowMs - attempt.sinceMs;
    this.attemptEnded(attempt, 'response');
  }

  /** An attempt is over for its caller, who retries or answers. The reference's 2.6.4, in its order. */
  attemptEnded(attempt: Attempt, end: AttemptEnd): void {
    const call = attempt.call!;
    const { cluster } = call;
    const rule = call.plan.retry;
    const { host, status } = attempt;
    const tookMs = this.#plane.sim.nowMs - attempt.startMs;
    cluster?.judge(attempt, end);
    if (end === 'response') this.#settle(attempt);
    else this.#letGo(attempt, end === 'overflow' || end === 'connect-failure' || end === 'connect-timeout');
    const retriable = rule !== null && isRetriable(rule, end, status);
    this.#endRetry(call, !retriable);
    if (!retriable) this.#deliver(call, attempt, end, tookMs, 0);
    else if (call.retriesLeft === 0) {
      this.#count(call, 'upstream_rq_retry_limit_exceeded');
      this.#deliver(call, attempt, end, tookMs, URX);
    } else {
      call.retriesLeft--;
      if (cluster!.hasRoomForRetry) {
        if (end === 'response') this.#drop(call, attempt);
        this.#retry(call, host, tookMs);
      } else {
        this.#count(call, 'upstream_rq_retry_overflow');
        this.#deliver(call, attempt, end, tookMs, UO);
      }
    }
  }

  /** Nobody wants the answer any more: the caller hung up, or its pod died. Its owner is not told. */
  cancel(call: Call): void {
    const { sim } = this.#plane;
    if (call.attempt !== null) this.#letGo(call.attempt);
    sim.queue.cancel(call.event);
    this.#endRetry(call, false);
    call.timer.disarm();
    call.status = NO_ANSWER;
    call.flags |= DC;
    call.phase = 'over';
    this.#record(call);
    this.#giveBack(call);
  }

  /**
   * The pod at `site` has gone: what it had asked for on behalf of clients is dropped. `tell`: the clients hear of it.
   * What its own application had asked for is dropped with the application.
   */
  callerDown(site: Site, tell: boolean): void {
    for (const call of this.#plane.calls.all) {
      if (call.phase === 'over' || call.site !== site || (call.owner !== null && call.owner.callLost === undefined))
        continue;
      const { owner } = call;
      this.cancel(call);
      owner?.callLost?.(tell);
    }
  }

  /** Counts what is still under way when a run ends. */
  recordInFlight(call: Call): void {
    if (!call.counted || call.owner === null) return;
    call.row.calls++;
    call.row.inFlight++;
  }

  #route(call: Call): void {
    const { sim } = this.#plane;
    const { plan } = call;
    call.causes[PROXY_CPU]! += sim.nowMs - call.startMs;
    if (plan.kind !== 'forward') {
      this.#reply(call, plan.kind === 'reply' ? plan.status : NO_ANSWER, plan.flags);
      return;
    }
    if (plan.delayShare > 0 && (plan.delayShare >= 1 || this.#coin(call, 1) < plan.delayShare)) {
      call.flags |= DI;
      call.phase = 'delayed';
      call.sinceMs = sim.nowMs;
      sim.queue.schedule(call.event, sim.nowMs + plan.delayMs);
      return;
    }
    this.#abortOrForward(call);
  }

  #abortOrForward(call: Call): void {
    const { plan } = call;
    if (plan.abortShare > 0 && (plan.abortShare >= 1 || this.#coin(call, 2) < plan.abortShare)) {
      this.#reply(call, plan.abortStatus, FI);
      return;
    }
    plan.timeout?.arm(call.timer);
    this.#chooseDestination(call);
    if (call.cluster === null) return;
    this.#try(call);
    if (call.phase !== 'trying') return; // what is refused at once is not mirrored
    for (let index = 0; index < plan.mirrors.length; index++) this.#mirror(call, plan.mirrors[index]!, index);
  }

  /** Leaves the call without a cluster when the one chosen does not exist: 503 NC. */
  #chooseDestination(call: Call): void {
    const { destinations } = call.plan;
    let index = 0;
    if (destinations.length > 1) {
      const u = this.#coin(call, 0);
      while (index < destinations.length - 1 && u >= destinations[index]!.upTo) index++;
    }
    const { cluster, message } = destinations[index]!;
    if (cluster === null) {
      this.#reply(call, this.#localStatus(call, 503), NC);
      return;
    }
    call.message = message;
    call.row = cluster.refusedRow;
    call.cluster = this.#clusterState(call, cluster);
    call.retriesLeft = call.plan.retry?.attempts ?? 0;
  }

  #clusterState(call: Call, config: ClusterConfig): ClusterState {
    const { clusters } = call.proxy!;
    let cluster = clusters[config.index];
    if (cluster === undefined) {
      cluster = new ClusterState(this.#plane, call.proxy!, config);
      clusters[config.index] = cluster;
    }
    return cluster;
  }

  /** A copy that nobody waits for, once a request: its answer is dropped, it is not retried. */
  #mirror(call: Call, { share, plan }: PlannedMirror, index: number): void {
    const { random, calls } = this.#plane;
    if (share < 1) {
      drawForCall(random, call, 1 + index);
      if (random.uniform(0) >= share) return;
    }
    const copy = calls.take();
    copy.source = call.source;
    copy.request = call.request;
    copy.place = mix(call.place, MIRROR_PLACE + index);
    copy.counted = call.counted;
    copy.sampled = false;
    copy.owner = null;
    copy.site = call.site;
    copy.pod = null;
    copy.proxy = call.proxy;
    copy.worker = call.worker;
    copy.plan = plan;
    copy.message = call.message;
    copy.expected = [];
    clear(copy, this.#plane.sim.nowMs);
    this.#abortOrForward(copy);
  }

  /** Picks a host and asks for a connection to it. */
  #try(call: Call): void {
    const cluster = call.cluster!;
    const attempt = this.#newAttempt(call);
    const host = cluster.pick(call, attempt);
    if (host < 0) {
      this.#plane.attempts.give(attempt);
      call.row = cluster.config.refusedRow;
      this.#count(call, 'upstream_cx_none_healthy');
      this.#endRetry(call, false);
      this.#reply(call, this.#localStatus(call, 503), UH);
      return;
    }
    attempt.host = host;
    attempt.pod = cluster.pod(host);
    attempt.cluster = cluster;
    attempt.inbound = cluster.config.inbound[host]!;
    attempt.mtls = attempt.pod.proxy !== null && isMutual(cluster);
    this.#takeUp(call, attempt, cluster.row(host));
    cluster.request(attempt, call.worker);
  }

  #takeUp(call: Call, attempt: Attempt, row: EdgeRow): void {
    this.#plane.hops++;
    call.attempt = attempt;
    call.row = row;
    call.phase = 'trying';
    if (call.counted) {
      if (call.owner === null) row.mirrored++;
      else {
        row.attempts++;
        if (call.tries > 1) row.retries++;
      }
    }
  }

  #newAttempt(call: Call): Attempt {
    const attempt = this.#plane.attempts.take();
    call.tries++;
    attempt.source = call.source;
    attempt.request = call.request;
    attempt.place = mix(call.place, call.tries);
    attempt.counted = call.counted;
    attempt.sampled = call.sampled;
    attempt.message = call.message;
    attempt.call = call;
    attempt.cluster = null;
    attempt.connection = null;
    attempt.startMs = this.#plane.sim.nowMs;
    clearVector(attempt.causes);
    attempt.phase = 'picked';
    attempt.status = NO_ANSWER;
    attempt.serverFlags = 0;
    attempt.sizeBytes = 0;
    attempt.atServer = false;
    attempt.admitted = false;
    attempt.hasWorker = false;
    attempt.isReset = false;
    attempt.resetOnWay = false;
    attempt.strand = null;
    return attempt;
  }

  #beginDirect(call: Call): void {
    const { plan, site } = call;
    if (plan.kind !== 'direct') {
      this.#reply(call, plan.kind === 'reply' ? plan.status : NO_ANSWER, 0);
      return;
    }
    let client = this.#direct.get(site);
    if (client === undefined) {
      client = new DirectClient(this.#plane, site);
      this.#direct.set(site, client);
    }
    const attempt = this.#newAttempt(call);
    attempt.mtls = false;
    if (client.pick(attempt, plan)) {
      attempt.inbound = plan.inbound[attempt.host]!;
      this.#takeUp(call, attempt, plan.rows[attempt.host]!);
      client.request(attempt);
      return;
    }
    this.#plane.attempts.give(attempt);
    this.#reply(call, NO_ANSWER, 0);
  }

  #retry(call: Call, host: number, tookMs: number): void {
    const { sim, random } = this.#plane;
    this.#count(call, 'upstream_rq_retry');
    call.cluster!.retries++;
    call.isRetrying = true;
    call.tried.push(host);
    call.causes[RETRY]! += tookMs;
    call.phase = 'backing-off';
    call.sinceMs = sim.nowMs;
    drawForCall(random, call, BACK_OFF + call.tries);
    sim.queue.schedule(call.event, sim.nowMs + backoffMs(call.plan.retry!, call.tries, random.uniform(0)));
  }

  /** The retry that was under way is over; it succeeded if its outcome is none to retry. */
  #endRetry(call: Call, succeeded: boolean): void {
    if (!call.isRetrying) return;
    call.isRetrying = false;
    call.cluster!.retries--;
    if (succeeded) this.#count(call, 'upstream_rq_retry_success');
  }

  /** The answer is in: its connection is free again. */
  #settle(attempt: Attempt): void {
    const connection = attempt.connection!;
    attempt.timer.disarm();
    attempt.connection = null;
    attempt.phase = 'over';
    connection.owner.release(connection, attempt.message.protocol !== 'tcp'); // an exchange over TCP ends its connection
  }

  /** The call has no more use for an attempt that has answered. */
  #drop(call: Call, attempt: Attempt): void {
    call.attempt = null;
    attempt.call = null;
    this.#plane.server.release(attempt);
  }

  #deliver(call: Call, attempt: Attempt, end: AttemptEnd, tookMs: number, flags: number): void {
    call.flags |= flags;
    if (end === 'response') {
      addVector(call.causes, attempt.causes);
      call.sizeBytes = attempt.sizeBytes;
      call.status = attempt.status;
      call.breakdown = attempt.breakdown;
      attempt.breakdown = null;
      if (call.proxy === null) call.flags |= attempt.serverFlags;
      this.#drop(call, attempt);
      this.#end(call);
      return;
    }
    const [status, flag] = FAILURES[end];
    const isTimeout = end === 'per-try-timeout' || end === 'connect-timeout';
    call.causes[isTimeout ? TIMEOUT_WAIT : NETWORK]! += tookMs;
    this.#reply(call, this.#localStatus(call, status), flag);
  }

  /**
   * The caller is done with an attempt that has not answered: it leaves the queue for a connection, or its connection
   * closes, and the server hears of it one network delay later. `left`: it stands in no queue any more.
   */
  #letGo(attempt: Attempt, left = false): void {
    const call = attempt.call!;
    const { connection } = attempt;
    attempt.timer.disarm();
    attempt.call = null;
    call.attempt = null;
    if (connection === null) {
      if (attempt.phase === 'picked' && !left) this.#leaveQueue(attempt, call);
      attempt.phase = 'over';
      this.#plane.server.release(attempt);
      return;
    }
    attempt.connection = null;
    const { phase } = attempt;
    if (phase === 'answering' || phase === 'receiving' || phase === 'resetting' || phase === 'lost') {
      this.#plane.sim.queue.cancel(attempt.event);
      attempt.phase = 'over';
      this.#plane.server.release(attempt);
    } else this.#plane.server.reset(attempt, call.site);
    connection.owner.release(connection, false);
  }

  #leaveQueue(attempt: Attempt, call: Call): void {
    if (attempt.cluster !== null) attempt.cluster.leave(attempt, call.worker);
    else this.#direct.get(call.site)!.leave(attempt);
  }

  /** An answer of the proxy's own, or none, by an event of its own: whoever called has returned by then. */
  #reply(call: Call, status: Status, flags: number): void {
    const { sim } = this.#plane;
    call.timer.disarm();
    call.status = status;
    call.flags |= flags;
    call.phase = 'replying';
    sim.queue.schedule(call.event, sim.nowMs);
  }

  #localStatus(call: Call, httpStatus: number): Status {
    if (call.proxy === null) return NO_ANSWER;
    if (call.plan.message.protocol === 'grpc') return localReplyToGrpc(httpStatus);
    return call.plan.message.protocol === 'tcp' ? TCP_RESET : httpStatus;
  }

  #end(call: Call): void {
    const { proxy, owner } = call;
    call.timer.disarm();
    call.phase = 'over';
    if (proxy !== null) {
      proxy.work(call.worker, proxy.cost.afterCpuMs);
      if (call.pod !== null) proxy.giveConnection(call.plan.hostIndex, call.worker);
    }
    this.#record(call);
    if (call.sampled) {
      call.breakdown ??= takeBreakdown(this.#plane);
      call.breakdown.addRest(call.row, call.causes);
    }
    owner?.callEnded(call);
    this.#giveBack(call);
  }

  #giveBack(call: Call): void {
    if (call.breakdown !== null) this.#plane.breakdowns.give(call.breakdown);
    call.breakdown = null;
    this.#plane.calls.give(call);
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

  #count(call: Call, counter: EdgeCounter): void {
    if (call.counted) call.row.counters[COUNTER[counter]]!++;
  }

  /** Word `word` of the call's first block. */
  #coin(call: Call, word: number): number {
    const { random } = this.#plane;
    drawForCall(random, call, 0);
    return random.uniform(word);
  }
}

function isMutual(cluster: ClusterState): boolean {
  const mode = cluster.effective.tlsMode;
  return mode === null || mode === 'istio-mutual';
}

function clear(call: Call, nowMs: number): void {
  call.startMs = nowMs;
  call.row = call.plan.row;
  call.tries = 0;
  call.flags = 0;
  call.sizeBytes = 0;
  clearVector(call.causes);
  if (call.tried.length > 0) call.tried.length = 0; // setting it is slow
  call.cluster = null;
  call.attempt = null;
  call.isRetrying = false;
}
