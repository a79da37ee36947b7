import type { SidecarScope } from '../sidecar.js';
import { covers, overlaps } from './host-name.js';

type EgressHosts = readonly { readonly namespace: string; readonly host: string }[];

/**
 * What a Sidecar's `egress` lets a proxy of `namespace` know. An entry with a port speaks for that port alone; the
 * entries without one speak for all other ports. In the questions, port null means on any port.
 */
export class Egress {
  readonly #entries: NonNullable<SidecarScope['egress']>;
  readonly #namespace: string;
  readonly #anywhere: EgressHosts;
  /** `egress` is not written. */
  readonly knowsEverything: boolean;

  constructor(scope: SidecarScope | null, namespace: string) {
    this.#entries = scope?.egress ?? [];
    this.#namespace = namespace;
    this.#anywhere = this.#entries.flatMap((entry) => entry.hosts);
    this.knowsEverything = (scope?.egress ?? null) === null;
  }

  knowsService(port: number | null, owner: string, host: string): boolean {
    return this.#some(port, owner, (pattern) => covers(pattern, host));
  }

  /** A VirtualService is known when one of its hosts and a pattern have something in common. */
  knowsRoutes(port: number | null, owner: string, hosts: readonly string[]): boolean {
    return this.#some(port, owner, (pattern) => hosts.some((host) => overlaps(pattern, host)));
  }

  #some(port: number | null, owner: string, matches: (pattern: string) => boolean): boolean {
    if (this.knowsEverything) return true;
    const hosts = port === null ? this.#anywhere : this.#hostsAt(port);
    return hosts.some(({ namespace, host }) => this.#isOwner(namespace, owner) && matches(host));
  }

  #hostsAt(port: number): EgressHosts {
    const own = this.#entries.filter((entry) => entry.port === port);
    const entries = own.length > 0 ? own : this.#entries.filter((entry) => entry.port === null);
    return entries.flatMap((entry) => entry.hosts);
  }

  #isOwner(written: string, owner: string): boolean {
    return written === '*' || written === owner || (written === '.' && owner === this.#namespace);
  }
}
