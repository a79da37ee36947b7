import type {
  ClusterRef,
  EffectiveCluster,
  EffectiveListener,
  EffectiveRule,
  EffectiveVirtualHost,
  Mesh,
  Workload,
} from '../mesh/index.js';
import { MeshResolver, workloadName } from '../mesh/index.js';
import { AddressPlan, type Site } from './address-plan.js';
import { inboundCluster, upstreamCluster } from './cluster.js';
import { hostGroups, type LocalityOf } from './endpoints.js';
import { inboundListeners } from './inbound.js';
import { httpListener, tcpListener, type VirtualHostMessage } from './listener.js';
import { asksForToken, routesOf, wholeWeights } from './route.js';
import { type Message, socket } from './words.js';

/** Where Envoy's administration listens, on its proxy's own outbound address. */
const ADMIN_PORT = 15000;

export interface EnvoyExport {
  /** A bootstrap of Envoy, version 3 of its API, whose listeners and clusters are static. */
  readonly bootstrap: Message;
  /** What the proxy would do in the mesh and this configuration does not, in words. */
  readonly leftOut: readonly string[];
}

/**
 * The configuration of the proxy of one pod, as a stock Envoy takes it, with everything on loopback addresses
 * (`AddressPlan`). `ordinal`: which pod, from 0. Connections are plaintext, and policies that need identities are left out.
 * Source: Envoy, api/envoy/config/bootstrap/v3/bootstrap.proto; Istio 1.31, pilot/pkg/networking/core.
 */
export function exportEnvoy(mesh: Mesh, workload: Workload, ordinal: number, localityOf: LocalityOf): EnvoyExport {
  const resolver = new MeshResolver(mesh);
  const plan = new AddressPlan(mesh);
  const site = plan.sitesOf(workload)[ordinal];
  if (site === undefined) throw new RangeError(`${workloadName(workload)} has no pod ${ordinal}`);
  const proxy = new ProxyExport(resolver, plan, workload, site, localityOf);
  const outbound = resolver.listeners(workload).flatMap((listener) => proxy.listener(listener));
  const inbound = workload.role === 'app' ? inboundListeners(mesh, resolver, workload, plan.inbound(site)) : [];
  const address = plan.outbound(site);
  return {
    bootstrap: {
      node: { id: `${workloadName(workload)}-${ordinal}`, cluster: workloadName(workload) },
      admin: { address: socket(address, ADMIN_PORT) },
      static_resources: {
        listeners: [...outbound, ...inbound.map(({ listener }) => listener)],
        clusters: [
          ...proxy.clusters(),
          ...inbound.map(({ port, effective }) => inboundCluster(port, plan.application(site), effective)),
        ],
      },
    },
    leftOut: [...policiesAt(workload, resolver), ...proxy.leftOut()],
  };
}

/** They ask for identities, tokens or counts that the configuration has not. */
function policiesAt(workload: Workload, resolver: MeshResolver): readonly string[] {
  const { tokens = [], custom = [], audit = [], deny = [], allow = [] } = resolver.policies(workload) ?? {};
  const origins = [...tokens, ...custom, ...audit, ...deny, ...allow].map(({ origin }) => origin);
  const policies = origins.map(({ file, line, resource }) => `${resource?.kind} ${resource?.name} (${file}:${line})`);
  return resolver.isRateLimited(workload) ? [...policies, 'the local rate limits of EnvoyFilters'] : policies;
}

/** One proxy's listeners, and the clusters that they name. */
class ProxyExport {
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

  listener({ port, service, chain }: EffectiveListener): readonly Message[] {
    const isGateway = this.#workload.role === 'gateway';
    const own = isGateway ? this.#plan.application(this.#site) : this.#plan.outbound(this.#site);
    const address = service === null ? own : this.#plan.service(service);
    const name = `${service === null ? '' : `${service.host}_`}${port}`;
    if (chain.kind === 'tcp') {
      const weights = wholeWeights(chain.destinations.map(({ share }) => share));
      const targets = chain.destinations.map(({ cluster }, i) => ({
        cluster: this.#name(cluster),
        weight: weights[i]!,
      }));
      const [first] = chain.destinations;
      const idleTimeoutMs = this.#cluster(first!.cluster)?.limits.idleTimeoutMs ?? null;
      return [tcpListener(name, address, port, targets, idleTimeoutMs)];
    }
    if (chain.isTls) {
      this.#leftOut.add(`TLS on port ${port}: certificates are not exported`);
      return [];
    }
    const virtualHosts = chain.virtualHosts.map((host) => this.#virtualHost(host, port));
    return [httpListener(address, port, { name, virtualHosts, isOutbound: true, isEdge: isGateway })];
  }

  #virtualHost({ domains, rules, httpsRedirect }: EffectiveVirtualHost, port: number): VirtualHostMessage {
    const clusters = {
      nameOf: (ref: ClusterRef) => this.#name(ref),
      balancerOf: (ref: ClusterRef) => this.#cluster(ref)?.balancer ?? null,
    };
    return {
      name: `${domains[0]}:${port}`,
      domains: domains.flatMap((domain) => (domain === '*' ? ['*'] : [domain, `${domain}:${port}`])),
      routes: rules.filter((rule) => this.#canTell(rule)).flatMap((rule) => routesOf(rule, clusters)),
      ...(httpsRedirect && { require_tls: 'ALL' }),
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
