import type { EffectiveHost, EffectiveRule } from '../effective.js';
import type { HttpMatch } from '../routes.js';
import type { Service } from '../service.js';
import type { Workload } from '../workload.js';
import { serviceDomains } from './host-name.js';
import type { HttpPlace } from './rate-limit-index.js';

/** A request as its caller's proxy has routed it. */
export interface RoutedRequest {
  readonly outcome: EffectiveHost;
  /** As the application called it. */
  readonly port: number;
  /** Null: no route takes the request. */
  readonly rule: EffectiveRule | null;
  /** The alternative of the rule that matched: Envoy has a route for each. */
  readonly match: HttpMatch | null;
}

/** What takes requests for hosts that nobody knows, and its virtual host. */
const PASSED = { id: '', name: 'allow_any', action: 'route' } as const;

/** The listener that takes a call: its port, and the ports by which it was written. */
export interface CalledListener {
  readonly port: number;
  readonly written: readonly number[];
}

/**
 * Where a request is in its caller's proxy; null where no HTTP filter sees it.
 * `listener`: of a gateway, the port that its pods listen on, and those that its Gateways write for it.
 * Source: Istio 1.31, pilot/pkg/networking/core/httproute.go and gateway.go, for the names.
 */
export function placeOfCall(caller: Workload, listener: CalledListener, request: RoutedRequest): HttpPlace | null {
  const { outcome, port } = request;
  if (!meetsFilters(outcome)) return null;
  const isGateway = caller.role === 'gateway';
  const hasOwnListener = outcome.kind === 'routes' && outcome.domain === '*' && outcome.service !== null;
  const own = hasOwnListener ? `${outcome.service.host}:${port}` : null;
  return {
    context: isGateway ? 'gateway' : 'outbound',
    listener: own ?? String(listener.port),
    listenerPort: listener.port,
    configName: own ?? (isGateway ? `http.${listener.port}` : String(port)),
    configPorts: own === null ? listener.written : [], // of a name that is no number no port is known
    virtualHost: virtualHostOf(outcome, caller, listener.written[0] ?? port),
    route: outcome.kind === 'passthrough' ? PASSED : request.rule && routeOf(request.rule, request.match),
  };
}

function meetsFilters(outcome: EffectiveHost): boolean {
  if (outcome.kind === 'passthrough' || outcome.kind === 'blocked') return outcome.isHttp;
  return outcome.kind === 'routes' || outcome.kind === 'no-route';
}

function virtualHostOf(outcome: EffectiveHost, caller: Workload, port: number): HttpPlace['virtualHost'] {
  if (outcome.kind === 'routes') return virtualHost(outcome, caller, port);
  return outcome.kind === 'passthrough' ? { name: PASSED.name, domains: ['*'] } : null;
}

/** Where a request is in its server's sidecar. `isMutual`: it came over mutual TLS, which has a filter chain of its own. */
export function placeAtServer(targetPort: number, servicePort: number, isMutual: boolean): HttpPlace {
  return {
    context: 'inbound',
    listener: `inbound ${targetPort} ${isMutual ? 'mutual' : 'plain'}`,
    listenerPort: targetPort,
    configName: `inbound|${targetPort}||`,
    configPorts: [targetPort],
    virtualHost: { name: `inbound|http|${servicePort}`, domains: ['*'] },
    route: { id: '', name: 'default', action: 'route' },
  };
}

function virtualHost(
  { domain, service }: { readonly domain: string; readonly service: Service | null },
  caller: Workload,
  port: number,
): HttpPlace['virtualHost'] {
  if (service === null) return { name: `${domain}:${port}`, domains: [domain] };
  const domains = domain === '*' ? ['*'] : serviceDomains(service, caller.namespace);
  return { name: `${service.host}:${port}`, domains };
}

function routeOf({ origin, name, action }: EffectiveRule, match: HttpMatch | null): HttpPlace['route'] {
  const id =
    origin === null ? '' : `${origin.resource.namespace}/${origin.resource.name}:${(match ?? { origin }).origin.path}`;
  return {
    id,
    name: name ?? (origin === null ? 'default' : ''),
    action: action.kind === 'forward' ? 'route' : action.kind,
  };
}
