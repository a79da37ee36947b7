import type { RouteSet } from '../routes.js';
import type { Service } from '../service.js';
import type { SidecarScope } from '../sidecar.js';
import type { AliasIndex } from './alias-index.js';
import { isHttpPort } from './effective-cluster.js';
import { Egress } from './egress.js';
import { remembered } from './grouping.js';
import { covers, isWildcard, serviceDomains } from './host-name.js';
import { HostTable } from './host-table.js';

/** One virtual host of a sidecar's listener. */
export interface VirtualHost {
  /** Null: a VirtualService's host that is no service. */
  readonly service: Service | null;
  /** The VirtualServices that may give its routes; the first that has any for the proxy and the port does. */
  readonly routeSets: readonly RouteSet[];
}

const PORT_OF_UNKNOWN_HOSTS = 80;

/** What the sidecars of one namespace under one Sidecar resource know of the mesh. */
export class ProxyView {
  readonly #namespace: string;
  readonly #egress: Egress;
  readonly #services: HostTable<Service>;
  readonly #aliases: AliasIndex;
  readonly #routeSets: readonly RouteSet[];
  readonly #virtualHosts = new Map<number, HostTable<VirtualHost>>();
  readonly #routesByPort = new Map<number, HostTable<RouteSet[]>>();
  #impliedHosts: ReadonlySet<string> | null = null;

  /** `services` and `routeSets`: those exported to the namespace; the route sets bound to the mesh, oldest first. */
  constructor(
    namespace: string,
    scope: SidecarScope | null,
    services: HostTable<Service>,
    aliases: AliasIndex,
    routeSets: readonly RouteSet[],
  ) {
    this.#namespace = namespace;
    this.#egress = new Egress(scope, namespace);
    this.#services = services;
    this.#aliases = aliases;
    this.#routeSets = routeSets;
  }

  /**
   * The service with exactly this host, or for which it is an alias, if the proxy has clusters for it, known by `egress` or
   * as a destination.
   */
  serviceAt(host: string): Service | null {
    const service = this.#services.exact(this.#aliases.concreteOf(host) ?? host);
    if (service === null || this.#egress.knowsService(null, service.namespace, service.host)) return service;
    this.#impliedHosts ??= this.#destinations();
    return this.#impliedHosts.has(service.host) ? service : null;
  }

  /** Whether the listeners of the port know the service. */
  knowsOn(port: number, service: Service): boolean {
    const seen = this.#services.exact(service.host);
    return seen === service && this.#egress.knowsService(port, service.namespace, service.host);
  }

  /** The virtual hosts of the HTTP listener that all services share on a port. */
  virtualHostsOn(port: number): HostTable<VirtualHost> {
    return remembered(this.#virtualHosts, port, () => {
      const table = new HostTable<VirtualHost>();
      if (port === PORT_OF_UNKNOWN_HOSTS) this.#addUnknownHosts(table);
      this.#addRoutedAliases(table, port);
      for (const service of this.#servicesOn(port)) {
        const virtualHost = { service, routeSets: this.routeSetsOf(service, port) };
        for (const { host, headless } of [service, ...this.#aliasesOf(service, port)]) {
          for (const domain of serviceDomains({ host, headless }, this.#namespace)) {
            table.getOrAdd(domain, () => virtualHost);
          }
        }
      }
      return table;
    });
  }

  /** The VirtualServices for a service: those with its exact host, oldest first, then by the length of the wildcard. */
  routeSetsOf(service: Service, port: number): readonly RouteSet[] {
    return [...this.#routesOn(port).covering(service.host)].flatMap((entry) => entry.value);
  }

  /** An alias of which a VirtualService speaks itself has its own routes, on the ports that it has. */
  #addRoutedAliases(table: HostTable<VirtualHost>, port: number): void {
    for (const alias of this.#aliases.all) {
      const isThere = alias.ports.some(({ number, protocol }) => number === port && isHttpPort(protocol));
      const routeSets = isThere ? [...this.#routesOn(port).covering(alias.host)].flatMap((entry) => entry.value) : [];
      if (routeSets.length === 0 || !this.#egress.knowsService(port, alias.namespace, alias.host)) continue;
      const virtualHost = { service: this.serviceAt(alias.host), routeSets };
      for (const domain of serviceDomains(alias, this.#namespace)) table.getOrAdd(domain, () => virtualHost);
    }
  }

  #aliasesOf(service: Service, port: number): readonly { readonly host: string; readonly headless: boolean }[] {
    return this.#aliases
      .of(service.host)
      .filter(({ namespace, host }) => this.#egress.knowsService(port, namespace, host))
      .map(({ host }) => ({ host, headless: service.headless }));
  }

  /** Hosts of VirtualServices that are no service have a virtual host on port 80, wildcards if they cover no service. */
  #addUnknownHosts(table: HostTable<VirtualHost>): void {
    for (const { pattern, value } of this.#routesOn(PORT_OF_UNKNOWN_HOSTS).entries())
      if (!this.#isService(pattern)) table.getOrAdd(pattern, () => ({ service: null, routeSets: value }));
  }

  #isService(host: string): boolean {
    if (!isWildcard(host)) return this.serviceAt(host) !== null;
    for (const { pattern } of this.#services.entries())
      if (covers(host, pattern) && this.serviceAt(pattern) !== null) return true;
    return false;
  }

  /** Oldest first: the first to claim a domain keeps it. */
  #servicesOn(port: number): readonly Service[] {
    return [...this.#services.entries()]
      .map((entry) => entry.value)
      .filter((service) => service.ports.some(({ number, protocol }) => number === port && isHttpPort(protocol)))
      .filter((service) => this.#egress.knowsService(port, service.namespace, service.host))
      .sort((a, b) => a.age - b.age);
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

  /** A Sidecar that lets a VirtualService in lets in the services that it sends to: their clusters, not their hosts. */
  #destinations(): ReadonlySet<string> {
    const known = this.#routeSets.filter((set) => this.#egress.knowsRoutes(null, set.namespace, set.hosts));
    const actions = known.flatMap((set) => set.http.map((route) => route.action));
    const forwarded = actions.flatMap((action) => (action.kind === 'forward' ? action.destinations : []));
    const mirrored = known.flatMap((set) => set.http.flatMap((route) => route.mirrors.map((m) => m.destination)));
    const tcp = known.flatMap((set) => set.tcp.flatMap((route) => route.destinations));
    const hosts = [...forwarded, ...mirrored, ...tcp].map(({ host }) => host);
    return new Set(hosts.map((host) => this.#aliases.concreteOf(host) ?? host));
  }
}
