import { groupBy } from '../../../src/mesh/resolution/grouping.js';
import { HostTable } from '../../../src/mesh/resolution/host-table.js';
import type {
  Recording,
  SentChain,
  SentCluster,
  SentDestinations,
  SentGroup,
  SentHost,
  SentPolicies,
  SentProxy,
  SentRetry,
  SentRoute,
  SentVirtualHost,
} from './recording.js';
import { asked } from './words.js';

/** A recorded proxy as Envoy takes it: what istiod leaves out filled in, each domain by itself. */
export interface Held {
  /** By port (or `host:port`) and domain. */
  readonly http: Readonly<Record<string, Readonly<Record<string, HeldHost>>>>;
  /** By `host:port`. */
  readonly tcp: Readonly<Record<string, SentDestinations | null>>;
  readonly policies: Readonly<Record<string, SentPolicies>>;
  readonly unknown: string | null;
  readonly clusters: Readonly<Record<string, object>>;
  /** By the port that the pods listen on; null: nothing limits it. */
  readonly inbound: Readonly<Record<string, object | null>>;
  readonly endpoints: Readonly<Record<string, readonly SentGroup[]>>;
}

export interface HeldHost {
  readonly redirectsToHttps?: true;
  readonly routes: readonly object[];
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** What Envoy does where istiod says nothing. Sources: Envoy 1.39, api/envoy/config/… and the source files named. */
const ENVOY = {
  backoffBaseMs: 25, // source/common/router/retry_state_impl.cc
  backoffCap: 10, // the same: ten times the base
  idleTimeoutMs: 3_600_000, // core/v3/protocol.proto, HttpProtocolOptions
  streams: 1024, // changelogs/1.36.0.yaml
  panicPercent: 50, // cluster/v3/cluster.proto, CommonLbConfig
} as const;

/** extensions/load_balancing_policies/common/v3/common.proto, SlowStartConfig. */
const WARM_UP = { aggression: 1, leastPercent: 10 } as const;

/** cluster/v3/outlier_detection.proto. */
const OUTLIER_DETECTION = {
  consecutive_5xx: 5,
  enforcing_consecutive_5xx: 100,
  consecutive_gateway_failure: 5,
  enforcing_consecutive_gateway_failure: 0,
  consecutive_local_origin_failure: 5,
  enforcing_consecutive_local_origin_failure: 100,
  split_external_local_origin_errors: false,
  intervalMs: 10_000,
  baseEjectionMs: 30_000,
  max_ejection_percent: 10,
} as const;

/** `addresses`: of which connections it is asked; `isTcp`: whether a cluster, or a port of the pods, is declared as TCP. */
export function held(
  recording: Recording,
  proxy: string,
  addresses: readonly Address[],
  isTcp: (clusterOrPort: string) => boolean,
): Held {
  const sent = recording.proxies[proxy]!;
  const listeners = Object.keys(sent.http).flatMap((at) =>
    [...groupBy(reached(sent, at), ({ sni }) => chainAt(at, sni))].map(
      ([chain, hosts]) =>
        [
          chain,
          byDomain(isOwn(at) ? hosts.map(reachable) : hosts, (route) => heldRoute(route, sent, recording.defaultRetry)),
        ] as const,
    ),
  );
  return {
    http: Object.fromEntries(listeners),
    tcp: Object.fromEntries(
      addresses.map((address) => [`${address.host}:${address.port}`, asOne(connection(sent, address), isTcp)]),
    ),
    policies: sent.policies ?? {},
    unknown: sent.unknown,
    clusters: mapValues(used(sent.clusters), (cluster, name) => heldCluster(name, cluster, sent, isTcp(name))),
    inbound: mapValues(sent.inbound, (cluster, port) => heldInbound(cluster, isTcp(port))),
    endpoints: mapValues(sent.endpoints, (groups, name) => heldGroups(groups, sent.clusters[name]?.tls)),
  };
}

/**
 * The virtual hosts that a request can come to: some have no routes, some are of services that have listeners of their
 * own, and a gateway's filter chain of HTTPS gets no request for names that another chain takes.
 */
function reached({ http }: SentProxy, at: string): readonly SentVirtualHost[] {
  const all = http[at]!;
  return all
    .filter(({ routes, redirectsToHttps }) => routes.length > 0 || redirectsToHttps === true)
    .filter(({ domains }) => !domains.some((domain) => Object.hasOwn(http, `${domain}:${at}`)))
    .map((host) => ({
      ...host,
      domains: host.domains.filter((domain) => chainTo(all, at, concrete(domain)) === chainAt(at, host.sni)),
    }));
}

/** A wildcard with something in its place. */
export function concrete(domain: string): string {
  return domain === '*' ? NOBODY : domain.replace('*', 'whoever');
}

const NOBODY = 'nobody.invalid';

/** The filter chain of a listener that takes connections for a server of this name. */
export function chainTo(hosts: readonly SentVirtualHost[], at: string, name: string): string {
  const names = new HostTable<readonly string[]>();
  for (const { sni = [] } of hosts) for (const each of sni) names.getOrAdd(each, () => sni);
  return chainAt(at, names.find(name)?.value);
}

function chainAt(at: string, sni: readonly string[] = []): string {
  return [at, ...sni].join(' ');
}

function byDomain(
  hosts: readonly SentVirtualHost[],
  heldRoute: (route: SentRoute) => object,
): Record<string, HeldHost> {
  return Object.fromEntries(
    hosts.flatMap(({ domains, routes, redirectsToHttps }) =>
      domains.map((domain) => [domain, { ...asked({ redirectsToHttps }), routes: routes.map(heldRoute) }]),
    ),
  );
}

/** Of hosts outside the mesh that are its own a waypoint has another cluster beside, to which nothing is sent. */
function used(clusters: SentProxy['clusters']): SentProxy['clusters'] {
  const hostOf = (name: string) => name.slice(name.lastIndexOf('|') + 1);
  const own = new Set(
    Object.keys(clusters)
      .filter((name) => name.startsWith('inbound-vip|'))
      .map(hostOf),
  );
  return Object.fromEntries(
    Object.entries(clusters).filter(([name]) => !name.startsWith('outbound|') || !own.has(hostOf(name))),
  );
}

/** A listener of one service alone. */
function isOwn(at: string): boolean {
  return at.includes(':');
}

/** A waypoint gets the routes of all VirtualServices, behind one that takes every request too. */
function reachable({ routes, ...host }: SentVirtualHost): SentVirtualHost {
  const last = routes.findIndex(({ match }) => Object.keys(match).length === 1 && match.path.prefix === '/');
  return { ...host, routes: last < 0 ? routes : routes.slice(0, last + 1) };
}

/** A hash that no balancer asks for is none; a route that sends nowhere has no request headers, nor CORS (cors_filter.cc, `decodeHeaders`). */
function heldRoute(route: SentRoute, { clusters }: SentProxy, defaultRetry: SentRetry): object {
  const retry = route.retry === 'default' ? defaultRetry : route.retry;
  const { hash, cors, requestHeaders, to = [], ...rest } = route;
  const names = typeof to === 'string' ? [to] : to.map(({ cluster }) => cluster);
  const isHashed = names.some((name) => HASHES.includes(policyOf(clusters[name]?.balancer)));
  return {
    ...rest,
    ...(route.to !== undefined && asked({ cors, requestHeaders })),
    ...(isHashed && { hash }),
    ...(route.to !== undefined && { to: heldDestinations(to) }),
    ...(retry && { retry: heldRetry(retry, route.timeoutMs) }),
  };
}

const HASHES = ['RING_HASH', 'MAGLEV'];

function policyOf(balancer: SentCluster['balancer'] = ''): string {
  return typeof balancer === 'string' ? balancer : balancer.policy;
}

/** A split over one cluster is none. */
function heldDestinations(to: SentDestinations): SentDestinations {
  if (typeof to === 'string' || to.length > 1) return to;
  return Object.keys(to[0]!).length > 2 ? to : to[0]!.cluster;
}

/** A per-try timeout that is no shorter than the route's is dropped (source/common/router/router.cc). */
function heldRetry(retry: SentRetry, timeoutMs = Number.POSITIVE_INFINITY): object {
  const { perTryTimeoutMs: perTry = null, backoffBaseMs: base = ENVOY.backoffBaseMs } = retry;
  return asked({
    ...retry,
    perTryTimeoutMs: perTry !== null && perTry < timeoutMs ? perTry : null,
    backoffBaseMs: base,
    backoffMaxMs: retry.backoffMaxMs ?? ENVOY.backoffCap * base,
  });
}

/** The chain with the server name, else the one that asks for none, of the listener at the address, else on the port. */
function connection({ http, tcp, unknown }: SentProxy, { host, port }: Address): SentDestinations | null {
  const chains = tcp[`${host}:${port}`] ?? tcp[String(port)] ?? [];
  const names = new HostTable<SentChain | null>();
  for (const chain of chains) for (const name of chain.sni ?? []) names.getOrAdd(name, () => chain);
  for (const { sni = [] } of http[String(port)] ?? []) for (const name of sni) names.getOrAdd(name, () => null);
  const named = names.find(host);
  if (named?.value === null) return null; // TLS that ends at the gateway
  const chain = named?.value ?? chains.find(({ sni }) => sni === undefined);
  return chain === undefined ? unknown : heldDestinations(chain.to);
}

/** A waypoint has two clusters, alike, of a port that declares nothing, for HTTP and for connections: here they are one. */
function asOne(to: SentDestinations | null, isTcp: (cluster: string) => boolean): SentDestinations | null {
  return typeof to === 'string' && to.startsWith('inbound-vip|') && !isTcp(to) ? to.replace('|tcp', '|http') : to;
}

/**
 * What is done about TLS: `auto` asks each endpoint whether it takes mutual TLS (`marks`), so where all do it is mutual
 * TLS, and where none does it is none.
 */
export function settledTls(mode: string | null, marks: readonly boolean[]): string | null {
  if (mode !== 'auto' || new Set(marks).size > 1) return mode;
  return marks[0] === true ? 'istio-mutual' : null;
}

/** What a listed address listens on is not looked at, nor a mark that all endpoints have, or that nobody asks for. */
function heldGroups(groups: readonly SentGroup[], tls: string | undefined): readonly SentGroup[] {
  const marks = groups.flatMap(({ hosts }) => hosts.map(({ mutualTls }) => mutualTls === true));
  const isMixed = settledTls(tls ?? null, marks) === 'auto';
  const withoutMark = ({ mutualTls, ...host }: SentHost) => ({ ...host, ...(isMixed && mutualTls && { mutualTls }) });
  const withoutPort = (host: SentHost) => (/[.:]/.test(host.of) ? { ...host, port: 0 } : host);
  return inOneOrder(
    groups.map(({ locality: _, ...group }) => ({
      ...group,
      hosts: group.hosts.map((host) => withoutMark(withoutPort(host))),
    })),
  );
}

/** Groups without weights of their own are one for each priority, those without hosts none. */
export function inOneOrder(groups: readonly SentGroup[]): readonly SentGroup[] {
  const merged = new Map<string, SentGroup>();
  for (const group of groups) {
    const { priority = 0, weight } = group;
    const key = weight === undefined ? String(priority) : JSON.stringify(group);
    const hosts = [...(merged.get(key)?.hosts ?? []), ...group.hosts].sort(byText);
    if (hosts.length > 0)
      merged.set(key, { ...asked({ priority: priority || null }), ...asked({ weight }), hosts } as SentGroup);
  }
  return [...merged.values()].sort(byText);
}

function byText(a: object, b: object): number {
  const [one, other] = [JSON.stringify(a), JSON.stringify(b)];
  return one < other ? -1 : Number(one > other);
}

/** TCP looks at nothing of HTTP's; where nothing is balanced there is no panic. */
function heldCluster(name: string, cluster: SentCluster, { endpoints }: SentProxy, isTcp: boolean): object {
  const { outlierDetection: outlier, protocol, limits } = cluster;
  const http = {
    protocol,
    idleTimeoutMs: cluster.idleTimeoutMs ?? ENVOY.idleTimeoutMs,
    ...asked({ requestsPerConnection: cluster.requestsPerConnection }),
    ...(protocol !== 'http1' && { streams: cluster.streams ?? ENVOY.streams }),
  };
  const { requestsPerConnection: _r, idleTimeoutMs, streams: _s, protocol: _p, panicPercent, tls, ...rest } = cluster;
  const isBalanced = policyOf(cluster.balancer) !== 'CLUSTER_PROVIDED';
  const marks = endpoints[name]?.flatMap(({ hosts }) => hosts.map(({ mutualTls }) => mutualTls === true)) ?? [];
  return {
    ...rest,
    balancer: heldBalancer(cluster.balancer),
    ...(isBalanced && { panicPercent: panicPercent ?? ENVOY.panicPercent }),
    ...(!isTcp && http),
    ...asked({ tls: settledTls(tls ?? null, marks) }),
    ...(limits && { limits: heldLimits(limits) }),
    ...(outlier && { outlierDetection: heldOutlier(outlier) }),
  };
}

/** A budget takes the place of the limit on retries (source/common/upstream/resource_manager_impl.h). */
function heldLimits({ retries, ...limits }: NonNullable<SentCluster['limits']>): object {
  return limits.retryBudget === undefined ? asked({ ...limits, retries }) : limits;
}

function heldBalancer(balancer: SentCluster['balancer']): SentCluster['balancer'] {
  if (typeof balancer === 'string' || balancer.warmUp === undefined) return balancer;
  return { ...balancer, warmUp: { ...WARM_UP, ...balancer.warmUp } };
}

/** Its retry budget is not looked at: inbound retries are not modelled (docs/model.md, Simplifications). */
function heldInbound(sent: SentCluster, isTcp: boolean): object | null {
  const { requestsPerConnection, idleTimeoutMs, streams, connectionDurationMs } = sent;
  const { retryBudget: _, ...limits } = sent.limits ?? {};
  return orNull(
    asked({ limits, connectionDurationMs, ...(!isTcp && { requestsPerConnection, idleTimeoutMs, streams }) }),
  );
}

/** Null where nothing is said. */
export function orNull(said: object): object | null {
  return Object.keys(said).length > 0 ? said : null;
}

/** In Drymesh's words: a threshold that is not enforced is none. */
function heldOutlier(sent: NonNullable<SentCluster['outlierDetection']>): object {
  const all = { ...OUTLIER_DETECTION, ...sent };
  return asked({
    consecutive5xx: all.enforcing_consecutive_5xx > 0 ? all.consecutive_5xx : null,
    consecutiveGateway: all.enforcing_consecutive_gateway_failure > 0 ? all.consecutive_gateway_failure : null,
    noticedGateway: all.enforcing_consecutive_gateway_failure > 0 ? null : all.consecutive_gateway_failure || null,
    consecutiveLocalOrigin:
      all.split_external_local_origin_errors && all.enforcing_consecutive_local_origin_failure > 0
        ? all.consecutive_local_origin_failure
        : null,
    splitLocalOrigin: all.split_external_local_origin_errors,
    intervalMs: all.intervalMs,
    baseEjectionMs: all.baseEjectionMs,
    maxEjectionMs: Math.max(300_000, all.baseEjectionMs),
    maxEjectionPercent: all.max_ejection_percent,
  });
}

function mapValues<T, U>(values: Readonly<Record<string, T>>, map: (value: T, key: string) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, map(value, key)]));
}
