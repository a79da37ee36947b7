import type { EffectiveDestination } from '../effective.js';
import type { RouteSet, TcpRoute } from '../routes.js';
import { clusterRef, effectiveDestinations, type RuleContext } from './effective-rule.js';
import { covers, normalHost } from './host-name.js';
import { holdsFor } from './settled-matches.js';

/** Where a connection goes by the first route of `tcp` that holds for the proxy, or null when there is none. */
export function tcpDestinations(
  routeSets: readonly RouteSet[],
  context: RuleContext,
): readonly EffectiveDestination[] | null {
  return destinationsOf(routeSets, ({ sniHosts }) => sniHosts === null, context);
}

/**
 * Where a connection in TLS goes by the first route of `tls` that holds for the proxy and its server name; null: none. A
 * sidecar's port that is declared as TLS or HTTPS knows no routes of `tcp`.
 * Source: Istio 1.31, pilot/pkg/networking/core/tls.go, `buildSidecarOutboundTCPFilterChainOpts`.
 */
export function tlsDestinations(
  routeSets: readonly RouteSet[],
  sni: string,
  context: RuleContext,
): readonly EffectiveDestination[] | null {
  return destinationsOf(routeSets, (route) => serves(route, normalHost(sni)), context);
}

/**
 * What passes through a gateway by server name, and where to: each match of a route of `tls` that holds, in order, the
 * first of those for one name alone.
 * Source: Istio 1.31, pilot/pkg/networking/core/gateway.go, `buildGatewayNetworkFiltersFromTLSRoutes`.
 */
export function passedThrough(
  routeSets: readonly RouteSet[],
  context: RuleContext,
): readonly { readonly sniHosts: readonly string[]; readonly destinations: readonly EffectiveDestination[] }[] {
  const routes = routeSets.flatMap((set) => set.tcp).filter((route) => holdsFor(route, context));
  return routes.flatMap(({ sniHosts, destinations }) =>
    sniHosts === null
      ? []
      : [{ sniHosts, destinations: effectiveDestinations(destinations, (each) => clusterRef(each, context)) }],
  );
}

/**
 * The server names that routes of `tls` ask for which hold for the proxy. With any, the port's own filter chain, for its own
 * name, is left out.
 * Source: Istio 1.31, pilot/pkg/networking/core/tls.go, `buildSidecarOutboundTLSFilterChainOpts`.
 */
export function serverNames(routeSets: readonly RouteSet[], context: RuleContext): readonly string[] {
  const routes = routeSets.flatMap((set) => set.tcp).filter((route) => holdsFor(route, context));
  return routes.flatMap(({ sniHosts }) => sniHosts ?? []);
}

function destinationsOf(
  routeSets: readonly RouteSet[],
  takes: (route: TcpRoute) => boolean,
  context: RuleContext,
): readonly EffectiveDestination[] | null {
  const routes = routeSets.flatMap((set) => set.tcp).filter((route) => holdsFor(route, context));
  const route = routes.find(takes);
  if (route === undefined) return null;
  return effectiveDestinations(route.destinations, (destination) => clusterRef(destination, context));
}

function serves(route: TcpRoute, sni: string): boolean {
  return route.sniHosts?.some((host) => covers(host, sni)) ?? false;
}
