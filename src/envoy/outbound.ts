import {
  type ClusterRef,
  type ConnectionTls,
  type EffectiveCluster,
  type EffectiveDestination,
  type EffectiveHost,
  type EffectiveListener,
  type EffectiveRule,
  type EffectiveVirtualHost,
  groupBy,
  type MeshResolver,
  type RateLimitFilter,
  type Service,
  type Workload,
} from '../mesh/index.js';
import type { AddressPlan, Site } from './address-plan.js';
import { type Policies, rbacFilters } from './authorization.js';
import { type HostGroup, upstreamCluster } from './cluster.js';
import { hostGroups, type LocalityOf } from './endpoints.js';
import {
  type FilterChain,
  httpFilter,
  listener,
  SNIFFED_HTTP,
  tcpFilter,
  type VirtualHostMessage,
} from './listener.js';
import { perFilter, rateLimits, rateLimitsAnew } from './rate-limit.js';
import { asksForToken, routesOf, wholeWeights } from './route.js';
import { type Certificates, gatewayServerTls, identityOf, upstreamTls } from './tls.js';
import type { Message } from './words.js';

type HttpPart = Extract<EffectiveListener['chain'], { readonly kind: 'http' }>;

/** Whose calls a REGISTRY_ONLY proxy refuses: a name that no mesh has. */
const NOBODY = 'nobody.invalid';

/** TLS that is not the mesh's. */
const OWN_TLS = new Set<ConnectionTls>(['simple', 'mutual', 'unverified', 'mutual-unverified']);

/** What one proxy does with what it is sent to pass on: its listeners, and the clusters that they name. */
export class OutboundExport {
  readonly #resolver: MeshResolver;
  readonly #plan: AddressPlan;
  readonly #workload: Workload;
  readonly #site: Site;
  readonly #localityOf: LocalityOf;
  readonly #certificates: Certificates | null;
  readonly #judged: Policies;
  readonly #named = new Map<string, EffectiveCluster | null>();
  readonly #leftOut = new Set<string>();

  constructor(
    resolver: MeshResolver,
    plan: AddressPlan,
    workload: Workload,
    site: Site,
    localityOf: LocalityOf,
    certificates: Certificates | null,
    judged: Policies,
  ) {
    this.#resolver = resolver;
    this.#plan = plan;
    this.#workload = workload;
    this.#site = site;
    this.#localityOf = localityOf;
    this.#certificates = certificates;
    this.#judged = judged;
  }

