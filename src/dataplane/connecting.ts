import type { Transport } from '../mesh/index.js';
import type { Attempt } from './attempt.js';
import type { Certificate } from './certificate.js';
import type { Connection, ConnectionOwner } from './connection-pool.js';
import { CONNECT, drawForAttempt } from './draws.js';
import type { Site } from './network.js';
import type { Plane } from './plane.js';
import type { Pod } from './pod.js';
import type { ProxyProcess } from './proxy.js';

export interface ConnectRequest {
  /** The attempt that needs it: its address is the draws'. */
  readonly opener: Attempt;
  readonly site: Site;
  readonly pod: Pod;
  readonly transport: Transport;
  /** Infinity: none. */
  readonly timeoutMs: number;
  /** Of the caller; null: it shows none. */
  readonly certificate: Certificate | null;
  readonly proxy: ProxyProcess | null;
  readonly worker: number;
}

/**
 * Opens a connection: a round trip for TCP and one more for TLS 1.3. How it ends is known from the state of the pod when
 * it begins, and looked at again when it is due: a pod may die meanwhile.
 */
export function openConnection(plane: Plane, owner: ConnectionOwner, request: ConnectRequest): void {
  const { sim } = plane;
  const { pod, opener } = request;
  const connection = plane.connections.take();
  connection.owner = owner;
  connection.pod = pod;
  connection.host = opener.host;
  connection.epoch = pod.epoch;
  connection.streams = 0;
  connection.requests = 0;
  connection.isDoomed = isDoomed(request);
  connection.opener = opener;
  connection.counted = opener.counted;
  connection.serverWorker = pod.proxy?.newWorker() ?? 0;
  const readyMs = readyAtMs(plane, request, connection.serverWorker);
  const timeoutMs = sim.nowMs + request.timeoutMs;
  connection.outcome =
    readyMs > timeoutMs ? 'connect-timeout' : pod.up && isOpened(request) ? 'open' : 'connect-failure';
  const dueMs = Math.min(readyMs, timeoutMs);
  if (dueMs < Infinity) sim.queue.schedule(connection.event, dueMs);
}

/** Whether the handshake, if there is one, comes about: the caller refuses a certificate that has expired. */
function isOpened({ transport, pod }: ConnectRequest): boolean {
  if (transport === 'mutual-tls') return !pod.certificate?.isExpired;
  return transport !== 'handshake-failure';
}

/**
 * Whether the server takes the connection and closes it as soon as something comes: plaintext that it does not take, or a
 * certificate of the caller that it refuses, when for the caller the handshake of TLS 1.3 is over.
 */
function isDoomed({ transport, certificate }: ConnectRequest): boolean {
  if (transport === 'refused' || transport === 'certificate-refused') return true;
  return transport === 'mutual-tls' && (certificate?.isExpired ?? false);
}

/** A connection is due: it is open unless its pod has died since. */
export function onConnectionEvent(connection: Connection): void {
  const { pod } = connection;
  if (connection.outcome === 'open' && !(pod.up && pod.epoch === connection.epoch)) {
    connection.outcome = 'connect-failure';
  }
  connection.owner.connected(connection);
}

function readyAtMs(plane: Plane, request: ConnectRequest, serverWorker: number): number {
  const { network, sim, random } = plane;
  const { site, pod, opener } = request;
  const there = network.way(site, pod);
  const back = network.way(pod, site);
  const areDrawn = Number.isNaN(network.constantMs(there)) || Number.isNaN(network.constantMs(back));
  if (areDrawn) drawForAttempt(random, opener, CONNECT);
  const delayMs = (way: number, word: number) =>
    areDrawn ? network.delayMs(way, random.uniform(word)) : network.constantMs(way);
  let readyMs = network.passesAtMs(site, pod, sim.nowMs, true) + delayMs(there, 0) + delayMs(back, 1);
  const isTlsWithin = opener.message.secure && opener.cluster?.isTcp; // the application's own, through its proxy
  if (!(isTlsWithin || isTls(request.transport)) || !pod.up || readyMs === Infinity) return readyMs;
  readyMs += delayMs(there, 2) + delayMs(back, 3);
  if (request.transport !== 'mutual-tls') return readyMs;
  const { proxy, worker } = request;
  if (proxy !== null) readyMs += proxy.work(worker, proxy.cost.handshakeCpuMs) - sim.nowMs;
  if (pod.proxy !== null) readyMs += pod.proxy.work(serverWorker, pod.proxy.cost.handshakeCpuMs) - sim.nowMs;
  return readyMs;
}

function isTls(transport: Transport): boolean {
  return transport !== 'plaintext' && transport !== 'refused';
}
