import type { EffectiveHost, EffectiveRule } from '../effective.js';
import type { RouteSet } from '../routes.js';
import type { Service, ServicePort } from '../service.js';
import { isHttpPort } from './effective-cluster.js';
import { defaultRule, effectiveRules, isCatchAll, type RuleContext } from './effective-rule.js';
import { covers } from './host-name.js';
import { tcpDestinations, tlsDestinations } from './tcp-destinations.js';

/** A call as a waypoint receives it: the address that it was sent to says which service and port it is for. */
export interface WaypointCall {
  readonly service: Service;
  readonly port: ServicePort;
  /** It speaks HTTP, whatever the port declares; on a port that declares HTTP all is taken for it. */
  readonly isHttp: boolean;
}

/**
 * What a waypoint does with a call. It goes by the service's address and never by the host that a request names. All
 * VirtualServices that cover the service, of its namespace or the waypoint's, add up, oldest first.
 * `routeSets`: those bound to the mesh that the waypoint's namespace sees, oldest first.
 * Source: Istio 1.31, pilot/pkg/networking/core/listener_waypoint.go, `buildWaypointInboundHTTPRouteConfig`.
 */
export function waypointHost(
  { service, port, isHttp }: WaypointCall,
  routeSets: readonly RouteSet[],
  context: RuleContext,
): EffectiveHost {
  const own = routeSets
    .filter(({ namespace }) => namespace === service.namespace || namespace === context.namespace)
    .filter(({ hosts }) => hosts.some((host) => covers(host, service.host)));
  if (isHttpPort(port.protocol) && (isHttp || port.protocol !== 'auto')) {
    const rules = mergedRules(own, context);
    const all = rules.length > 0 ? rules : [defaultRule(service, context)];
    return { kind: 'routes', domain: '*', service, rules: all, httpsRedirect: false };
  }
  const itself = { service, host: service.host, port: port.number, subset: null };
  const routes = own.map((set) => ownTcp(set, service));
  const nobody = asNobody(context);
  const written = tlsDestinations(routes, service.host, nobody) ?? tcpDestinations(routes, nobody);
  return {
    kind: 'tcp',
    service,
    destinations: written ?? [{ origin: null, cluster: itself, share: 1, requestHeaders: null }],
  };
}

function mergedRules(routeSets: readonly RouteSet[], context: RuleContext): readonly EffectiveRule[] {
  const rules = routeSets.flatMap((set) => effectiveRules(withoutSourceLabels(set), context));
  const last = rules.findIndex(isCatchAll);
  return last < 0 ? rules : rules.slice(0, last + 1);
}

/** A waypoint does not know the labels of callers: what asks for them is left out, beside `gateways` too. */
function withoutSourceLabels(set: RouteSet): RouteSet {
  const http = set.http.flatMap((route) => {
    const matches = route.matches.filter(({ sourceLabels }) => Object.keys(sourceLabels).length === 0);
    return route.matches.length > 0 && matches.length === 0 ? [] : [{ ...route, matches }];
  });
  return { ...set, http };
}

/** Of routes by server name only those for just the service's own host, which then need no TLS. */
function ownTcp(set: RouteSet, { host }: Service): RouteSet {
  const isOwn = (hosts: readonly string[]) => hosts.length === 1 && hosts[0] === host;
  return { ...set, tcp: set.tcp.filter(({ sniHosts }) => sniHosts === null || isOwn(sniHosts)) };
}

/** TCP routes that ask who calls do not hold. */
function asNobody(context: RuleContext): RuleContext {
  return { ...context, namespace: '', labels: {} };
}