  leftOut(): readonly string[] {
    return [...this.#leftOut];
  }

  clusters(): readonly Message[] {
    const caller = { workload: this.#workload, locality: this.#localityOf(this.#workload, this.#site.ordinal) };
    return [...this.#named.values()].flatMap((cluster) => {
      if (cluster === null) return [];
      const groups = hostGroups(cluster, caller, this.#resolver, this.#plan, this.#localityOf);
      return [{ ...upstreamCluster(cluster, groups), ...this.#tlsOf(cluster, groups) }];
    });
  }

  #tlsOf(cluster: EffectiveCluster, groups: readonly HostGroup[]): Message {
    const { name, tlsMode, service, tunnels } = cluster;
    const servers = this.#resolver.workloadsOf(service);
    if (tunnels !== 'nobody' && servers.some(({ ambient }) => ambient))
      this.#leftOut.add(`the tunnels of HBONE to pods in ambient mode (${name}): they are called in plaintext`);
    if (this.#resolver.waypointOf(this.#workload, service) !== null)
      this.#leftOut.add(`the waypoint of ${service.host}: its pods are called themselves`);
    if (OWN_TLS.has(tlsMode))
      this.#leftOut.add(`the TLS that a DestinationRule asks for (${name}): connections are plaintext`);
    const isAsked = tlsMode === 'istio-mutual' || groups.some(({ hosts }) => hosts.some(({ takesTls }) => takesTls));
    if (this.#certificates === null || !isAsked) return {};
    return upstreamTls(cluster, servers, identityOf(this.#workload), this.#certificates);
  }

  listeners(): readonly Message[] {
    const chains = this.#resolver.listeners(this.#workload);
    const groups = groupBy(chains, ({ port, service }) => `${service?.host ?? ''} ${port}`);
    return [...groups.values()].flatMap((group) => this.#listener(group));
  }

  /** The filter chains of one address and port. */
  #listener(group: readonly EffectiveListener[]): readonly Message[] {
    const { port, service } = group[0]!;
    const name = `${service === null ? '' : `${service.host}_`}${port}`;
    const plain = group.filter(({ serverNames, server }) => serverNames.length === 0 && server === null);
    const chains = group.flatMap((each) => this.#chain(each, name, plain.length > 1));
    return chains.length === 0 ? [] : [listener(name, this.#addressOf(service), port, chains)];
  }

  #addressOf(service: Service | null): string {
    if (service !== null) return this.#plan.service(service);
    return this.#workload.role === 'gateway' ? this.#plan.application(this.#site) : this.#plan.outbound(this.#site);
  }

  /** `isSniffed`: another chain takes what does not speak HTTP. */
  #chain(each: EffectiveListener, name: string, isSniffed: boolean): readonly FilterChain[] {
    const { port, serverNames, server, chain } = each;
    if (server !== null && this.#certificates === null) {
      this.#leftOut.add(`TLS on port ${port}: without certificates there is none`);
      return [];
    }
    const socket = server && gatewayServerTls(server, identityOf(this.#workload), this.#certificates!);
    const isPlain = serverNames.length === 0 && server === null;
    if (chain.kind === 'tcp')
      return [
        {
          match: namesIn(each),
          filters: [...this.#policies(false), this.#tcpFilter(name, chain.destinations)],
          socket,
        },
      ];
    const match = isPlain && isSniffed ? SNIFFED_HTTP : namesIn(each);
    return [{ match, filters: [this.#httpFilter(name, port, each.service, chain)], socket }];
  }

  #httpFilter(name: string, port: number, service: Service | null, chain: HttpPart): Message {
    const side = this.#workload.role === 'gateway' ? 'gateway' : 'outbound';
    const known = chain.virtualHosts.map((host) => this.#virtualHost(host, port));
    const virtualHosts = service === null ? [...this.#blockAll(port), ...known] : known;
    const limits = rateLimits(this.#rateLimits(chain.virtualHosts[0] ?? null, null, port));
    return httpFilter({
      name,
      virtualHosts,
      side,
      rateLimits: limits,
      policies: this.#policies(true),
    });
  }

  /** What a gateway enforces on what it receives; a sidecar judges nothing that its own application sends. */
  #policies(isHttp: boolean): readonly Message[] {
    return this.#workload.role === 'gateway' ? rbacFilters(this.#judged, isHttp) : [];
  }

  #tcpFilter(name: string, destinations: readonly EffectiveDestination[]): Message {
    const weights = wholeWeights(destinations.map(({ share }) => share));
    const targets = destinations.map(({ cluster }, i) => ({ cluster: this.#name(cluster), weight: weights[i]! }));
    const idleTimeoutMs = this.#cluster(destinations[0]!.cluster)?.limits.idleTimeoutMs ?? null;
    return tcpFilter(name, targets, idleTimeoutMs);
  }

  /** Of a sidecar that knows nobody else: other hosts are answered 502. */
  #blockAll(port: number): readonly VirtualHostMessage[] {
    if (this.#resolver.host(this.#workload, NOBODY, port).kind !== 'blocked') return [];
    const routes = [{ name: 'block_all', match: { prefix: '/' }, direct_response: { status: 502 } }];
    return [{ name: 'block_all', domains: ['*'], routes }];
  }

  #rateLimits(host: EffectiveVirtualHost | null, rule: EffectiveRule | null, port: number): readonly RateLimitFilter[] {
    const outcome: EffectiveHost =
      host === null ? { kind: 'no-route' } : { ...host, kind: 'routes', domain: host.domains[0]! };
    return this.#resolver.rateLimitFilters(this.#workload, { outcome, port, rule, match: null });
  }

  #virtualHost(host: EffectiveVirtualHost, port: number): VirtualHostMessage {
    const { domains, rules, httpsRedirect } = host;
    const clusters = {
      nameOf: (ref: ClusterRef) => this.#name(ref),
      balancerOf: (ref: ClusterRef) => this.#cluster(ref)?.balancer ?? null,
    };
    return {
      name: `${domains[0]}:${port}`,
      domains,
      routes: rules
        .filter((rule) => this.#canTell(rule))
        .flatMap((rule) => routesOf(rule, clusters, rateLimitsAnew(this.#rateLimits(host, rule, port), 'ofRoute'))),
      ...(httpsRedirect && { require_tls: 'ALL' }),
      ...perFilter(rateLimitsAnew(this.#rateLimits(host, null, port), 'ofHost')),
    };
  }

  #canTell(rule: EffectiveRule): boolean {
    if (!asksForToken(rule)) return true;
    const { file, line } = rule.origin!;
    this.#leftOut.add(`a rule that asks for claims of a token (${file}:${line}): tokens are not verified`);
    return false;
  }

  #name(ref: ClusterRef): string {
    this.#cluster(ref);
    return this.#resolver.clusterName(this.#workload, ref);
  }

  #cluster(ref: ClusterRef): EffectiveCluster | null {
    const name = this.#resolver.clusterName(this.#workload, ref);
    const known = this.#named.get(name);
    if (known !== undefined) return known;
    const cluster = this.#resolver.cluster(this.#workload, ref);
    this.#named.set(name, cluster);
    return cluster;
  }
}

/** Connections for these server names. A gateway's server for any name takes all that are in TLS. */
function namesIn({ serverNames, server }: EffectiveListener): Message {
  if (serverNames.length === 0) return {};
  return server !== null && serverNames.includes('*')
    ? { transport_protocol: 'tls' }
    : { server_names: serverNames.toSorted() };
}
