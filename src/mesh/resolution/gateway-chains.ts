import type { EffectiveDestination } from '../effective.js';
import type { GatewayServer } from '../gateway.js';
import type { RouteSet, TcpRoute } from '../routes.js';
import type { BoundServer } from './gateway-listener.js';
import { type GatewayHost, gatewayHosts, type RouteSources, visibleHosts } from './gateway-routes.js';
import { endsTls, isTlsServer, passesThrough } from './gateway-server.js';
import { overlaps } from './host-name.js';
import { HostTable } from './host-table.js';
import { passedThrough, tcpDestinations } from './tcp-destinations.js';

/** What becomes of a connection that a gateway has taken. `server`: whose TLS ends here; null: nobody's. */
export type GatewayChain = { readonly server: GatewayServer | null } & (
  | { readonly kind: 'http'; readonly hosts: HostTable<GatewayHost> }
  | { readonly kind: 'tcp'; readonly destinations: readonly EffectiveDestination[] }
);

/** A listener's filter chains: it looks at a connection's server name before anything else. */
export interface GatewayChains {
  /** Of connections in TLS, by server name. */
  readonly named: HostTable<GatewayChain>;
  /** Of all others. */
  readonly plain: GatewayChain | null;
}

/**
 * The chains of the servers that share a listener. All of plain HTTP are one; each server whose TLS ends here has one of
 * its own, with its own hosts and nobody else's; TLS that passes through has one for each match of a route.
 * Source: Istio 1.31, pilot/pkg/networking/core/gateway.go, `buildGatewayTCPBasedFilterChains`.
 */
export function gatewayChains(servers: readonly BoundServer[], sources: RouteSources): GatewayChains {
  const named = new HostTable<GatewayChain>();
  for (const bound of servers.filter(({ server }) => isTlsServer(server)))
    for (const { names, chain } of tlsChains(bound, sources))
      for (const name of names) named.getOrAdd(name, () => chain);
  return {
    named,
    plain: plainChain(
      servers.filter(({ server }) => !isTlsServer(server)),
      sources,
    ),
  };
}

interface NamedChain {
  readonly names: readonly string[];
  readonly chain: GatewayChain;
}

function tlsChains(bound: BoundServer, sources: RouteSources): readonly NamedChain[] {
  const { server } = bound;
  const names = server.hosts.map(({ host }) => host);
  if (endsTls(server) && server.protocol === 'https')
    return [{ names, chain: { kind: 'http', server, hosts: gatewayHosts([bound], sources) } }];
  if (endsTls(server)) return tcpChain(bound, sources).map((chain) => ({ names, chain: { ...chain, server } }));
  if (!passesThrough(server)) return []; // AUTO_PASSTHROUGH goes by names of clusters
  return passedThrough(boundTo(bound, sources), sources.contextOf(bound)).map(({ sniHosts, destinations }) => ({
    names: sniHosts,
    chain: { kind: 'tcp', server: null, destinations },
  }));
}

/** Servers of plain HTTP share their hosts; of TCP there is one at most. */
function plainChain(servers: readonly BoundServer[], sources: RouteSources): GatewayChain | null {
  const [first] = servers;
  if (first === undefined) return null;
  if (first.server.protocol !== 'tcp') return { kind: 'http', server: null, hosts: gatewayHosts(servers, sources) };
  return tcpChain(first, sources)[0] ?? null;
}

function tcpChain(bound: BoundServer, sources: RouteSources): readonly GatewayChain[] {
  const destinations = tcpDestinations(boundTo(bound, sources), sources.contextOf(bound));
  return destinations === null ? [] : [{ kind: 'tcp', server: null, destinations }];
}

/**
 * Of TCP and TLS alike a VirtualService counts when one of its hosts is one of the server's. Who the gateway is itself is
 * not looked at (`l4SingleMatch`).
 */
function boundTo(bound: BoundServer, { routeSetsOf }: RouteSources): readonly RouteSet[] {
  const isServed = (set: RouteSet) =>
    visibleHosts(bound, set).some((served) => set.hosts.some((host) => overlaps(served, host)));
  const withoutCaller = (route: TcpRoute) => ({ ...route, sourceLabels: {}, sourceNamespace: null });
  return routeSetsOf(bound)
    .filter(isServed)
    .map((set) => ({ ...set, tcp: set.tcp.map(withoutCaller) }));
}
