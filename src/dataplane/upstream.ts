import { mix } from '../engine/index.js';
import {
  addVector,
  COUNTER,
  clearVector,
  type EdgeRow,
  NETWORK,
  PROXY_CPU,
  RETRY,
  TIMEOUT_WAIT,
} from '../telemetry/index.js';
import type { Attempt } from './attempt.js';
import type { Call } from './call.js';
import type { CallEnd } from './call-end.js';
import { DirectClient } from './direct-client.js';
import { drawForCall } from './draws.js';
import type { Plan, ServerSide } from './plan.js';
import type { Plane } from './plane.js';
import type { Pod } from './pod.js';
import { type AttemptEnd, backoffMs, isRetriable } from './retry.js';
import { NO_ANSWER, TCP_RESET, UC, UF, UH, UO, UR, URX, UT } from './status.js';

/** Blocks of a call's draws: 0 its coins, from 1 its mirrors, from here its back-offs. */
const BACK_OFF = 0x1000;
/** In place of flags: it is tried again. */
const AGAIN = -1;

/** Status and flag of an attempt that ended without a response. The reference's section 2.6.7. */
const FAILURES: Readonly<Record<Exclude<AttemptEnd, 'response'>, readonly [status: number, flag: number]>> = {
  'connect-failure': [503, UF],
  'connect-timeout': [503, UF],
  'connection-lost': [503, UC],
  'per-try-timeout': [504, UT],
  'idle-timeout': [503, 0],
  overflow: [503, UO],
};

/**
 * The attempts of a call, as its caller sees them: a host is picked, a connection asked for, the end judged, and then it
 * is tried again or delivered.
 * Source: Envoy 1.37, source/common/router/router.cc, upstream_request.cc, retry_state_impl.cc.
 */
export class Upstream {
  readonly #plane: Plane;
  readonly #ending: CallEnd;

  constructor(plane: Plane, ending: CallEnd) {
    this.#plane = plane;
    this.#ending = ending;
  }

  /** Picks a host and asks for a connection to it. */
  try(call: Call): void {
    const cluster = call.cluster!;
    const attempt = this.#newAttempt(call);
    const host = cluster.pick(call, attempt);
    if (host < 0) {
      this.#plane.attempts.give(attempt);
      call.row = cluster.config.refusedRow;
      this.#ending.count(call, COUNTER.upstream_cx_none_healthy);
      this.#ending.endRetry(call, false);
      this.#ending.reply(call, this.#ending.localStatus(call, 503), UH);
      return;
    }
    attempt.host = host;
    attempt.pod = cluster.pod(host);
    attempt.cluster = cluster;
    meet(attempt, cluster.config);
    this.#takeUp(call, attempt, cluster.row(host));
    cluster.request(attempt, call.worker);
  }

  beginDirect(call: Call): void {
    const { plan, site } = call;
    if (plan.kind !== 'direct') {
      this.#ending.reply(call, plan.kind === 'reply' ? plan.status : NO_ANSWER, 0);
      return;
    }
    call.message = plan.message;
    site.client ??= new DirectClient(this.#plane, site);
    const { client } = site;
    const attempt = this.#newAttempt(call);
    attempt.ztunnel = call.pod?.ztunnel ?? null;
    if (client.pick(attempt, plan)) {
      meet(attempt, serverSide(plan, attempt.pod));
      this.#takeUp(call, attempt, plan.rows[attempt.host]!);
      client.request(attempt);
      return;
    }
    this.#plane.attempts.give(attempt);
    this.#ending.reply(call, NO_ANSWER, 0);
  }

  /** The attempt has its connection. */
  connectionReady(attempt: Attempt): void {
    const { perTryTimeout } = attempt.call!.plan;
    if (perTryTimeout !== null) perTryTimeout.arm(attempt.timer);
    else attempt.cluster?.tcpIdleTimeout?.arm(attempt.timer);
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
    const readyMs = call.proxy.workOnAnswer(call.worker, attempt.sizeBytes, attempt.mtls);
    if (readyMs > sim.nowMs && !sim.queue.passTo(readyMs)) sim.queue.schedule(attempt.event, readyMs);
    else this.received(attempt);
  }

  /** The caller's proxy has read the answer. */
  received(attempt: Attempt): void {
    attempt.causes[PROXY_CPU]! += this.#plane.sim.nowMs - attempt.sinceMs;
    this.attemptEnded(attempt, 'response');
  }

  /** A try's timeout has run out, or a TCP connection has been silent for too long. */
  onTryTimeout(attempt: Attempt): void {
    if (attempt.cluster?.isTcp) {
      this.attemptEnded(attempt, 'idle-timeout');
      return;
    }
    this.#ending.count(attempt.call!, COUNTER.upstream_rq_per_try_timeout);
    this.attemptEnded(attempt, 'per-try-timeout');
  }

  /** An attempt is over for its caller, who retries or answers. The reference's 2.6.4, in its order. */
  attemptEnded(attempt: Attempt, end: AttemptEnd): void {
    const call = attempt.call!;
    const { host } = attempt;
    const tookMs = this.#plane.sim.nowMs - attempt.startMs;
    call.cluster?.judge(attempt, end);
    if (end !== 'response')
      this.letGo(attempt, end === 'overflow' || end === 'connect-failure' || end === 'connect-timeout');
    const flags = this.#decide(call, attempt, end);
    if (end === 'response') this.#settle(attempt);
    if (flags !== AGAIN) {
      this.#deliver(call, attempt, end, tookMs, flags);
      return;
    }
    if (end === 'response') this.#drop(call, attempt);
    this.#retry(call, host, tookMs);
  }

  /**
   * The flags with which the call ends, or AGAIN. Of an answer that is decided when its head has come: it still counts as
   * active, by which a retry budget goes (Envoy, source/common/http/codec_wrappers.h, `decodeHeaders`).
   */
  #decide(call: Call, attempt: Attempt, end: AttemptEnd): number {
    const rule = call.plan.retry;
    const retriable = rule !== null && isRetriable(rule, end, attempt.status, attempt.isRateLimited);
    this.#ending.endRetry(call, !retriable);
    if (!retriable) return isSpent(attempt, end) ? URX : 0;
    if (call.retriesLeft === 0) {
      this.#ending.count(call, COUNTER.upstream_rq_retry_limit_exceeded);
      return URX;
    }
    call.retriesLeft--;
    if (call.cluster!.hasRoomForRetry) return AGAIN;
    this.#ending.count(call, COUNTER.upstream_rq_retry_overflow);
    return UO;
  }

