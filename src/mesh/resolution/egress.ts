import type { SidecarScope } from '../sidecar.js';
import { covers, overlaps } from './host-name.js';

type EgressHosts = NonNullable<SidecarScope['egress']>[number]['hosts'];

/** One entry of a Sidecar's `egress`, read for proxies of `namespace`. What it excludes it does not know, whoever else does. */
export class EgressListener {
  /** Null: of all ports that no other entry speaks for. */
  readonly port: number | null;
  readonly #namespace: string;
  readonly #imported: EgressHosts;
  readonly #excluded: EgressHosts;

  constructor(port: number | null, hosts: EgressHosts, namespace: string) {
    this.port = port;
    this.#namespace = namespace;
    this.#imported = hosts.filter(({ excluded }) => !excluded);
    this.#excluded = hosts.filter(({ excluded }) => excluded);
  }

  knowsService(owner: string, host: string): boolean {
    return this.#has(this.#imported, owner, (pattern) => covers(pattern, host)) && !this.#excludes(owner, host);
  }

  /** A VirtualService is known when one of its hosts and a pattern have something in common. */
  knowsRoutes(owner: string, hosts: readonly string[]): boolean {
    return hosts.some(
      (host) => this.#has(this.#imported, owner, (pattern) => overlaps(pattern, host)) && !this.#excludes(owner, host),
    );
  }

  #excludes(owner: string, host: string): boolean {
    return this.#has(this.#excluded, owner, (pattern) => covers(pattern, host));
  }

  #has(hosts: EgressHosts, owner: string, matches: (pattern: string) => boolean): boolean {
    return hosts.some(({ namespace, host }) => this.#isOwner(namespace, owner) && matches(host));
  }

  #isOwner(written: string, owner: string): boolean {
    return written === '*' || written === owner || (written === '.' && owner === this.#namespace);
  }
}

/**
 * What a Sidecar's `egress` lets a proxy of `namespace` know. An entry with a port speaks for that port alone; the
 * entries without one speak for all other ports.
 * Source: Istio 1.31, pilot/pkg/model/sidecar.go, `convertIstioListenerToWrapper`.
 */
export class Egress {
  /** None written: everything is known. */
  readonly listeners: readonly EgressListener[];

  constructor(scope: SidecarScope | null, namespace: string) {
    const written = scope?.egress ?? [{ port: null, hosts: [{ namespace: '*', host: '*' }] }];
    this.listeners = written.map(({ port, hosts }) => new EgressListener(port, hosts, namespace));
  }

  /** Whether the listeners of the port know the service. */
  knowsService(port: number, owner: string, host: string): boolean {
    return this.#at(port).some((listener) => listener.knowsService(owner, host));
  }

  /** Whether an entry for all ports knows it, beside which others may speak for the port. */
  knowsAnyway(owner: string, host: string): boolean {
    return this.listeners.some((listener) => listener.port === null && listener.knowsService(owner, host));
  }

  knowsRoutes(port: number, owner: string, hosts: readonly string[]): boolean {
    return this.#at(port).some((listener) => listener.knowsRoutes(owner, hosts));
  }

  #at(port: number): readonly EgressListener[] {
    const own = this.listeners.filter((listener) => listener.port === port);
    return own.length > 0 ? own : this.listeners.filter((listener) => listener.port === null);
  }
}
