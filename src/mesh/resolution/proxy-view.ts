import type { Alias } from '../alias.js';
import type { RouteSet } from '../routes.js';
import type { Service, ServicePort } from '../service.js';
import type { SidecarScope } from '../sidecar.js';
import type { AliasIndex } from './alias-index.js';
import { isHttpPort } from './effective-cluster.js';
import { Egress } from './egress.js';
import { remembered } from './grouping.js';
import { covers, isWildcard, normalHost, serviceDomains } from './host-name.js';
import { HostTable } from './host-table.js';
import { ImpliedServices } from './implied-services.js';

/** One virtual host of a sidecar's listener. */
export interface VirtualHost {
  /** Null: a VirtualService's host that is no service. */
  readonly service: Service | null;
  /** The VirtualServices that may give its routes; the first that has any for the proxy and the port does. */
  readonly routeSets: readonly RouteSet[];
}

interface Claim {
  readonly domains: readonly string[];
  readonly virtualHost: VirtualHost;
}

const PORT_OF_UNKNOWN_HOSTS = 80;

/** What the sidecars of one namespace under one Sidecar resource know of the mesh. */
export class ProxyView {
  readonly #namespace: string;
  readonly #hasAllocated: boolean;
  readonly #egress: Egress;
  readonly #services: HostTable<Service>;
  readonly #ownOf: (host: string) => Service | null;
  readonly #aliases: AliasIndex;
  readonly #routeSets: readonly RouteSet[];
  readonly #implied: ImpliedServices;
  readonly #virtualHosts = new Map<number, HostTable<VirtualHost>>();
  readonly #anywhere = new Map<number, Service | null>();
  readonly #shared = new Map<number, readonly Service[]>();
  readonly #routesByPort = new Map<number, HostTable<RouteSet[]>>();

  /**
   * `services` and `routeSets`: those exported to the namespace; the route sets bound to the mesh, in their order.
   * `ownOf`: the namespace's own service, exported or not. `hasAllocated`: hosts outside without addresses have some of
   * their own.
   */
  constructor(
    namespace: string,
    hasAllocated: boolean,
    scope: SidecarScope | null,
    services: HostTable<Service>,
    ownOf: (host: string) => Service | null,
    aliases: AliasIndex,
    routeSets: readonly RouteSet[],
  ) {
    this.#namespace = namespace;
    this.#hasAllocated = hasAllocated;
    this.#egress = new Egress(scope, namespace);
    this.#services = services;
    this.#ownOf = ownOf;
    this.#aliases = aliases;
    this.#routeSets = routeSets;
    this.#implied = new ImpliedServices(routeSets, (host) => aliases.concreteOf(host) ?? host);
  }

  /**
   * The service with exactly this host, or for which it is an alias, if the proxy has clusters for it, known by `egress` or
   * as a destination.
   */
  serviceAt(host: string): Service | null {
    const name = this.#aliases.concreteOf(host) ?? host;
    const service = this.#services.exact(name) ?? this.#ownOf(name);
    const isKnown = service?.ports.some(({ number }) => this.hasCluster(service, number));
    return isKnown ? service : null;
  }