  /**
   * The caller is done with an attempt that has not answered: it leaves the queue for a connection, or its connection
   * closes, and the server hears of it one network delay later. `left`: it stands in no queue any more.
   */
  letGo(attempt: Attempt, left = false): void {
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
    attempt.ztunnel = null;
    attempt.connection = null;
    attempt.startMs = this.#plane.sim.nowMs;
    clearVector(attempt.causes);
    attempt.phase = 'picked';
    attempt.status = NO_ANSWER;
    attempt.serverFlags = 0;
    attempt.isClosed = false;
    attempt.isRateLimited = false;
    attempt.sizeBytes = 0;
    attempt.atServer = false;
    attempt.admitted = false;
    attempt.hasWorker = false;
    attempt.isReset = false;
    attempt.resetOnWay = false;
    attempt.strand = null;
    return attempt;
  }

  #retry(call: Call, host: number, tookMs: number): void {
    const { sim, random } = this.#plane;
    this.#ending.count(call, COUNTER.upstream_rq_retry);
    call.cluster!.retries++;
    call.isRetrying = true;
    call.tried.push(host);
    call.causes[RETRY]! += tookMs;
    call.phase = 'backing-off';
    call.sinceMs = sim.nowMs;
    drawForCall(random, call, BACK_OFF + call.tries);
    sim.queue.schedule(call.event, sim.nowMs + backoffMs(call.plan.retry!, call.tries, random.uniform(0)));
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
      else if (attempt.status === TCP_RESET && !attempt.isClosed) call.flags |= UR;
      this.#drop(call, attempt);
      this.#ending.end(call);
      return;
    }
    const [status, flag] = FAILURES[end];
    const isTimeout = end === 'per-try-timeout' || end === 'connect-timeout' || end === 'idle-timeout';
    call.causes[isTimeout ? TIMEOUT_WAIT : NETWORK]! += tookMs;
    this.#ending.reply(call, this.#ending.localStatus(call, status), loggedAs(call, attempt, flag));
  }

  #leaveQueue(attempt: Attempt, call: Call): void {
    if (attempt.cluster !== null) attempt.cluster.leave(attempt, call.worker);
    else call.site.client!.leave(attempt);
  }
}

/** What the caller's proxy logs of a failure: nothing where there is none; a TCP connection that is lost has ended or was reset. */
function loggedAs({ proxy, cluster, message }: Call, { isClosed }: Attempt, flag: number): number {
  if (proxy === null) return 0;
  if (flag !== UC || !(cluster?.isTcp || message.protocol === 'tcp')) return flag;
  return isClosed ? 0 : UR;
}

/**
 * Whether the one attempt that a TCP connection has is used up: an HTTP request has a retry policy to say so.
 * Source: Envoy 1.37, source/common/tcp_proxy/tcp_proxy.cc, `maxConnectAttempts`.
 */
function isSpent(attempt: Attempt, end: AttemptEnd): boolean {
  if (end !== 'connect-failure' && end !== 'connect-timeout') return false;
  return attempt.cluster?.carriesTcp(attempt) ?? false;
}

/** What the pod's own proxy does, by the version that it has. */
function serverSide(plan: Plan, { proxy }: Pod): ServerSide {
  return proxy === null || proxy.version === plan.version ? plan.server : plan.versions.serverSide(plan, proxy.version);
}

function meet(attempt: Attempt, { inbound, limits, guards, transports }: ServerSide): void {
  const { host } = attempt;
  attempt.inbound = inbound[host]!;
  attempt.limits = limits[host]!;
  attempt.guard = guards[host]!;
  attempt.transport = transports[host]!;
  attempt.mtls = attempt.transport === 'mutual-tls';
}
