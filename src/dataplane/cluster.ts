import { fraction, mix, type TimerLane } from '../engine/index.js';
import type { EffectiveCluster, EffectiveLimits } from '../mesh/index.js';
import { COUNTER, type EdgeRow } from '../telemetry/index.js';
import type { Attempt } from './attempt.js';
import type { Call } from './call.js';
import { ConnectionPool } from './connection-pool.js';
import { HostSelection } from './host-selection.js';
import { OutlierDetection } from './outlier-detection.js';
import type { ClusterConfig } from './plan.js';
import type { Plane } from './plane.js';
import type { Pod } from './pod.js';
import type { ProxyProcess } from './proxy.js';
import type { AttemptEnd } from './retry.js';
import { asHttpStatus } from './status.js';

/** Envoy holds back health changes that follow another within this time (cluster_manager_impl.cc, scheduleUpdate). */
const UPDATE_MERGE_WINDOW_MS = 1000;
/** What Envoy counts in whole ms: more than the window is a ms more. */
const OUT_OF_WINDOW_MS = UPDATE_MERGE_WINDOW_MS + 1;
/**
 * Envoy's timers follow the kernel's coarse clock, of 4 ms where it ticks 250 times a second. So whether a whole interval has
 * passed from one sweep to the next is a toss-up.
 */
const TIMER_TICK_MS = 4;

/**
 * What one proxy process knows of one upstream cluster: how many connections and requests it has there, who of the hosts
 * is healthy, and for each worker its connections. Made at first use.
 */
export class ClusterState {
  /** Replaced by one that differs in nothing that counts here when the configuration changes. */
  config: ClusterConfig;
  readonly proxy: ProxyProcess;
  readonly limits: EffectiveLimits;
  /** The proxy sees connections alone, whatever is spoken on them. */
  readonly isTcp: boolean;
  /** How long a TCP connection may be silent; null: the cluster is not of TCP. */
  readonly tcpIdleTimeout: TimerLane | null;
  readonly effective: EffectiveCluster;
  /** In this process: connections, requests that have one, requests that wait for one, retries under way. */
  connections = 0;
  active = 0;
  pending = 0;
  retries = 0;
  /** By host: requests that have a connection to it. */
  readonly activeBy: Int32Array;
  readonly #plane: Plane;
  readonly #selection: HostSelection;
  readonly #outliers: OutlierDetection | null;
  readonly #sweepEvent: number;
  readonly #updateEvent: number;
  /** Of the sweeps, in intervals. */
  readonly #phase: number;
  readonly #known: Pod['listed'][]; // by host: what the control plane has told this proxy
  readonly #pools: (ConnectionPool | undefined)[] = []; // by host x workers + worker
  #sweep = -Infinity; // the number of the last that was made an event
  #updatedMs = -Infinity;
  #ejectionsSeen = 0;
  #overflowSeen = 0;