  /**
   * Whether the proxy has a cluster for a port of the service: an entry for another port gives none. Destinations have one
   * in their own namespace, even if it is exported to others alone.
   */
  hasCluster(service: Service, port: number): boolean {
    const { namespace, host } = service;
    const isSeen = this.#services.exact(host) === service;
    return this.#egress.listeners.some(
      (listener) =>
        (isSeen && (listener.port === null || listener.port === port) && listener.knowsService(namespace, host)) ||
        this.#implied.has(listener, host, port),
    );
  }

  /** Whether the listeners of the port know the service. */
  knowsOn(port: number, service: Service): boolean {
    const seen = this.#services.exact(service.host);
    return seen === service && this.#egress.knowsService(port, service.namespace, service.host);
  }

  /**
   * Whether a port of the service has a listener for TCP at its own address: an entry of `egress` that speaks for the port
   * takes away those alone that several services would share.
   * Source: Istio 1.31, pilot/pkg/networking/core/listener.go, `buildSidecarOutboundListeners`, the lock.
   */
  knowsAddressOf(port: number, service: Service): boolean {
    if (this.knowsOn(port, service)) return true;
    const isSeen = this.#services.exact(service.host) === service && !this.listensAnywhere(service);
    return isSeen && portOf(service, port) !== null && this.#egress.knowsAnyway(service.namespace, service.host);
  }

  /** Those services, oldest first. */
  addressedOn(port: number): readonly Service[] {
    return this.#servicesWith(port, (service) => this.knowsAddressOf(port, service));
  }

  /**
   * The service that takes every TCP connection to the port, whatever its address: the oldest of those without addresses.
   * Source: Istio 1.31, pilot/pkg/networking/core/listener.go, `buildSidecarOutboundListener`.
   */
  anywhereOn(port: number): Service | null {
    return remembered(this.#anywhere, port, () => {
      const isTcp = (service: Service) => this.listensAnywhere(service) && portOf(service, port)?.protocol === 'tcp';
      return this.#atAnyAddress(port).find(isTcp) ?? null;
    });
  }

  /** The services that connections to the port are told by, whatever their address: in TLS, by its server name. */
  toldByNameOn(port: number): readonly Service[] {
    const isTls = (service: Service) => ['tls', 'https'].includes(portOf(service, port)?.protocol ?? '');
    return this.#atAnyAddress(port).filter((service) => isTls(service) && this.listensAnywhere(service));
  }

  /** Who may listen at whatever address: an entry that speaks for the port keeps others out if a service of its own does. */
  #atAnyAddress(port: number): readonly Service[] {
    return remembered(this.#shared, port, () => {
      const own = this.servicesOn(port);
      const isTaken = own.some((service) => this.listensAnywhere(service) || this.#sharesHttpOn(service, port));
      return isTaken
        ? own
        : this.#servicesWith(port, ({ namespace, host }) => this.#egress.knowsAnyway(namespace, host));
    });
  }

  /**
   * Whether the service has no address to be told by. A wildcard, resolution NONE and who refuses are never given one.
   * Source: Istio 1.31, pilot/pkg/model/service.go, `GetAddressForProxy`; pilot/pkg/serviceregistry/serviceentry.
   */
  listensAnywhere({ listensAnywhere, resolution, host, refusesAddress }: Service): boolean {
    const isGiven = this.#hasAllocated && resolution !== 'none' && !isWildcard(host) && !refusesAddress;
    return listensAnywhere && !isGiven;
  }

  /** Whether services share a listener of the port for HTTP, which tells HTTP from what else comes. */
  sharesHttp(port: number): boolean {
    return this.#atAnyAddress(port).some((service) => this.#sharesHttpOn(service, port));
  }

  /** A port that declares nothing is sniffed on a listener of the service's own address, if it has one. */
  #sharesHttpOn(service: Service, port: number): boolean {
    const isSniffed = portOf(service, port)?.protocol === 'auto';
    return speaksHttpOn(service, port) && (this.listensAnywhere(service) || !isSniffed);
  }

  /**
   * The virtual hosts of the HTTP listener that all services share on a port. The first to claim a domain keeps it:
   * VirtualServices in their order, each with its hosts that are no service before its services, then other services.
   * There is none where no service declares HTTP for the port.
   * Source: Istio 1.31, pilot/pkg/networking/core/httproute.go, `BuildSidecarOutboundVirtualHosts`.
   */
  virtualHostsOn(port: number): HostTable<VirtualHost> {
    return remembered(this.#virtualHosts, port, () => {
      const registry = this.servicesOn(port);
      if (!this.sharesHttp(port)) return new HostTable<VirtualHost>();
      const services = registry.filter((service) => speaksHttpOn(service, port)).map((each) => this.#claim(each, port));
      const claims = [...this.#unknownHosts(registry, port), ...this.#routedAliases(port), ...services];
      const table = new HostTable<VirtualHost>();
      const rank = new Map(this.#routeSets.map((set, i) => [set, i]));
      const rankOf = ({ virtualHost }: Claim) => rank.get(virtualHost.routeSets[0]!) ?? rank.size;
      for (const { domains, virtualHost } of claims.sort((a, b) => rankOf(a) - rankOf(b)))
        for (const domain of domains) table.getOrAdd(domain, () => virtualHost);
      return table;
    });
  }

  #claim(service: Service, port: number): Claim {
    const virtualHost = { service, routeSets: this.routeSetsOf(service, port) };
    const names = [service, ...this.#aliasesOf(service, port)];
    return { domains: names.flatMap((each) => serviceDomains(each, this.#namespace)), virtualHost };
  }

  /** The VirtualServices for HTTP to a service. */
  routeSetsOf(service: Service, port: number): readonly RouteSet[] {
    return this.#setsFor(service.host, port);
  }

  /**
   * Those for connections to it: all whose hosts cover it, in their order.
   * Source: Istio 1.31, pilot/pkg/networking/core/tls.go, `getConfigsForHost`.
   */
  connectionRouteSetsOf({ host }: Service, port: number): readonly RouteSet[] {
    const covering = new Set([...this.#routesOn(port).covering(host)].flatMap((entry) => entry.value));
    return this.#routeSets.filter((set) => covering.has(set));
  }

  /** An alias of which a VirtualService speaks itself has its own routes, on the ports that it has. */
  #routedAliases(port: number): readonly Claim[] {
    return this.#aliasesOn(port)
      .map((alias) => ({
        domains: serviceDomains(alias, this.#namespace),
        virtualHost: { service: this.serviceAt(alias.host), routeSets: this.#setsFor(alias.host, port) },
      }))
      .filter(({ virtualHost }) => virtualHost.routeSets.length > 0);
  }

  #aliasesOn(port: number): readonly Alias[] {
    return this.#aliases.all.filter(
      ({ namespace, host, ports }) =>
        ports.some(({ number, protocol }) => number === port && isHttpPort(protocol)) &&
        this.#egress.knowsService(port, namespace, host),
    );
  }

  #aliasesOf(service: Service, port: number): readonly { readonly host: string; readonly headless: boolean }[] {
    return this.#aliases
      .of(service.host)
      .filter(({ namespace, host }) => this.#egress.knowsService(port, namespace, host))
      .map(({ host }) => ({ host, headless: service.headless }));
  }

  /**
   * Hosts of VirtualServices that are no service on the port (wildcards: that cover none) have a virtual host on port 80,
   * and on other ports where the same VirtualService gives the routes of a service.
   * Source: Istio 1.31, pilot/pkg/networking/core/route/route.go, `separateVSHostsAndServices`,
   * `buildSidecarVirtualHostsForVirtualService`; httproute.go, `selectVirtualServices`.
   */
  #unknownHosts(registry: readonly Service[], port: number): readonly Claim[] {
    const aliases = this.#aliasesOn(port);
    const hosts = new Set([...registry, ...aliases].map(({ host }) => normalHost(host)));
    const isService = (pattern: string) =>
      isWildcard(pattern) ? [...hosts].some((host) => covers(pattern, host)) : hosts.has(pattern);
    const spoken = [...registry.filter((service) => speaksHttpOn(service, port)), ...aliases];
    const served = new Set(spoken.flatMap(({ host }) => this.#setsFor(host, port)));
    return [...this.#routesOn(port).entries()]
      .filter(({ pattern }) => !isService(pattern))
      .map(({ pattern, value }) => {
        const routeSets = port === PORT_OF_UNKNOWN_HOSTS ? value : value.filter((set) => served.has(set));
        return { domains: [pattern], virtualHost: { service: null, routeSets } };
      })
      .filter(({ virtualHost }) => virtualHost.routeSets.length > 0);
  }

  /**
   * The VirtualServices that name a host or, when none does, the first with the wildcard that fits it best.
   * Source: Istio 1.31, pilot/pkg/model/sidecar.go, `computeWildcardHostVirtualServiceIndex`.
   */
  #setsFor(host: string, port: number): readonly RouteSet[] {
    const best = this.#routesOn(port).find(host);
    if (best === null) return [];
    return isWildcard(best.pattern) ? best.value.slice(0, 1) : best.value;
  }

  /** The ports of the services that it knows, in order. */
  get ports(): readonly number[] {
    const services = [...this.#services.entries()].map(({ value }) => value);
    const numbers = services.flatMap(({ ports }) => ports.map(({ number }) => number));
    return [...new Set(numbers)].sort((a, b) => a - b).filter((port) => this.servicesOn(port).length > 0);
  }

  /** Those that its listeners of the port know, oldest first. */
  servicesOn(port: number): readonly Service[] {
    return this.#servicesWith(port, ({ namespace, host }) => this.#egress.knowsService(port, namespace, host));
  }

  #servicesWith(port: number, isKnown: (service: Service) => boolean): readonly Service[] {
    return [...this.#services.entries()]
      .map((entry) => entry.value)
      .filter((service) => portOf(service, port) !== null && isKnown(service))
      .sort((a, b) => a.age - b.age || (a.host < b.host ? -1 : 1));
  }

  #routesOn(port: number): HostTable<RouteSet[]> {
    return remembered(this.#routesByPort, port, () => {
      const table = new HostTable<RouteSet[]>();
      for (const set of this.#routeSets) {
        if (!this.#egress.knowsRoutes(port, set.namespace, set.hosts)) continue;
        for (const host of new Set(set.hosts)) table.getOrAdd(host, () => []).push(set);
      }
      return table;
    });
  }
}

function speaksHttpOn(service: Service, port: number): boolean {
  const found = portOf(service, port);
  return found !== null && isHttpPort(found.protocol);
}

function portOf(service: Service, port: number): ServicePort | null {
  return service.ports.find(({ number }) => number === port) ?? null;
}
