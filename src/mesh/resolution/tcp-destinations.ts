import type { EffectiveDestination } from '../effective.js';
import type { RouteSet, TcpRoute } from '../routes.js';
import { clusterRef, effectiveDestinations, type RuleContext } from './effective-rule.js';
import { covers, normalHost } from './host-name.js';
import { holdsFor } from './settled-matches.js';

/**
 * Where a connection goes by the first TCP route that holds for the proxy, or null when there is none. `sni` is the
 * server name of a TLS connection, whose own routes come first; null where the bytes are not TLS.
 */
export function tcpDestinations(
  routeSets: readonly RouteSet[],
  sni: string | null,
  context: RuleContext,
): readonly EffectiveDestination[] | null {
  const routes = routeSets.flatMap((set) => set.tcp).filter((route) => holdsFor(route, context));
  const named = sni === null ? undefined : routes.find((route) => serves(route, normalHost(sni)));
  const route = named ?? routes.find((route) => route.sniHosts === null);
  if (route === undefined) return null;
  return effectiveDestinations(route.destinations, (destination) => clusterRef(destination, context));
}

function serves(route: TcpRoute, sni: string): boolean {
  return route.sniHosts?.some((host) => covers(host, sni)) ?? false;
}
