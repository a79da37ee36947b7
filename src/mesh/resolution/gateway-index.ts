import type { EffectiveHost, EffectiveListener } from '../effective.js';
import type { Transport } from '../effective-security.js';
import type { Gateway } from '../gateway.js';
import type { Mesh } from '../mesh.js';
import type { RouteSet } from '../routes.js';
import type { Workload } from '../workload.js';
import type { RuleContext } from './effective-rule.js';
import { isExportedTo } from './export-to.js';
import { type GatewayChain, type GatewayChains, gatewayChains } from './gateway-chains.js';
import { type BoundServer, type GatewayListener, gatewayListeners, listenerPort } from './gateway-listener.js';
import { certificateAsked } from './gateway-server.js';
import { groupBy, pushTo, remembered } from './grouping.js';
import type { HostEntry } from './host-table.js';
import { selects } from './labels.js';
import { type AskedTls, type GatewayEnd, gatewayTransport } from './security/gateway-transport.js';
import { virtualHostsOf } from './virtual-hosts.js';
import type { WorkloadIndex } from './workload-index.js';

/** Makes the context of routes for one gateway, by its `namespace/name` and the port of its server. */
type ContextMaker = (workload: Workload, gateway: string, port: number) => RuleContext;

/** What the gateway workloads of a mesh do with hosts and ports. */
export class GatewayIndex {
  readonly #gateways: readonly Gateway[];
  readonly #routeSets = new Map<string, RouteSet[]>(); // by `namespace/name` of the Gateway, oldest first
  readonly #workloads: WorkloadIndex;
  readonly #contextFor: ContextMaker;
  readonly #listeners = new Map<Workload, readonly GatewayListener[]>();
  readonly #chains = new Map<GatewayListener, GatewayChains>();

  /** `routeSets`: oldest first, without delegates. */
  constructor(mesh: Mesh, routeSets: readonly RouteSet[], workloads: WorkloadIndex, contextFor: ContextMaker) {
    this.#gateways = mesh.gateways.toSorted((a, b) => a.age - b.age);
    for (const set of routeSets) for (const gateway of new Set(set.gateways)) pushTo(this.#routeSets, gateway, set);
    this.#workloads = workloads;
    this.#contextFor = contextFor;
  }

  listenersOf(workload: Workload): readonly GatewayListener[] {
    return remembered(this.#listeners, workload, () => {
      const selected = this.#gateways.filter(({ selector }) => selects(selector, workload.labels));
      return gatewayListeners(workload, this.#workloads.servicesOf(workload), selected);
    });
  }

  /**
   * `port` as in a URL or as the pods listen: 80 and 8080 are the same behind a Service that maps one to the other.
   * `serverName`: of connections in TLS; empty: they give none.
   */
  host(workload: Workload, host: string, port: number, serverName: string): EffectiveHost {
    const chains = this.#chainsAt(workload, port);
    if (chains === null) return { kind: 'no-listener' };
    const chain = chainFor(chains, serverName);
    if (chain === null) return { kind: 'no-chain' };
    if (chain.kind === 'tcp') return { kind: 'tcp', service: null, destinations: chain.destinations };
    const isTls = chain.server !== null;
    const found = chain.hosts.find(host);
    if (found === null) return { kind: 'no-route', isTls };
    return { kind: 'routes', domain: found.pattern, service: null, isTls, ...found.value };
  }

  /** Which certificate clients need for TLS that ends there. */
  certificateAsked(workload: Workload, port: number, serverName: string): ReturnType<typeof certificateAsked> {
    const chains = this.#chainsAt(workload, port);
    const server = chains && chainFor(chains, serverName)?.server;
    return server ? certificateAsked(server) : 'none';
  }

  /** How connections in TLS from within the mesh turn out. `serverName` null: not known, and what all names have in common. */
  transport(client: AskedTls, workload: Workload, port: number, serverName: string | null): Transport {
    const chains = this.#chainsAt(workload, port);
    if (chains === null) return gatewayTransport(client, 'passes-through'); // nobody listens: connections are refused
    if (serverName !== null) return gatewayTransport(client, endOf(chainFor(chains, serverName)));
    const all = [...chains.named.entries()].map(({ value }) => gatewayTransport(client, endOf(value)));
    const [first = gatewayTransport(client, endOf(chains.plain)), ...others] = all;
    return others.every((other) => other === first) ? first : gatewayTransport(client, 'passes-through');
  }

  /** Null: nobody listens. */
  #chainsAt(workload: Workload, port: number): GatewayChains | null {
    const number = listenerPort(port, workload, this.#workloads.servicesOf(workload));
    const listener = this.listenersOf(workload).find((candidate) => candidate.port === number);
    const chains = listener && this.#chainsOf(workload, listener);
    return chains === undefined || isSilent(chains) ? null : chains;
  }

  /** What it listens on, chain by chain. */
  chainsOf(workload: Workload): readonly EffectiveListener[] {
    return this.listenersOf(workload).flatMap((listener) => {
      const { plain, named } = this.#chainsOf(workload, listener);
      const names = groupBy(named.entries(), ({ value }) => value);
      const byName = [...names].map(([chain, entries]) => told(chain, listener.port, entries));
      return plain === null ? byName : [told(plain, listener.port, []), ...byName];
    });
  }

  #chainsOf(workload: Workload, listener: GatewayListener): GatewayChains {
    return remembered(this.#chains, listener, () =>
      gatewayChains(listener.servers, {
        routeSetsOf: (bound) => this.#routeSetsOf(workload, bound),
        contextOf: ({ gateway, server }) => this.#contextFor(workload, nameOf(gateway), server.port),
      }),
    );
  }

  #routeSetsOf(workload: Workload, { gateway }: BoundServer): readonly RouteSet[] {
    const bound = this.#routeSets.get(nameOf(gateway)) ?? [];
    return bound.filter((set) => isExportedTo(workload.namespace, set.namespace, set.exportTo));
  }
}

/** `serverName` empty: none. */
function chainFor({ named, plain }: GatewayChains, serverName: string): GatewayChain | null {
  const found = serverName === '' ? named.exact('*') : named.find(serverName)?.value;
  return found ?? plain;
}

function endOf(chain: GatewayChain | null): GatewayEnd {
  return chain?.server ?? (chain?.kind === 'tcp' ? 'passes-through' : null);
}

function told(chain: GatewayChain, port: number, names: readonly HostEntry<GatewayChain>[]): EffectiveListener {
  const { server } = chain;
  const where = { port, service: null, serverNames: names.map(({ pattern }) => pattern), server };
  if (chain.kind === 'tcp') return { ...where, chain: { kind: 'tcp', destinations: chain.destinations } };
  return {
    ...where,
    chain: { kind: 'http', virtualHosts: virtualHostsOf(chain.hosts, (host) => ({ ...host, service: null })) },
  };
}

/** istiod sends no listener without chains. */
function isSilent({ plain, named }: GatewayChains): boolean {
  return plain === null && named.isEmpty;
}

function nameOf({ namespace, name }: Gateway): string {
  return `${namespace}/${name}`;
}
