import type { Transport } from '../mesh/index.js';
import { NETWORK } from '../telemetry/index.js';
import type { Attempt } from './attempt.js';
import { openConnection } from './connecting.js';
import type { Connection, ConnectionOwner } from './connection-pool.js';
import { drawForAttempt, PICK } from './draws.js';
import type { Site } from './network.js';
import type { Plan } from './plan.js';
import type { Plane } from './plane.js';
import type { Pod } from './pod.js';
import { ZTUNNEL_CONNECT_TIMEOUT_MS } from './ztunnel.js';

/**
 * A caller without a proxy. kube-proxy gives each new connection to a ready pod at random, to one of the caller's zone if
 * the service wants that. An application keeps its connections and uses the one that was used last; clients outside are
 * many, so that each request goes to a pod at random, over a connection kept to that pod if one is idle. No retries, no
 * timeouts, no limits. In ambient mode the ztunnel of the caller's node picks in the same way, by weight, and gives up
 * connecting after a while.
 */
export class DirectClient implements ConnectionOwner {
  readonly #plane: Plane;
  readonly #site: Site;
  readonly #isCrowd: boolean;
  readonly #tunnels = new Map<Pod, number>(); // the life of the pod that they lead to
  readonly #idle: Connection[][][] = []; // by host name; for a crowd each by pod

  constructor(plane: Plane, site: Site) {
    this.#plane = plane;
    this.#site = site;
    this.#isCrowd = site.workload < 0;
  }

  /** Sets the attempt's host; false when no pod is ready. */
  pick(attempt: Attempt, plan: Plan): boolean {
    const kept = this.#isCrowd ? null : this.#lastUsed(this.#idleOf(plan.hostIndex, 0));
    if (kept !== null) {
      attempt.host = kept.host;
      attempt.pod = kept.pod;
      return true;
    }
    attempt.host = this.#chosen(attempt, plan);
    if (attempt.host < 0) return false;
    attempt.pod = plan.pods[attempt.host]!;
    return true;
  }

  /** One of the ready pods of the best rank, by weight; -1: none is ready. */
  #chosen(attempt: Attempt, { pods, choice }: Plan): number {
    const ranks = choice?.ranks[this.#site.zone] ?? null;
    let best = Infinity;
    let count = 0;
    let whole = 0;
    let last = -1;
    for (let host = 0; host < pods.length; host++) {
      const rank = rankOf(pods, ranks, host);
      if (rank > best || rank === Infinity) continue;
      if (rank < best) count = whole = 0;
      best = rank;
      count++;
      whole += choice === null ? 1 : choice.weights[host]!;
      last = host;
    }
    if (count < 2) return last;
    drawForAttempt(this.#plane.random, attempt, PICK);
    let left = this.#plane.random.uniform(0) * whole;
    for (let host = 0; host < last; host++) {
      if (rankOf(pods, ranks, host) > best) continue;
      left -= choice === null ? 1 : choice.weights[host]!;
      if (left < 0) return host;
    }
    return last;
  }

  request(attempt: Attempt): void {
    const idle = this.#idleOf(attempt.call!.plan.hostIndex, attempt.host);
    const connection = this.#lastUsed(idle);
    if (connection !== null && connection.pod === attempt.pod) {
      idle.pop();
      this.#attach(connection, attempt);
      return;
    }
    openConnection(this.#plane, this, {
      opener: attempt,
      site: this.#site,
      pod: attempt.pod,
      transport: this.#transportTo(attempt),
      timeoutMs: attempt.ztunnel === null ? Infinity : ZTUNNEL_CONNECT_TIMEOUT_MS,
      certificate: attempt.ztunnel?.certificate ?? null,
      proxy: null,
      worker: 0,
    });
  }

  connected(connection: Connection): void {
    const attempt = connection.opener;
    if (connection.outcome !== 'open' || attempt === null) {
      this.#close(connection);
      if (attempt !== null) this.#plane.upstream.attemptEnded(attempt, connection.outcome as 'connect-failure');
      return;
    }
    connection.opener = null;
    if (attempt.ztunnel !== null && !connection.isDoomed) this.#tunnels.set(connection.pod, connection.epoch);
    this.#attach(connection, attempt);
  }

  release(connection: Connection, reusable: boolean): void {
    connection.streams--;
    if (reusable && connection.epoch === connection.pod.epoch) {
      this.#idleOf(connection.hostIndex, connection.host).push(connection);
    } else this.#close(connection);
  }

  /** The attempt goes away while its connection is being opened. */
  leave(attempt: Attempt): void {
    for (const connection of this.#plane.connections.all) {
      if (connection.opener === attempt) connection.opener = null;
    }
  }

  /** In ambient mode all connections to a pod share a tunnel of mutual TLS, which the first of them opens. */
  #transportTo({ transport, pod }: Attempt): Transport {
    return transport === 'mutual-tls' && this.#tunnels.get(pod) === pod.epoch ? 'plaintext' : transport;
  }

  /** The one last used of those that are still good; the others are closed. */
  #lastUsed(idle: Connection[]): Connection | null {
    while (idle.length > 0) {
      const connection = idle[idle.length - 1]!;
      if (connection.pod.up && connection.epoch === connection.pod.epoch) return connection;
      idle.pop();
      this.#close(connection);
    }
    return null;
  }

  #idleOf(hostIndex: number, host: number): Connection[] {
    this.#idle[hostIndex] ??= [];
    const ofHost = this.#idle[hostIndex];
    const at = this.#isCrowd ? host : 0;
    ofHost[at] ??= [];
    return ofHost[at];
  }

  #attach(connection: Connection, attempt: Attempt): void {
    connection.hostIndex = attempt.call!.plan.hostIndex;
    connection.streams++;
    connection.requests++;
    attempt.causes[NETWORK]! += this.#plane.sim.nowMs - attempt.startMs;
    attempt.connection = connection;
    this.#plane.upstream.connectionReady(attempt);
  }

  #close(connection: Connection): void {
    this.#plane.connections.give(connection);
  }
}

/** Infinity: the pod is not ready. */
function rankOf(pods: readonly Pod[], ranks: readonly number[] | null, host: number): number {
  if (!pods[host]!.inService) return Infinity;
  return ranks === null ? 0 : ranks[host]!;
}
