import { type Alias, concreteHost } from '../alias.js';
import { groupBy } from './grouping.js';
import { normalHost } from './host-name.js';

/**
 * The aliases of a mesh. Their hosts are further domains of the service that they stand for.
 * Source: Istio 1.31, pilot/pkg/model/push_context.go, `resolveServiceAliases`.
 */
export class AliasIndex {
  readonly all: readonly Alias[];
  readonly #byHost: ReadonlyMap<string, Alias>;
  readonly #ofConcrete: ReadonlyMap<string | null, Alias[]>;

  constructor(aliases: readonly Alias[]) {
    this.all = aliases;
    this.#byHost = new Map(aliases.map((alias) => [normalHost(alias.host), alias]));
    this.#ofConcrete = groupBy(aliases, ({ host }) => this.concreteOf(host));
  }

  /** Whom an alias stands for; null: `host` is no alias, or one of itself. */
  concreteOf(host: string): string | null {
    const name = normalHost(host);
    return this.#byHost.has(name) ? concreteHost(this.#byHost, name) : null;
  }

  /** The aliases that stand for the service with this host. */
  of(host: string): readonly Alias[] {
    return this.#ofConcrete.get(normalHost(host)) ?? [];
  }
}
