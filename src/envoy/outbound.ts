import {
  type ClusterRef,
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
import { upstreamCluster } from './cluster.js';
import { hostGroups, type LocalityOf } from './endpoints.js';
import { type FilterChain, httpFilter, listener, tcpFilter, type VirtualHostMessage } from './listener.js';
import { perFilter, rateLimits, rateLimitsAnew } from './rate-limit.js';
import { asksForToken, routesOf, wholeWeights } from './route.js';
import type { Message } from './words.js';

/** Whose calls a REGISTRY_ONLY proxy refuses: a name that no mesh has. */
const NOBODY = 'nobody.invalid';

/** What one proxy does with what it is sent to pass on: its listeners, and the clusters that they name. */
export class OutboundExport {
  readonly #resolver: MeshResolver;
  readonly #plan: AddressPlan;
  readonly #workload: Workload;
  readonly #site: Site;
  readonly #localityOf: LocalityOf;
  readonly #named = new Map<string, EffectiveCluster | null>();
  readonly #leftOut = new Set<string>();

  constructor(resolver: MeshResolver, plan: AddressPlan, workload: Workload, site: Site, localityOf: LocalityOf) {
    this.#resolver = resolver;
    this.#plan = plan;
    this.#workload = workload;
    this.#site = site;
    this.#localityOf = localityOf;
  }

  leftOut(): readonly string[] {
    return [...this.#leftOut];
  }

  clusters(): readonly Message[] {
    const caller = { workload: this.#workload, locality: this.#localityOf(this.#workload, this.#site.ordinal) };
    return [...this.#named.values()].flatMap((cluster) =>
      cluster === null
        ? []
        : [upstreamCluster(cluster, hostGroups(cluster, caller, this.#resolver, this.#plan, this.#localityOf))],
    );
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
    const chains = group.flatMap((each) => this.#chain(each, name));
    return chains.length === 0 ? [] : [listener(name, this.#addressOf(service), port, chains)];
  }

  #addressOf(service: Service | null): string {
    if (service !== null) return this.#plan.service(service);
    return this.#workload.role === 'gateway' ? this.#plan.application(this.#site) : this.#plan.outbound(this.#site);
  }

  #chain({ port, service, serverNames, server, chain }: EffectiveListener, name: string): readonly FilterChain[] {
    if (server !== null) {
      this.#leftOut.add(`TLS on port ${port}: certificates are not exported`);
      return [];
    }
    if (chain.kind === 'tcp')
      return [{ serverNames, isHttp: false, filter: this.#tcpFilter(name, chain.destinations) }];
    const isEdge = this.#workload.role === 'gateway';
    const known = chain.virtualHosts.map((host) => this.#virtualHost(host, port));
    const virtualHosts = service === null ? [...this.#blockAll(port), ...known] : known;
    const limits = rateLimits(this.#rateLimits(chain.virtualHosts[0] ?? null, null, port));
    const filter = httpFilter({ name, virtualHosts, isOutbound: true, isEdge, rateLimits: limits });
    return [{ serverNames, isHttp: true, filter }];
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
