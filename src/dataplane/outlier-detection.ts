import type { EffectiveOutlierDetection } from '../mesh/index.js';

/** What outlier detection keeps of one host. */
export interface HostHealth {
  ejected: boolean;
  /** Of the last ejection or return, ms. */
  sinceMs: number;
  errors5xx: number;
  gatewayErrors: number;
  localErrors: number;
  /** The multiplier of its next ejection less one; grows with each, is forgiven one by one. */
  ejections: number;
}

export function healthyHost(): HostHealth {
  return { ejected: false, sinceMs: 0, errors5xx: 0, gatewayErrors: 0, localErrors: 0, ejections: 0 };
}

export interface Ejections {
  /** In all; `ejections_total`. */
  total: number;
  /** Refused because too many are out; `ejections_overflow`. */
  overflow: number;
  active: number;
}

/** Who hears that a host's health has changed. */
export type OnHealth = (host: number, ejected: boolean) => void;

/**
 * Outlier detection by one proxy process for one upstream cluster; swept every `intervalMs`. Times are simulated ms.
 *
 *     in rotation ── enough errors in a row, and room within `maxEjectionPercent` ──▶ ejected
 *     ejected ── first sweep after min(`baseEjectionMs` x ejections of late, `maxEjectionMs`) ──▶ in rotation
 *
 * Not here: success rates and failure percentages, which Istio leaves off.
 * Source: Envoy 1.37, source/common/upstream/outlier_detection_impl.cc.
 */
export class OutlierDetection {
  readonly counts: Ejections = { total: 0, overflow: 0, active: 0 };
  readonly #policy: EffectiveOutlierDetection;
  readonly #hosts: readonly HostHealth[];
  readonly #hostCount: () => number;
  readonly #onHealth: OnHealth;
  #marked = 0; // hosts with `ejections` above 0

  /** `hostCount`: members of the cluster now, ejected and unhealthy ones included. */
  constructor(policy: EffectiveOutlierDetection, hosts: number, hostCount: () => number, onHealth: OnHealth) {
    this.#policy = policy;
    this.#hosts = Array.from({ length: hosts }, healthyHost);
    this.#hostCount = hostCount;
    this.#onHealth = onHealth;
  }

  isEjected(host: number): boolean {
    return this.#hosts[host]!.ejected;
  }

  /** A response came, or without split errors, what stands for one: 503 for a connection lost, 504 for a timeout. */
  onResponse(host: number, status: number, nowMs: number): void {
    const state = this.#hosts[host]!;
    if (status < 500) {
      state.errors5xx = 0;
      state.gatewayErrors = 0;
      return;
    }
    const { consecutive5xx, consecutiveGateway, noticedGateway } = this.#policy;
    if (status >= 502 && status <= 504) {
      if (++state.gatewayErrors === (consecutiveGateway ?? noticedGateway)) {
        this.#signal(host, nowMs, consecutiveGateway !== null);
        state.gatewayErrors = 0; // whether or not there was room to eject it
      }
    } else state.gatewayErrors = 0;
    if (++state.errors5xx === consecutive5xx) {
      this.#signal(host, nowMs);
      state.errors5xx = 0;
    }
  }

  /** A failure of the connection or a timeout: `status` is what it counts as when errors are not split by origin. */
  onLocalFailure(host: number, status: number, nowMs: number): void {
    if (!this.#policy.splitLocalOrigin) {
      this.onResponse(host, status, nowMs);
      return;
    }
    const state = this.#hosts[host]!;
    if (++state.localErrors === this.#policy.consecutiveLocalOrigin) {
      this.#signal(host, nowMs);
      state.localErrors = 0;
    }
  }

  /** A request has a connection. */
  onStream(host: number): void {
    this.#hosts[host]!.localErrors = 0;
  }

  /** The host has left the cluster: should it come back, it begins anew. */
  forget(host: number): void {
    if (this.#hosts[host]!.ejected) this.counts.active--;
    if (this.#hosts[host]!.ejections > 0) this.#marked--;
    Object.assign(this.#hosts[host]!, healthyHost());
  }

  sweep(nowMs: number): void {
    const { intervalMs, baseEjectionMs, maxEjectionMs } = this.#policy;
    for (let host = 0; host < this.#hosts.length; host++) {
      const state = this.#hosts[host]!;
      const heldMs = nowMs - state.sinceMs;
      if (state.ejected) {
        if (heldMs >= Math.min(baseEjectionMs * state.ejections, maxEjectionMs)) this.#return(host, nowMs);
      } else if (state.ejections > 0 && heldMs >= intervalMs && --state.ejections === 0) this.#marked--;
    }
  }

  /** Whether a sweep could change anything. */
  get isQuiet(): boolean {
    return this.#marked === 0;
  }

  /** Whether one more may go. Envoy before 1.28 looks at what is out already. */
  #hasRoom(): boolean {
    const { maxEjectionPercent, mayExceedMax } = this.#policy;
    const percentOf = (hosts: number) => (100 * hosts) / this.#hostCount();
    const { active } = this.counts;
    return mayExceedMax ? percentOf(active) < maxEjectionPercent : percentOf(active + 1) <= maxEjectionPercent;
  }

  /** `isEnforced`: else it is noticed where there is no room, and nothing else. */
  #signal(host: number, nowMs: number, isEnforced = true): void {
    const state = this.#hosts[host]!;
    if (state.ejected) return;
    const { baseEjectionMs, maxEjectionMs } = this.#policy;
    if (!this.#hasRoom()) {
      this.counts.overflow++;
      return;
    }
    if (!isEnforced) return;
    if (baseEjectionMs * state.ejections < maxEjectionMs + baseEjectionMs && state.ejections++ === 0) this.#marked++;
    state.ejected = true;
    state.sinceMs = nowMs;
    this.counts.active++;
    this.counts.total++;
    this.#onHealth(host, true);
  }

  #return(host: number, nowMs: number): void {
    const state = this.#hosts[host]!;
    state.ejected = false;
    state.sinceMs = nowMs;
    state.errors5xx = 0;
    state.gatewayErrors = 0;
    state.localErrors = 0;
    this.counts.active--;
    this.#onHealth(host, false);
  }
}
