import type { EffectiveHost, EffectiveListener, EffectiveRule } from '../effective.js';
import type { Service, ServicePort } from '../service.js';
import { isHttpPort } from './effective-cluster.js';
import { defaultRule, effectiveRules, type RuleContext } from './effective-rule.js';
import { normalHost } from './host-name.js';
import { HostTable } from './host-table.js';
import type { ProxyView, VirtualHost } from './proxy-view.js';
import { passedThrough, serverNames, tcpDestinations, tlsDestinations } from './tcp-destinations.js';
import { virtualHostsOf } from './virtual-hosts.js';

/** A call as it leaves an application: `service` is whom DNS resolved the host to, null for nobody. */
export interface OutboundCall {
  readonly host: string;
  readonly service: Service | null;
  readonly registryOnly: boolean;
}

/**
 * What a sidecar does with a call. The address chooses the listener: a TCP port and a port that declares nothing have
 * their own, which do not look at the host; ports declared as HTTP share one, which looks at nothing else.
 * Source: Istio 1.31, pilot/pkg/networking/core/listener.go, httproute.go.
 */
export function sidecarHost(call: OutboundCall, view: ProxyView, context: RuleContext): EffectiveHost {
  const own = httpListener(call, view, context);
  if (own !== null && own.port.protocol !== 'auto') return tcpHost(call, own.service, own.port, view, context);
  if (own !== null) {
    const virtualHost = { service: own.service, routeSets: view.routeSetsOf(own.service, context.port) };
    return routesTo(virtualHost, rulesOf(virtualHost, context), '*');
  }
  for (const { pattern, value } of view.virtualHostsOn(context.port).covering(call.host)) {
    const rules = rulesOf(value, context);
    if (rules.length > 0) return routesTo(value, rules, pattern);
  }
  return unknownHost(call, context.port, view.sharesHttp(context.port));
}

/**
 * What a sidecar does with a connection that does not speak HTTP: the listeners of services' own take it, sniffed or
 * declared, else who takes every TCP connection; one that services share for HTTP has no filter chain for it but the
 * default, as for an unknown host.
 */
export function sidecarConnection(call: OutboundCall, view: ProxyView, context: RuleContext): EffectiveHost {
  const own = connectionListener(call, view, context);
  return own === null ? unknownHost(call, context.port, false) : tcpHost(call, own.service, own.port, view, context);
}

/**
 * What a sidecar listens on for its application's calls to one port: for HTTP together, for services of their own, and for
 * those that are told by server name, or by nothing.
 */
export function sidecarListeners(view: ProxyView, context: RuleContext): readonly EffectiveListener[] {
  const { port } = context;
  const rulesAt = (host: VirtualHost) => ({
    service: host.service,
    rules: rulesOf(host, context),
    httpsRedirect: false,
  });
  const virtualHosts = virtualHostsOf(view.virtualHostsOn(port), rulesAt);
  const http: readonly Taken[] =
    virtualHosts.length === 0 ? [] : [{ serverNames: [], chain: { kind: 'http', virtualHosts } }];
  const named = view.toldByNameOn(port).flatMap((service) => chainsOf(service, view, context));
  const anywhere = view.anywhereOn(port);
  const shared = [...http, ...named, ...(anywhere === null ? [] : chainsOf(anywhere, view, context))];
  const owned = view.addressedOn(port).flatMap((service) => {
    const own = addressedListener({ host: service.host, service, registryOnly: true }, view, port);
    return own === null ? [] : chainsAt(service, port, chainsOf(service, view, context));
  });
  return [...chainsAt(null, port, shared), ...owned];
}

type Taken = Pick<EffectiveListener, 'serverNames' | 'chain'>;

/** Of a server name that several ask for the first has it. */
function chainsAt(service: Service | null, port: number, chains: readonly Taken[]): readonly EffectiveListener[] {
  const taken = new Set<string>();
  return chains.flatMap(({ serverNames, chain }) => {
    const names = serverNames.filter((name) => !taken.has(name));
    for (const name of names) taken.add(name);
    if (serverNames.length > 0 && names.length === 0) return [];
    return [{ port, service, serverNames: names, server: null, chain }];
  });
}

/** What becomes of connections to a port of the service: by server name, in HTTP where it is not declared, and others. */
function chainsOf(service: Service, view: ProxyView, context: RuleContext): readonly Taken[] {
  const { port } = context;
  const declared = service.ports.find(({ number }) => number === port)!;
  const routeSets = view.connectionRouteSetsOf(service, port);
  const byName = declared.protocol === 'tls' || declared.protocol === 'https' ? passedThrough(routeSets, context) : [];
  if (byName.length > 0)
    return byName.map(({ sniHosts, destinations }) => ({
      serverNames: sniHosts,
      chain: { kind: 'tcp', destinations },
    }));
  const call = { host: service.host, service, registryOnly: true };
  const found = tcpHost(call, service, declared, view, context);
  if (found.kind !== 'tcp') return [];
  const isToldByName = view.toldByNameOn(port).includes(service);
  const connections: Taken = {
    serverNames: isToldByName ? [service.host] : [],
    chain: { kind: 'tcp', destinations: found.destinations },
  };
  if (declared.protocol !== 'auto' || !view.knowsOn(port, service)) return [connections];
  const host = { service, routeSets: view.routeSetsOf(service, port) };
  const only = { domains: ['*'], service, rules: rulesOf(host, context), httpsRedirect: false };
  return [{ serverNames: [], chain: { kind: 'http', virtualHosts: [only] } }, connections];
}

