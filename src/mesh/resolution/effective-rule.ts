import type { ClusterRef, EffectiveAction, EffectiveDestination, EffectiveRule } from '../effective.js';
import { authorityOf } from '../headers.js';
import type { MeshSettings } from '../mesh.js';
import { mirrorsOf } from '../mirrors.js';
import type { Destination, HttpRoute, Redirect, Rewrite, RouteSet } from '../routes.js';
import type { Service } from '../service.js';
import { effectiveRetry } from './effective-retry.js';
import { type ProxyIdentity, settledMatches, takesAll } from './settled-matches.js';

/** What the routes of one proxy are made with. */
export interface RuleContext extends ProxyIdentity {
  readonly settings: MeshSettings;
  /** The service with exactly this host, if the proxy knows it. */
  readonly serviceAt: (host: string) => Service | null;
  /** Not those of the called port alone, as a sidecar's routes do. */
  readonly knowsAllPorts: boolean;
  /** Whether a rule asks for a hash on the way to this destination. */
  readonly isHashed: (destination: Destination) => boolean;
}

/** What a sidecar is among gateways. */
export const MESH = 'mesh';

/**
 * The rules of a route set that a proxy gets, up to the first that takes every request.
 * Source: Istio 1.31, pilot/pkg/networking/core/route/route.go, `BuildHTTPRoutesForVirtualService`.
 */
export function effectiveRules(routeSet: RouteSet, context: RuleContext): readonly EffectiveRule[] {
  const rules: EffectiveRule[] = [];
  for (const route of routeSet.http) {
    const rule = effectiveRule(route, context);
    if (rule === null) continue;
    rules.push(rule);
    if (isCatchAll(rule)) break;
  }
  return rules;
}

/** Whether the rule takes every request that reaches it. */
export function isCatchAll(rule: EffectiveRule): boolean {
  return rule.matches.length === 0 || rule.matches.some(takesAll);
}

/** The route that nobody wrote: everything to the service, with the mesh's retries, by default two silent ones. */
export function defaultRule(service: Service, context: RuleContext): EffectiveRule {
  const cluster = { service, host: service.host, port: context.port, subset: null };
  const retry = effectiveRetry(null, { settings: context.settings, timeoutMs: null, hashed: false });
  const destinations = [{ origin: null, cluster, share: 1, requestHeaders: null }];
  const action: EffectiveAction = { kind: 'forward', destinations, timeoutMs: null, retry, mirrors: [], rewrite: null };
  return { origin: null, name: null, matches: [], action, fault: null, cors: null, requestHeaders: null };
}

function effectiveRule(route: HttpRoute, context: RuleContext): EffectiveRule | null {
  const matches = settledMatches(route.matches, context);
  const action = matches === null ? null : effectiveAction(route, context);
  if (matches === null || action === null) return null;
  const { origin, name, fault, requestHeaders } = route;
  const cors = action.kind === 'forward' ? route.cors : null; // Envoy's filter looks at no other route
  return { origin, name, matches, action, fault, cors, requestHeaders };
}

function effectiveAction(route: HttpRoute, context: RuleContext): EffectiveAction | null {
  const { action } = route;
  if (action.kind === 'redirect') return redirectTo(action.redirect, context.port);
  if (action.kind === 'direct-response') return { kind: action.kind, status: action.status };
  return action.kind === 'forward' ? forward(route, action.destinations, context) : null;
}

function redirectTo(redirect: Redirect, calledPort: number): EffectiveAction {
  return { kind: 'redirect', redirect: redirect.keepsPort ? { ...redirect, port: calledPort } : redirect };
}

function forward(
  route: HttpRoute,
  written: readonly Destination[],
  context: RuleContext,
): Extract<EffectiveAction, { kind: 'forward' }> | null {
  const destinations = effectiveDestinations(written, (destination) => routeRef(destination, context));
  if (destinations.length === 0) return null;
  const hashed = written.length === 1 && context.isHashed(written[0]!);
  const { timeoutMs } = route;
  return {
    kind: 'forward',
    destinations,
    ...(written.length > 1 && { isSplit: true }),
    timeoutMs,
    retry: effectiveRetry(route.retries, { settings: context.settings, timeoutMs, hashed }),
    mirrors: mirrorsOf(route.mirroring)
      .filter((mirror) => mirror.share > 0)
      .map(({ destination, share, origin }) => ({ cluster: routeRef(destination, context), share, origin })),
    rewrite: withAuthority(route),
  };
}

/**
 * One destination takes everything, whatever its weight. Of several, those without weight get nothing, and the others
 * their part of the sum.
 */
export function effectiveDestinations(
  written: readonly Destination[],
  refOf: (destination: Destination) => ClusterRef,
): readonly EffectiveDestination[] {
  const chosen = written.length === 1 ? written : written.filter((destination) => destination.weight > 0);
  const total = chosen.reduce((sum, destination) => sum + destination.weight, 0);
  return chosen.map((destination) => ({
    origin: destination.origin,
    cluster: refOf(destination),
    share: chosen.length === 1 ? 1 : destination.weight / total,
    requestHeaders: destination.requestHeaders,
  }));
}

/**
 * Where a rule without a port sends: at a sidecar to the port that was called, since the routes of a port know of no
 * other; it may not exist there. A gateway and a waypoint know them all, and take the only one.
 * Source: Istio 1.31, pilot/pkg/networking/core/httproute.go, `BuildSidecarOutboundVirtualHosts`; route/route.go,
 * `GetDestinationCluster`; listener_waypoint.go, `getWaypointDestinationCluster`.
 */
function routeRef(destination: Destination, context: RuleContext): ClusterRef {
  if (context.knowsAllPorts || destination.port !== null) return clusterRef(destination, context);
  return clusterRef({ ...destination, port: context.port }, context);
}

/** Without a port of its own: the only port of the service, else the one that was called, which may not exist there. */
export function clusterRef(destination: Destination, context: Pick<RuleContext, 'port' | 'serviceAt'>): ClusterRef {
  const service = context.serviceAt(destination.host);
  const onlyPort = service?.ports.length === 1 ? service.ports[0]!.number : context.port;
  return {
    service,
    host: service?.host ?? destination.host,
    port: destination.port ?? onlyPort,
    subset: destination.subset,
  };
}

/** A rule's `Host` header operation is a rewrite of the authority. */
function withAuthority({ rewrite, requestHeaders }: HttpRoute): Rewrite | null {
  const authority = rewrite?.authority ?? authorityOf(requestHeaders);
  if (rewrite === null && authority === null) return null;
  return { uri: rewrite?.uri ?? null, uriRegex: rewrite?.uriRegex ?? null, authority };
}
