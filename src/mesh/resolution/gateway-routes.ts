import type { EffectiveRule } from '../effective.js';
import type { RouteSet } from '../routes.js';
import { effectiveRules, type RuleContext } from './effective-rule.js';
import type { BoundServer } from './gateway-listener.js';
import { intersection } from './host-name.js';
import { HostTable } from './host-table.js';
import { takesAll } from './settled-matches.js';

/** One virtual host of a gateway's listener. */
export interface GatewayHost {
  readonly rules: readonly EffectiveRule[];
  readonly httpsRedirect: boolean;
}

/** What the routes of a gateway are made with. */
export interface RouteSources {
  /** What is bound to the server's Gateway, oldest first. */
  readonly routeSetsOf: (bound: BoundServer) => readonly RouteSet[];
  readonly contextOf: (bound: BoundServer) => RuleContext;
}

interface GrowingHost {
  readonly rules: EffectiveRule[];
  httpsRedirect: boolean;
}

/**
 * The virtual hosts of servers that share a listener of plain HTTP, or of one whose TLS ends at the gateway. Each domain
 * is one that a server and a VirtualService bound to its Gateway have in common; the rules of several VirtualServices are
 * joined, oldest first, and those that take every request moved to the end.
 * Source: Istio 1.31, pilot/pkg/networking/core/gateway.go, `buildGatewayHTTPRouteConfig`.
 */
export function gatewayHosts(servers: readonly BoundServer[], sources: RouteSources): HostTable<GatewayHost> {
  const growing = new HostTable<GrowingHost>();
  const hostAt = (domain: string) => growing.getOrAdd(domain, () => ({ rules: [], httpsRedirect: false }));
  const rulesOf = rememberedRules(sources);
  for (const bound of servers) {
    for (const routeSet of sources.routeSetsOf(bound)) {
      const domains = commonDomains(bound, routeSet);
      const rules = domains.length > 0 ? rulesOf(bound, routeSet) : [];
      if (rules.length === 0) continue;
      for (const domain of domains) hostAt(domain).rules.push(...rules);
      markRedirects(bound, domains, hostAt);
    }
    // A server that redirects does so without any VirtualService.
    markRedirects(
      bound,
      bound.server.hosts.map(({ host }) => host),
      hostAt,
    );
  }
  return inOrder(growing);
}

/** The rules for a Gateway are made once, for the port of its first server that has some. */
function rememberedRules({ contextOf }: RouteSources) {
  const known = new Map<string, readonly EffectiveRule[]>();
  return (bound: BoundServer, routeSet: RouteSet): readonly EffectiveRule[] => {
    const { gateway } = bound;
    const key = `${gateway.namespace}/${gateway.name} ${routeSet.namespace}/${routeSet.name}`;
    const rules = known.get(key) ?? effectiveRules(routeSet, contextOf(bound));
    if (rules.length > 0) known.set(key, rules);
    return rules;
  };
}

function markRedirects({ server }: BoundServer, domains: readonly string[], hostAt: (domain: string) => GrowingHost) {
  if (server.tls?.httpsRedirect) for (const domain of domains) hostAt(domain).httpsRedirect = true;
}

function commonDomains(bound: BoundServer, routeSet: RouteSet): readonly string[] {
  const domains = visibleHosts(bound, routeSet).flatMap((host) =>
    routeSet.hosts.map((other) => intersection(host, other)),
  );
  return [...new Set(domains)].filter((domain) => domain !== null);
}

/** The server's hosts for VirtualServices of this one's namespace. */
export function visibleHosts({ gateway, server }: BoundServer, routeSet: RouteSet): readonly string[] {
  return server.hosts
    .filter(
      ({ namespace }) =>
        namespace === '*' || routeSet.namespace === (namespace === '.' ? gateway.namespace : namespace),
    )
    .map(({ host }) => host);
}

function inOrder(growing: HostTable<GrowingHost>): HostTable<GatewayHost> {
  const table = new HostTable<GatewayHost>();
  for (const { pattern, value } of growing.entries())
    table.getOrAdd(pattern, () => ({ rules: catchAllsLast(value.rules), httpsRedirect: value.httpsRedirect }));
  return table;
}

/** A gateway has one route for each alternative of a match: only the one that takes everything moves. */
function catchAllsLast(rules: readonly EffectiveRule[]): readonly EffectiveRule[] {
  const specific = rules.flatMap((rule) => {
    const matches = rule.matches.filter((match) => !takesAll(match));
    return matches.length > 0 ? [{ ...rule, matches }] : [];
  });
  const general = rules.flatMap((rule) => {
    if (rule.matches.length === 0) return [rule];
    const matches = rule.matches.filter(takesAll);
    return matches.length > 0 ? [{ ...rule, matches }] : [];
  });
  return [...specific, ...general];
}
