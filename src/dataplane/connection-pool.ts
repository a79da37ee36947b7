import { LinkedQueue, type Simulation } from '../engine/index.js';
import { COUNTER, NETWORK, POOL_WAIT } from '../telemetry/index.js';
import type { Attempt } from './attempt.js';
import type { ClusterState } from './cluster.js';
import { openConnection } from './connecting.js';
import type { Plane } from './plane.js';
import type { Pod } from './pod.js';

/** Who gets a connection back. */
export interface ConnectionOwner {
  /** A connection that was being opened is open, or has failed. */
  connected(connection: Connection): void;
  /** A request on it is over; `reusable`: the connection is still good. */
  release(connection: Connection, reusable: boolean): void;
}

export class Connection {
  readonly event: number;
  owner: ConnectionOwner = null as never;
  pod: Pod = null as never;
  /** The pod's place among the hosts. */
  host = 0;
  /** Of a caller without a proxy: the host name that it was opened for. */
  hostIndex = 0;
  /** Worker thread of the server's proxy that it fell to. */
  serverWorker = 0;
  /** The pod's life that it belongs to. */
  epoch = 0;
  /** Requests on it now, and ever. */
  streams = 0;
  requests = 0;
  idleSinceMs = 0;
  openedMs = 0;
  /** The server will close it as soon as something comes. */
  isDoomed = false;
  /** It was opened for a request that counts. */
  counted = false;
  /** For whom it was opened; null once that one is served or gone. */
  opener: Attempt | null = null;
  /** How connecting will end. */
  outcome: 'open' | 'connect-failure' | 'connect-timeout' = 'open';

  constructor(sim: Simulation, onEvent: (connection: Connection) => void) {
    this.event = sim.event(onEvent, this);
  }
}

/**
 * The connections of one worker thread to one host of a cluster, and the requests that wait for one. The limits are
 * those of the cluster, counted over all workers and hosts.
 * Source: Envoy 1.37, source/common/conn_pool/conn_pool_base.cc; the reference's section 3.6.
 */
export class ConnectionPool implements ConnectionOwner {
  readonly #plane: Plane;
  readonly #cluster: ClusterState;
  readonly #host: number;
  readonly #worker: number;
  readonly #pod: Pod;
  readonly #streams: number;
  readonly #wearsOut: boolean; // connections take so many requests, or live so long
  readonly #ready: Connection[] = []; // with a free slot; the one last used at the end
  readonly #waiting = new LinkedQueue<Attempt>();
  #connections = 0;
  #connecting = 0;
  #isRetired = false;
  #drainedMs = -Infinity; // connections that were open then take no new requests

  constructor(plane: Plane, cluster: ClusterState, host: number, worker: number) {
    this.#plane = plane;
    this.#cluster = cluster;
    this.#host = host;
    this.#worker = worker;
    this.#pod = cluster.pod(host);
    const { maxRequestsPerConnection, maxConnectionDurationMs } = cluster.limits;
    this.#streams = Math.min(cluster.config.streams, maxRequestsPerConnection);
    this.#wearsOut = Math.min(maxRequestsPerConnection, maxConnectionDurationMs) < Infinity;
  }

  request(attempt: Attempt): void {
    const cluster = this.#cluster;
    const connection = attempt.message.protocol === 'tcp' ? null : this.#takeReady(); // an exchange has one of its own
    if (connection !== null) this.#attachOrRefuse(connection, attempt);
    else if (cluster.connections >= cluster.limits.maxConnections && cluster.carriesTcp(attempt)) {
      this.#overflow(attempt, COUNTER.upstream_cx_overflow); // there is no waiting for room
    } else if (cluster.pending >= cluster.limits.maxPendingRequests) {
      this.#overflow(attempt, COUNTER.upstream_rq_pending_overflow);
    } else this.#wait(attempt);
  }

  leave(attempt: Attempt): void {
    this.#waiting.remove(attempt);
    this.#cluster.pending--;
  }

