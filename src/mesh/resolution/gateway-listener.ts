import type { Gateway, GatewayServer } from '../gateway.js';
import type { Service } from '../service.js';
import type { Workload } from '../workload.js';
import { isPlainHttp, isTlsServer } from './gateway-server.js';
import { groupBy } from './grouping.js';

/** A port that a gateway's pods listen on, and the servers that share it, by age of their Gateways. */
export interface GatewayListener {
  readonly port: number;
  readonly servers: readonly BoundServer[];
}

export interface BoundServer {
  readonly gateway: Gateway;
  readonly server: GatewayServer;
}

/** The listeners of a gateway workload by the Gateways that select it, which come in the order of their ages. */
export function gatewayListeners(
  workload: Workload,
  services: readonly Service[],
  gateways: readonly Gateway[],
): readonly GatewayListener[] {
  const bound = gateways.flatMap((gateway) => gateway.servers.map((server) => ({ gateway, server })));
  const byPort = groupBy(bound, ({ server }) => listenerPort(server.port, workload, services));
  return [...byPort].map(([port, servers]) => ({ port, servers: merged(servers) }));
}

/**
 * The servers of one port that istiod keeps, the oldest first: one that names a host in `tls` which another there has
 * named before is left out with all its hosts, and so is one that speaks neither TLS nor, as those before it, HTTP.
 * Source: Istio 1.31, pilot/pkg/model/gateway.go, `mergeGateways`.
 */
function merged(servers: readonly BoundServer[]): readonly BoundServer[] {
  const kept: BoundServer[] = [];
  const named = new Set<string>();
  for (const bound of servers) {
    const { server } = bound;
    const names =
      server.tls === null ? [] : server.hosts.map(({ namespace, host }) => `${bindOf(bound)} ${namespace}/${host}`);
    if (names.some((name) => named.has(name))) continue;
    for (const name of names) named.add(name);
    const plain = kept.find((other) => !isTlsServer(other.server));
    const mixes = plain === undefined || (isPlainHttp(plain.server) && isPlainHttp(server));
    if (mixes || bindOf(plain) !== bindOf(bound)) kept.push(bound);
  }
  return kept;
}

function bindOf({ server }: BoundServer): string {
  return server.bind ?? '';
}

/**
 * The port that a gateway's pods listen on for `port` of a Gateway server, or of a URL: the target of that port of the
 * gateway's Services, else the port itself.
 */
export function listenerPort(port: number, workload: Workload, services: readonly Service[]): number {
  for (const service of services) {
    const servicePort = service.ports.find((candidate) => candidate.number === port);
    if (servicePort !== undefined) return targetPort(servicePort.targetPort, workload) ?? port;
  }
  return port;
}

/** The port of a workload's pods that a port of the service leads to; one that it does not declare leads to the same. */
export function podPort(service: Service, port: number, workload: Workload): number | null {
  return targetPort(service.ports.find(({ number }) => number === port)?.targetPort ?? port, workload);
}

/** The number of a Service's `targetPort` on the pods of a workload; null when they have no port of that name. */
export function targetPort(written: number | string, workload: Workload): number | null {
  if (typeof written === 'number') return written;
  return Object.hasOwn(workload.namedPorts, written) ? workload.namedPorts[written]! : null;
}