interface OwnListener {
  readonly service: Service;
  readonly port: ServicePort;
}

/** The service and port whose own listener takes a call in HTTP; null: it goes to one that services share. */
function httpListener(call: OutboundCall, view: ProxyView, context: RuleContext): OwnListener | null {
  const addressed = addressedListener(call, view, context.port);
  const isRouted = addressed?.port.protocol !== 'auto' || view.knowsOn(context.port, addressed.service);
  const own = (isRouted ? addressed : null) ?? listenerByName(call, view, context);
  return own !== null || view.sharesHttp(context.port) ? own : listenerAnywhere(view, context.port);
}

function connectionListener(call: OutboundCall, view: ProxyView, context: RuleContext): OwnListener | null {
  const own = addressedListener(call, view, context.port) ?? listenerByName(call, view, context);
  return own ?? listenerAnywhere(view, context.port);
}

/** A port without addresses is not the service's alone, unless it is sniffed. */
function addressedListener({ service }: OutboundCall, view: ProxyView, number: number): OwnListener | null {
  const own = service !== null && view.knowsAddressOf(number, service) ? listenerOf(service, number) : null;
  return own !== null && own.port.protocol !== 'auto' && view.listensAnywhere(own.service) ? null : own;
}

/**
 * The service whose filter chains of the port that services share have the call's server name, its own or that of a route.
 * Source: Istio 1.31, pilot/pkg/networking/core/tls.go, `buildSidecarOutboundTLSFilterChainOpts`.
 */
function listenerByName({ host }: OutboundCall, view: ProxyView, context: RuleContext): OwnListener | null {
  const chains = new HostTable<Service>();
  for (const service of view.toldByNameOn(context.port)) {
    const names = serverNames(view.connectionRouteSetsOf(service, context.port), context);
    for (const name of names.length > 0 ? names : [service.host]) chains.getOrAdd(normalHost(name), () => service);
  }
  const found = chains.find(normalHost(host));
  return found && listenerOf(found.value, context.port);
}

function listenerAnywhere(view: ProxyView, number: number): OwnListener | null {
  const anywhere = view.anywhereOn(number);
  return anywhere && listenerOf(anywhere, number);
}

function listenerOf(service: Service, number: number): OwnListener | null {
  const port = service.ports.find((candidate) => candidate.number === number);
  if (port === undefined || port.protocol === 'udp') return null;
  return isHttpPort(port.protocol) && port.protocol !== 'auto' ? null : { service, port };
}

function tcpHost(
  call: OutboundCall,
  service: Service,
  port: ServicePort,
  view: ProxyView,
  context: RuleContext,
): EffectiveHost {
  const itself = { service, host: service.host, port: port.number, subset: null };
  const routeSets = view.connectionRouteSetsOf(service, port.number);
  const isTls = port.protocol === 'tls' || port.protocol === 'https';
  const written = isTls ? tlsDestinations(routeSets, call.host, context) : tcpDestinations(routeSets, context);
  if (written === null && isTls && serverNames(routeSets, context).length > 0)
    return unknownHost(call, port.number, false);
  const destinations = written ?? [{ origin: null, cluster: itself, share: 1, requestHeaders: null }];
  return { kind: 'tcp', service, destinations };
}

/** The rules of the first VirtualService that has any, else the default route; none at all: there is no such host. */
function rulesOf({ service, routeSets }: VirtualHost, context: RuleContext): readonly EffectiveRule[] {
  for (const routeSet of routeSets) {
    const rules = effectiveRules(routeSet, context);
    if (rules.length > 0) return rules;
  }
  return service === null ? [] : [defaultRule(service, context)];
}

function routesTo({ service }: VirtualHost, rules: readonly EffectiveRule[], domain: string): EffectiveHost {
  return { kind: 'routes', domain, service, rules, httpsRedirect: false };
}

function unknownHost({ service, registryOnly }: OutboundCall, port: number, isHttp: boolean): EffectiveHost {
  if (registryOnly) return { kind: 'blocked', isHttp };
  return isListening(service, port) ? { kind: 'passthrough', service, isHttp } : { kind: 'no-listener' };
}

/** Whether somebody may answer at the address itself. A ClusterIP answers on the ports of its service only. */
export function isListening(service: Service | null, port: number): boolean {
  if (service === null || service.external || service.headless) return true;
  return service.ports.some(({ number }) => number === port);
}