  connected(connection: Connection): void {
    this.#connecting--;
    if (this.#isDone()) this.#close(connection);
    else if (connection.outcome === 'open') {
      connection.openedMs = this.#plane.sim.nowMs;
      connection.idleSinceMs = connection.openedMs;
      this.#serve(connection);
    } else this.#connectFailed(connection, connection.outcome);
  }

  release(connection: Connection, reusable: boolean): void {
    const cluster = this.#cluster;
    cluster.active--;
    cluster.activeBy[this.#host]!--;
    const wasFull = connection.streams-- === this.#streams;
    connection.idleSinceMs = this.#plane.sim.nowMs;
    const isGood =
      (reusable || this.#streams > 1) &&
      !this.#isDone() &&
      connection.epoch === this.#pod.epoch &&
      !cluster.isGone(this.#host) && // its pools are drained: whoever still waits gets a connection of its own
      !connection.isDoomed &&
      connection.openedMs > this.#drainedMs &&
      !this.#isSpent(connection);
    if (isGood) {
      if (wasFull) this.#serve(connection);
    } else {
      const at = this.#ready.lastIndexOf(connection);
      if (at >= 0) this.#ready.splice(at, 1);
      if (connection.streams === 0) this.#close(connection);
    }
    this.#openIfNeeded();
  }

  /** No new requests come: connections serve those who wait, and are closed. */
  retire(): void {
    this.#isRetired = true;
    this.dropIdle();
  }

  /**
   * The host is ejected: connections take no new requests, and whoever comes or waits gets a new one.
   * Source: Envoy, source/common/upstream/cluster_manager_impl.cc, `onHostHealthFailure`; conn_pool_base.cc.
   */
  drain(): void {
    this.#drainedMs = this.#plane.sim.nowMs;
    this.dropIdle();
    this.#ready.length = 0; // the others end with what is on them
  }

  /** Closes the connections that nobody uses. */
  dropIdle(): void {
    for (let at = this.#ready.length - 1; at >= 0; at--) {
      const connection = this.#ready[at]!;
      if (connection.streams > 0) continue;
      this.#ready.splice(at, 1);
      this.#close(connection);
    }
  }

  /** It takes no new request: it has had as many as it may, or is too old. */
  #isSpent({ requests, openedMs }: Connection): boolean {
    if (!this.#wearsOut) return false;
    const { maxRequestsPerConnection, maxConnectionDurationMs } = this.#cluster.limits;
    return requests >= maxRequestsPerConnection || this.#plane.sim.nowMs - openedMs >= maxConnectionDurationMs;
  }

  #isDone(): boolean {
    return this.#isRetired && this.#waiting.first === null;
  }

  #wait(attempt: Attempt): void {
    this.#cluster.count(this.#host, COUNTER.upstream_rq_pending_total, attempt.counted);
    this.#cluster.pending++;
    this.#waiting.push(attempt);
    this.#openIfNeeded(attempt);
  }

  /** A connection is opened for whoever waits, unless those under way will do, and each pool may always have one. */
  #openIfNeeded(opener: Attempt | null = this.#waiting.first): void {
    if (opener === null || this.#waiting.length <= this.#connecting * this.#streams) return;
    const cluster = this.#cluster;
    if (cluster.connections >= cluster.limits.maxConnections && this.#connections > 0) {
      cluster.count(this.#host, COUNTER.upstream_cx_overflow, opener.counted);
      return;
    }
    cluster.connections++;
    this.#connections++;
    this.#connecting++;
    cluster.count(this.#host, COUNTER.upstream_cx_total, opener.counted);
    openConnection(this.#plane, this, {
      opener,
      site: opener.call!.site,
      pod: this.#pod,
      transport: opener.transport,
      timeoutMs: cluster.effective.connectTimeoutMs,
      certificate: cluster.proxy.certificate,
      proxy: cluster.proxy,
      worker: this.#worker,
    });
  }

  /** The connection last used of those with a free slot; those that may be used no more are put away. */
  #takeReady(): Connection | null {
    while (this.#ready.length > 0) {
      const connection = this.#ready[this.#ready.length - 1]!;
      const idleMs = connection.streams > 0 ? 0 : this.#plane.sim.nowMs - connection.idleSinceMs;
      if (idleMs < this.#cluster.limits.idleTimeoutMs && !this.#isSpent(connection)) return connection;
      this.#ready.pop();
      if (connection.streams === 0) this.#close(connection); // else it ends with what is on it
    }
    return null;
  }

  /** Gives a new or freed connection to those who wait. */
  #serve(connection: Connection): void {
    const { queue } = this.#plane.sim;
    this.#ready.push(connection);
    queue.hold();
    while (this.#waiting.first !== null && this.#ready.at(-1) === connection) {
      const attempt = this.#waiting.shift()!;
      this.#cluster.pending--;
      this.#attachOrRefuse(connection, attempt);
    }
    queue.letGo();
  }

  #attachOrRefuse(connection: Connection, attempt: Attempt): void {
    const cluster = this.#cluster;
    const isTcp = cluster.carriesTcp(attempt);
    if (cluster.active >= cluster.limits.maxRequests && !isTcp) {
      this.#overflow(attempt, COUNTER.upstream_rq_active_overflow);
      return;
    }
    cluster.active++;
    cluster.activeBy[this.#host]!++;
    connection.streams++;
    connection.requests++;
    if (connection.streams === this.#streams || this.#isSpent(connection)) this.#ready.pop();
    const waitedMs = this.#plane.sim.nowMs - attempt.startMs;
    attempt.causes[connection.opener === attempt ? NETWORK : POOL_WAIT]! += waitedMs;
    connection.opener = null;
    attempt.connection = connection;
    if (!isTcp) cluster.onStream(this.#host);
    else if (connection.requests === 1) cluster.onTcpConnected(this.#host);
    cluster.count(this.#host, COUNTER.upstream_rq_total, attempt.counted);
    this.#plane.upstream.connectionReady(attempt);
  }

  /** All who wait for this host fail with the connection. */
  #connectFailed(connection: Connection, outcome: 'connect-failure' | 'connect-timeout'): void {
    this.#close(connection);
    this.#cluster.count(this.#host, COUNTER.upstream_cx_connect_fail, connection.counted);
    if (outcome === 'connect-timeout') {
      this.#cluster.count(this.#host, COUNTER.upstream_cx_connect_timeout, connection.counted);
    }
    for (let attempt = this.#waiting.shift(); attempt !== null; attempt = this.#waiting.shift()) {
      this.#cluster.pending--;
      this.#plane.upstream.attemptEnded(attempt, outcome);
    }
  }

  #overflow(attempt: Attempt, counter: number): void {
    this.#cluster.count(this.#host, counter, attempt.counted);
    this.#plane.upstream.attemptEnded(attempt, 'overflow');
  }

  #close(connection: Connection): void {
    this.#connections--;
    this.#cluster.connections--;
    connection.opener = null;
    this.#plane.connections.give(connection);
  }
}
