import type { Balancer } from '../mesh/index.js';
import { type HashedHost, type HashTable, maglevTable, ringTable } from './hash-table.js';

/** So many tables are remembered for a cluster. */
const MOST_TABLES = 32;

/** The tables of a cluster, shared by the proxies that see the same hosts able. */
export class HashTables {
  /** Where a request says nothing of its client's address that of the calling pod is hashed. */
  readonly ofCaller: boolean;
  readonly #names: readonly string[];
  readonly #weights: readonly number[] | null;
  readonly #make: (hosts: readonly HashedHost[]) => HashTable;
  readonly #known = new Map<string, HashTable>();

  /** `names`, `weights`: by host. `isForApp`: the caller is an application, which is the client of all that it sends. */
  constructor(
    policy: Extract<Balancer, { kind: 'consistent-hash' }>,
    names: readonly string[],
    weights: readonly number[] | null,
    isForApp: boolean,
  ) {
    const { size } = policy;
    this.ofCaller = isForApp && policy.key.kind === 'source-ip';
    this.#names = names;
    this.#weights = weights;
    this.#make = (hosts) => (policy.table === 'ring' ? ringTable(hosts, size) : maglevTable(hosts, size));
  }

  /**
   * The table over the hosts that are `able`, each by its group's weight and its own; null when there is none.
   * Source: Envoy, source/extensions/load_balancing_policies/common/thread_aware_lb_impl.cc, normalizeWeights.
   */
  table(
    groups: readonly { readonly weight: number | null; readonly hosts: readonly number[] }[],
    able: (host: number) => boolean,
  ): HashTable | null {
    const whole = groups.reduce((sum, { weight }) => sum + weight!, 0);
    const hosts = groups.flatMap(({ weight, hosts: members }) => {
      const open = members.filter(able);
      const sum = open.reduce((total, host) => total + this.#weight(host), 0);
      return open.map((host) => ({
        host,
        name: this.#names[host]!,
        share: ((weight! / whole) * this.#weight(host)) / sum,
      }));
    });
    if (hosts.length === 0) return null;
    const key = hosts.map(({ host, share }) => `${host}:${share}`).join();
    let table = this.#known.get(key);
    if (table === undefined) {
      if (this.#known.size >= MOST_TABLES) this.#known.clear();
      table = this.#make(hosts);
      this.#known.set(key, table);
    }
    return table;
  }

  #weight(host: number): number {
    return this.#weights === null ? 1 : this.#weights[host]!;
  }
}
