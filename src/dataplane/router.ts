import { mix } from '../engine/index.js';
import { COUNTER, clearVector, INJECTED, PROXY_CPU, RETRY, TIMEOUT_WAIT } from '../telemetry/index.js';
import type { Call } from './call.js';
import type { CallEnd } from './call-end.js';
import { ClusterState } from './cluster.js';
import { drawForCall } from './draws.js';
import type { Site } from './network.js';
import type { ClusterConfig, PlannedDestination, PlannedMirror } from './plan.js';
import type { Plane } from './plane.js';
import { type RateLimit, refusedStatus, refusingLimit } from './rate-limit.js';
import { DI, FI, NC, NO_ANSWER, RL, UT } from './status.js';
import type { Upstream } from './upstream.js';

const MIRROR_PLACE = 0x3117;

/**
 * The caller's side of every call: the filters and the router of its proxy, in Envoy's order (the reference's 1.2).
 *
 *     proxy's CPU ▶ route ▶ fault ▶ CORS ▶ rate limit ▶ timeout armed ▶ destination by weight ▶ host ▶ connection, mirrors ▶ (server) ▶
 *     judgement: outlier detection, retry or answer
 *
 * Source: Envoy 1.37, source/common/router/router.cc, upstream_request.cc, retry_state_impl.cc.
 */
export class Router {
  readonly #plane: Plane;
  readonly #upstream: Upstream;
  readonly #ending: CallEnd;

  constructor(plane: Plane, upstream: Upstream, ending: CallEnd) {
    this.#plane = plane;
    this.#upstream = upstream;
    this.#ending = ending;
  }

  /**
   * A call whose address, caller, plan and message are set begins now. When this returns it may have ended, for the clock
   * passes on where nothing else is due (`EventQueue.passTo`).
   */
  begin(call: Call): void {
    const { sim } = this.#plane;
    const { proxy } = call;
    if (proxy !== null && call.plan.version !== proxy.version) {
      call.plan = call.plan.versions.plan(call.plan.message, proxy.version);
    }
    clear(call, sim.nowMs);
    const { plan } = call;
    if (proxy === null) {
      this.#upstream.beginDirect(call);
      return;
    }
    const readyMs = proxy.workOnRequest(call.worker, call.message.sizeBytes, plan.mtls);
    call.phase = 'proxying';
    if (readyMs > sim.nowMs && !sim.queue.passTo(readyMs)) sim.queue.schedule(call.event, readyMs);
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
        this.#afterDelay(call);
        return;
      case 'backing-off':
        call.causes[RETRY]! += this.#plane.sim.nowMs - call.sinceMs;
        this.#upstream.try(call);
        return;
      case 'replying':
        this.#ending.end(call);
        return;
      default:
        throw new RangeError(`a call's event is due while it is ${call.phase}`);
    }
  }

  /** The route's timeout has run out. */
  onRouteTimeout(call: Call): void {
    const { sim } = this.#plane;
    const { attempt } = call;
    this.#ending.endRetry(call, false);
    if (attempt !== null) {
      this.#ending.count(call, COUNTER.upstream_rq_timeout);
      if (attempt.connection !== null) call.cluster?.judge(attempt, 'per-try-timeout');
      call.causes[TIMEOUT_WAIT]! += sim.nowMs - attempt.startMs;
      this.#upstream.letGo(attempt);
    } else {
      sim.queue.cancel(call.event);
      call.causes[RETRY]! += sim.nowMs - call.sinceMs;
    }
    this.#ending.reply(call, this.#ending.localStatus(call, 504), UT);
  }

  /** Nobody wants the answer any more: the caller hung up, or its pod died. Its owner is not told. */
  cancel(call: Call): void {
    if (call.attempt !== null) this.#upstream.letGo(call.attempt);
    this.#plane.sim.queue.cancel(call.event);
    this.#ending.abandon(call);
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

  #route(call: Call): void {
    const { sim } = this.#plane;
    const { plan } = call;
    call.causes[PROXY_CPU]! += sim.nowMs - call.startMs;
    if (plan.limits !== null && this.#isLimited(call, plan.limits, true)) return;
    if (plan.delayShare > 0 && (plan.delayShare >= 1 || this.#coin(call, 1) < plan.delayShare)) {
      call.flags |= DI;
      call.phase = 'delayed';
      call.sinceMs = sim.nowMs;
      sim.queue.schedule(call.event, sim.nowMs + plan.delayMs);
      return;
    }
    this.#afterDelay(call);
  }

  #afterDelay(call: Call): void {
    const { plan } = call;
    if (plan.abortShare > 0 && (plan.abortShare >= 1 || this.#coin(call, 2) < plan.abortShare)) {
      this.#ending.reply(call, plan.abortStatus, FI);
      return;
    }
    if (plan.isPreflight) {
      this.#ending.reply(call, 200, 0);
      return;
    }
    if (plan.limits !== null && this.#isLimited(call, plan.limits, false)) return;
    if (plan.kind !== 'forward') {
      this.#ending.reply(call, plan.kind === 'reply' ? plan.status : NO_ANSWER, plan.flags);
      return;
    }
    plan.timeout?.arm(call.timer);
    const { mirrors } = this.#chooseDestination(call);
    if (call.cluster === null) return;
    if (mirrors.length === 0) this.#upstream.try(call);
    else this.#tryAndMirror(call, mirrors);
  }

  #tryAndMirror(call: Call, mirrors: readonly PlannedMirror[]): void {
    const { queue } = this.#plane.sim;
    queue.hold();
    this.#upstream.try(call);
    if (call.phase === 'trying') {
      // what is refused at once is not mirrored
      for (let index = 0; index < mirrors.length; index++) this.#mirror(call, mirrors[index]!, index);
    }
    queue.letGo();
  }

  /** Whether a rate limit of the proxy answers. `isFirst`: of those before the faults, else of those after them. */
  #isLimited(call: Call, limits: readonly RateLimit[], isFirst: boolean): boolean {
    const limit = refusingLimit(this.#plane, limits, isFirst, call.proxy!, call);
    if (limit === null) return false;
    this.#ending.reply(call, refusedStatus(limit, call.message.protocol), RL);
    return true;
  }

  /** Leaves the call without a cluster when the one chosen does not exist: 503 NC. */
  #chooseDestination(call: Call): PlannedDestination {
    const { destinations } = call.plan;
    let index = 0;
    if (destinations.length > 1) {
      const u = this.#coin(call, 0);
      while (index < destinations.length - 1 && u >= destinations[index]!.upTo) index++;
    }
    const destination = destinations[index]!;
    const { cluster, message, hash, named } = destination;
    if (cluster === null) {
      this.#ending.reply(call, this.#ending.localStatus(call, 503), NC);
      return destination;
    }
    call.message = message;
    call.row = cluster.refusedRow;
    call.hash = hash;
    if (named >= 0) call.dialled = named;
    call.cluster = this.#clusterState(call, cluster);
    call.retriesLeft = call.plan.retry?.attempts ?? 0;
    return destination;
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
    copy.dialled = -1;
    copy.plan = plan;
    copy.message = plan.message;
    copy.expected = [];
    clear(copy, this.#plane.sim.nowMs);
    this.#afterDelay(copy);
  }

  /** Word `word` of the call's first block. */
  #coin(call: Call, word: number): number {
    const { random } = this.#plane;
    drawForCall(random, call, 0);
    return random.uniform(word);
  }
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