  constructor(plane: Plane, proxy: ProxyProcess, config: ClusterConfig) {
    this.#plane = plane;
    this.proxy = proxy;
    this.config = config;
    this.effective = config.effective;
    this.limits = config.effective.limits;
    this.isTcp = config.effective.protocol === 'tcp';
    this.tcpIdleTimeout = this.isTcp ? plane.sim.lane(this.limits.idleTimeoutMs) : null;
    this.activeBy = new Int32Array(config.pods.length);
    this.#known = config.pods.map((pod) => this.#listed(pod));
    const policy = config.effective.outlierDetection;
    this.#outliers =
      policy === null
        ? null
        : new OutlierDetection(
            policy,
            config.pods.length,
            () => this.#selection.size,
            (host, ejected) => this.#onHealth(host, ejected),
          );
    this.#phase = policy === null ? 0 : proxy.draw();
    this.#sweepEvent = policy === null ? -1 : plane.sim.event(onSweep, this);
    this.#updateEvent = plane.sim.event(onUpdate, this);
    config.pods.forEach((pod, host) => {
      pod.memberOf.push({ cluster: this, host });
    });
    this.#selection = new HostSelection(plane, proxy, config, this.activeBy, this.#known, (host) =>
      this.#isHealthy(host),
    );
  }

  pod(host: number): Pod {
    return this.config.pods[host]!;
  }

  row(host: number): EdgeRow {
    return this.config.rows[host]!;
  }

  /** The control plane has taken the host away. */
  isGone(host: number): boolean {
    return this.#known[host] === 'gone';
  }

  /** `counter`: one of `COUNTER`. */
  count(host: number, counter: number, counted: boolean): void {
    if (counted) this.config.rows[host]!.counters[counter]!++;
  }

  /** The host for the next attempt of `call`, whose place is `attempt.place`; -1 when there is none. */
  pick(call: Call, attempt: Attempt): number {
    return this.#selection.pick(call, attempt);
  }

  /** Asks for a connection to the attempt's host; the attempt is sent on, waits or overflows. */
  request(attempt: Attempt, worker: number): void {
    const at = attempt.host * this.proxy.workers + worker;
    let pool = this.#pools[at];
    if (pool === undefined) {
      pool = new ConnectionPool(this.#plane, this, attempt.host, worker);
      this.#pools[at] = pool;
    }
    pool.request(attempt);
  }

  /** An attempt that waits for a connection goes away. */
  leave(attempt: Attempt, worker: number): void {
    this.#pools[attempt.host * this.proxy.workers + worker]!.leave(attempt);
  }

  /**
   * Whether one more retry may be under way: `maxRetries`, or the budget's share of the requests that are active or
   * pending, rounded down (Envoy, source/common/upstream/resource_manager_impl.h).
   */
  get hasRoomForRetry(): boolean {
    const budget = this.effective.retryBudget;
    if (budget === null) return this.retries < this.limits.maxRetries;
    const share = Math.floor((budget.percent / 100) * (this.active + this.pending));
    return this.retries < Math.max(share, budget.minRetryConcurrency);
  }

  /** Tells outlier detection how an attempt ended, if it got as far as its host. */
  judge(attempt: Attempt, end: AttemptEnd): void {
    const outliers = this.#outliers;
    if (outliers === null || (end === 'overflow' && !this.effective.outlierDetection!.countsOverflow)) return;
    if (attempt.connection !== null && this.carriesTcp(attempt)) return; // established: no more is counted
    const nowMs = this.#plane.sim.nowMs;
    const { host } = attempt;
    if (end === 'response') {
      const status = asHttpStatus(attempt.status);
      outliers.onResponse(host, status, nowMs);
      if (status < 500) return; // nothing can follow from it
    } else outliers.onLocalFailure(host, end === 'per-try-timeout' ? 504 : 503, nowMs);
    this.#countEjections(host);
    this.#scheduleSweep();
  }

  /** The proxy does not look into what is sent: a port declared as TCP or TLS, or bytes that are not HTTP. */
  carriesTcp({ message }: Attempt): boolean {
    return this.isTcp || message.protocol === 'tcp';
  }

  /** A TCP connection is a success once it is made. Source: Envoy 1.37, source/common/tcp_proxy/tcp_proxy.cc. */
  onTcpConnected(host: number): void {
    this.#outliers?.onResponse(host, 200, this.#plane.sim.nowMs);
  }

  /** A request has a connection, a new or a used one. Source: Envoy, source/common/router/upstream_request.cc, `onPoolReady`. */
  onStream(host: number): void {
    this.#outliers?.onStream(host);
  }

  /** The control plane has sent endpoints: hosts that come or go count at once, a change of health may be held back. */
  onEndpoints(): void {
    let membersChange = false;
    let healthChanges = false;
    for (let host = 0; host < this.#known.length; host++) {
      const was = this.#known[host]!;
      const listed = this.#listed(this.pod(host));
      if (was === listed) continue;
      this.#known[host] = listed;
      if (listed === 'gone') this.#forget(host);
      if (listed === 'gone' || was === 'gone') membersChange = true;
      else healthChanges = true;
    }
    if (membersChange) this.update();
    else if (healthChanges) this.#healthChanged();
  }

  /** The host's pod has died: its idle connections are gone. */
  onPodDown(host: number): void {
    for (let worker = 0; worker < this.proxy.workers; worker++) this.#poolAt(host, worker)?.dropIdle();
  }

  #forget(host: number): void {
    this.#outliers?.forget(host);
    this.onPodDown(host);
  }

  /** Every `interval`. */
  sweep(): void {
    this.#outliers!.sweep(this.#plane.sim.nowMs);
    this.#scheduleSweep();
  }

  /** Hands the present health of the hosts to the balancer, and with it whatever was held back. */
  update(): void {
    const { sim } = this.#plane;
    sim.queue.cancel(this.#updateEvent);
    this.#updatedMs = sim.nowMs;
    this.#selection.rebuild();
  }

  /** Its proxy has died, or has another cluster in its place: no new requests come, and no news. */
  retire(): void {
    const { queue } = this.#plane.sim;
    for (const { memberOf } of this.config.pods) {
      memberOf.splice(
        memberOf.findIndex(({ cluster }) => cluster === this),
        1,
      );
    }
    if (this.#sweepEvent >= 0) queue.cancel(this.#sweepEvent);
    queue.cancel(this.#updateEvent);
    for (const pool of this.#pools) pool?.retire();
  }

  #poolAt(host: number, worker: number): ConnectionPool | undefined {
    return this.#pools[host * this.proxy.workers + worker];
  }

  #onHealth(host: number, ejected: boolean): void {
    if (ejected) for (let worker = 0; worker < this.proxy.workers; worker++) this.#poolAt(host, worker)?.drain();
    this.#healthChanged();
  }

  #healthChanged(): void {
    const { sim } = this.#plane;
    if (sim.nowMs - this.#updatedMs >= OUT_OF_WINDOW_MS) this.update();
    else if (!sim.queue.isScheduled(this.#updateEvent)) {
      sim.queue.schedule(this.#updateEvent, sim.nowMs + UPDATE_MERGE_WINDOW_MS);
    }
  }

  #listed({ listed }: Pod): Pod['listed'] {
    return listed === 'unready' && !this.effective.keepsUnready ? 'gone' : listed;
  }

  #isHealthy(host: number): boolean {
    return this.#known[host] === 'ready' && !this.#outliers?.isEjected(host);
  }

  #countEjections(host: number): void {
    const { total, overflow } = this.#outliers!.counts;
    if (total === this.#ejectionsSeen && overflow === this.#overflowSeen) return;
    if (this.#plane.isObserving) {
      const { counters } = this.row(host);
      counters[COUNTER.ejections_total]! += total - this.#ejectionsSeen;
      counters[COUNTER.ejections_overflow]! += overflow - this.#overflowSeen;
    }
    this.#ejectionsSeen = total;
    this.#overflowSeen = overflow;
  }

  /** Hosts that are ejected now, added to their rows' gauges. */
  addActiveEjections(): void {
    if (this.#outliers === null) return;
    for (let host = 0; host < this.config.pods.length; host++) {
      if (this.#outliers.isEjected(host)) this.row(host).counters[COUNTER.ejections_active]!++;
    }
  }

  /** The timer runs all the time, but only a sweep that could change something is made an event. */
  #scheduleSweep(): void {
    const { sim } = this.#plane;
    if (this.#outliers!.isQuiet || sim.queue.isScheduled(this.#sweepEvent)) return;
    const { intervalMs } = this.effective.outlierDetection!;
    this.#sweep = Math.max(this.#sweep, Math.floor(sim.nowMs / intervalMs - this.#phase)) + 1;
    const lateMs = fraction(mix(this.#phase * 2 ** 32, this.#sweep)) * TIMER_TICK_MS;
    sim.queue.schedule(this.#sweepEvent, (this.#phase + this.#sweep) * intervalMs + lateMs);
  }
}

function onSweep(cluster: ClusterState): void {
  cluster.sweep();
}

function onUpdate(cluster: ClusterState): void {
  cluster.update();
}
