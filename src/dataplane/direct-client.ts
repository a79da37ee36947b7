import { NETWORK } from '../telemetry/index.js';
import type { Attempt } from './attempt.js';
import { openConnection } from './connecting.js';
import type { Connection, ConnectionOwner } from './connection-pool.js';
import { drawForAttempt, PICK } from './draws.js';
import type { Site } from './network.js';
import type { Plan } from './plan.js';
import type { Plane } from './plane.js';

/**
 * A caller without a proxy. kube-proxy gives each new connection to a ready pod at random; the application keeps its
 * connections and uses the one that was used last. No retries, no timeouts, no limits.
 */
export class DirectClient implements ConnectionOwner {
  readonly #plane: Plane;
  readonly #site: Site;
  readonly #idle = new Map<number, Connection[]>(); // by host index of the plan
  readonly #hostOf = new Map<Connection, number>();

  constructor(plane: Plane, site: Site) {
    this.#plane = plane;
    this.#site = site;
  }

  /** Sets the attempt's host; false when no pod is ready. */
  pick(attempt: Attempt, plan: Plan): boolean {
    const idle = this.#idleFor(plan.hostIndex);
    for (let connection = idle[idle.length - 1]; connection !== undefined; connection = idle[idle.length - 1]) {
      if (connection.pod.up && connection.epoch === connection.pod.epoch) {
        attempt.host = connection.host;
        attempt.pod = connection.pod;
        return true;
      }
      idle.pop();
      this.#close(connection);
    }
    const ready = plan.pods.filter((pod) => pod.listed === 'ready');
    if (ready.length === 0) return false;
    let at = 0;
    if (ready.length > 1) {
      drawForAttempt(this.#plane.random, attempt, PICK);
      at = Math.floor(this.#plane.random.uniform(0) * ready.length);
    }
    attempt.pod = ready[at]!;
    attempt.host = plan.pods.indexOf(attempt.pod);
    return true;
  }

  request(attempt: Attempt): void {
    const { plan } = attempt.call!;
    const idle = this.#idleFor(plan.hostIndex);
    const connection = idle[idle.length - 1];
    if (connection !== undefined && connection.pod === attempt.pod) {
      idle.pop();
      this.#attach(connection, attempt);
      return;
    }
    openConnection(this.#plane, this, {
      opener: attempt,
      site: this.#site,
      pod: attempt.pod,
      tls: attempt.message.secure,
      mtls: false,
      timeoutMs: Infinity,
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
    this.#attach(connection, attempt);
  }

  release(connection: Connection, reusable: boolean): void {
    connection.streams--;
    if (reusable && connection.epoch === connection.pod.epoch) {
      this.#idleFor(this.#hostOf.get(connection)!).push(connection);
    } else this.#close(connection);
  }

  /** The attempt goes away while its connection is being opened. */
  leave(attempt: Attempt): void {
    for (const connection of this.#plane.connections.all) {
      if (connection.opener === attempt) connection.opener = null;
    }
  }

  #idleFor(host: number): Connection[] {
    let idle = this.#idle.get(host);
    if (idle === undefined) {
      idle = [];
      this.#idle.set(host, idle);
    }
    return idle;
  }

  #attach(connection: Connection, attempt: Attempt): void {
    const { plan } = attempt.call!;
    this.#hostOf.set(connection, plan.hostIndex);
    connection.streams++;
    connection.requests++;
    attempt.causes[NETWORK]! += this.#plane.sim.nowMs - attempt.startMs;
    attempt.connection = connection;
    this.#plane.upstream.connectionReady(attempt);
  }

  #close(connection: Connection): void {
    this.#hostOf.delete(connection);
    this.#plane.connections.give(connection);
  }
}
