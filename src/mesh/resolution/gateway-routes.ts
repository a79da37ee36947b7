import type { EffectiveRule } from '../effective.js';
import type { RouteSet } from '../routes.js';
import { effectiveRules, type RuleContext } from './effective-rule.js';
import type { BoundServer, GatewayListener } from './gateway-listener.js';
import { intersection } from './host-name.js';
import { HostTable } from './host-table.js';
import { takesAll } from './settled-matches.js';

/** One virtual host of a gateway's listener. */
export interface GatewayHost {
  readonly rules: readonly EffectiveRule[];
  readonly httpsRedirect: boolean;
}

interface GrowingHost {
  readonly rules: EffectiveRule[];
  httpsRedirect: boolean;
}

/**
 * The virtual hosts of a gateway's HTTP listener. Each domain is one that a server and a VirtualService bound to its
 * Gateway have in common; the rules of several VirtualServices are joined, oldest first, and those that take every
 * request moved to the end.
 * Source: Istio 1.31, pilot/pkg/networking/core/gateway.go, `buildGatewayHTTPRouteConfig`.
 */
export function gatewayHosts(
  listener: GatewayListener,
  routeSetsOf: (bound: BoundServer) => readonly RouteSet[],
  contextOf: (bound: BoundServer) => RuleContext,
): HostTable<GatewayHost> {
  const growing = new HostTable<GrowingHost>();
  const hostAt = (domain: string) => growing.getOrAdd(domain, () => ({ rules: [], httpsRedirect: false }));
  for (const bound of listener.servers.filter(({ server }) => isHttpServer(server))) {
    for (const routeSet of routeSetsOf(bound)) {
      const domains = commonDomains(bound, routeSet);
      const rules = domains.length > 0 ? effectiveRules(routeSet, contextOf(bound)) : [];
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

/** Whether the listener decides by HTTP: plain HTTP, or TLS that ends here. */
export function isHttpServer({ protocol, tls }: BoundServer['server']): boolean {
  if (protocol === 'http' || protocol === 'http2' || protocol === 'grpc') return true;
  return protocol === 'https' && !passesThrough(tls?.mode ?? '');
}

/** Whether TLS goes on to the destination unopened. */
export function passesThrough(tlsMode: string): boolean {
  return tlsMode.toUpperCase().endsWith('PASSTHROUGH');
}

function markRedirects({ server }: BoundServer, domains: readonly string[], hostAt: (domain: string) => GrowingHost) {
  if (server.tls?.httpsRedirect) for (const domain of domains) hostAt(domain).httpsRedirect = true;
}

function commonDomains({ gateway, server }: BoundServer, routeSet: RouteSet): readonly string[] {
  const domains = server.hosts
    .filter(
      ({ namespace }) =>
        namespace === '*' || routeSet.namespace === (namespace === '.' ? gateway.namespace : namespace),
    )
    .flatMap(({ host }) => routeSet.hosts.map((other) => intersection(host, other)));
  return [...new Set(domains)].filter((domain) => domain !== null);
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
