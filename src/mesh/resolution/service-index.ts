import { compareText } from '../../diagnostics/index.js';
import type { Mesh } from '../mesh.js';
import type { Service } from '../service.js';
import type { AliasIndex } from './alias-index.js';
import { isExportedTo } from './export-to.js';
import { pushTo, remembered } from './grouping.js';
import { searchedNames } from './host-name.js';
import { HostTable } from './host-table.js';
import { isSince } from './version.js';

/** The registry: all services by host, and who sees which. */
export class ServiceIndex {
  readonly #byHost = new HostTable<Service[]>();
  readonly #byAddress = new Map<string, Service[]>();
  readonly #seenFrom = new Map<string, HostTable<Service>>();
  readonly #isBetter: (a: Service, b: Service) => number;
  readonly #aliases: AliasIndex;

  constructor(mesh: Mesh, aliases: AliasIndex) {
    this.#aliases = aliases;
    // One host in several namespaces: Istio before 1.30 takes the namespace that is first by name.
    this.#isBetter = isSince(mesh.settings.istioVersion, 30) ? byKindThenAge : byNamespace;
    for (const service of mesh.services) this.#byHost.getOrAdd(service.host, () => []).push(service);
    for (const { value } of this.#byHost.entries()) value.sort(this.#isBetter);
    for (const service of mesh.services) for (const at of service.addresses ?? []) pushTo(this.#byAddress, at, service);
  }

  /**
   * Whom `host` is the address of in a pod of `namespace`: its resolver tries the search path first, the pods below a
   * headless service included, and only then the name as it is. An alias leads on to whom it stands for. An address is
   * nothing to resolve. Null: nobody here has that name.
   */
  resolve(namespace: string, host: string): Service | null {
    const addressed = this.#byAddress.get(host);
    if (addressed !== undefined) return this.#best(namespace, addressed);
    for (const name of searchedNames(namespace, host)) {
      const concrete = this.#aliases.concreteOf(name);
      if (concrete !== null) return this.#best(namespace, this.#byHost.find(concrete)?.value ?? null);
      const service = this.#best(namespace, this.#byHost.exact(name)) ?? this.#headlessAbove(namespace, name);
      if (service !== null) return service;
    }
    return this.#best(namespace, this.#byHost.find(host)?.value ?? null);
  }

  /** The service of `namespace` itself with this host, whoever sees it. */
  ownOf(namespace: string, host: string): Service | null {
    return this.#byHost.exact(host)?.find((service) => service.namespace === namespace) ?? null;
  }

  /** The services that proxies of `namespace` see, one a host. */
  seenFrom(namespace: string): HostTable<Service> {
    return remembered(this.#seenFrom, namespace, () => {
      const seen = new HostTable<Service>();
      for (const { pattern, value } of this.#byHost.entries()) {
        const best = visible(namespace, value);
        if (best !== null) seen.getOrAdd(pattern, () => best);
      }
      return seen;
    });
  }

  #best(namespace: string, services: readonly Service[] | null): Service | null {
    if (services === null) return null;
    // DNS knows nothing of exportTo: whoever is hidden still owns the address.
    return visible(namespace, services) ?? services[0] ?? null;
  }

  #headlessAbove(namespace: string, name: string): Service | null {
    const service = this.#best(namespace, this.#byHost.exact(name.slice(name.indexOf('.') + 1)));
    return service?.headless ? service : null;
  }
}

/**
 * The best that `namespace` sees: its own before all others, Kubernetes services first, then those that are exported to it
 * by name.
 * Source: Istio 1.31, pilot/pkg/model/sidecar.go, `selectServices`; push_context.go, `servicesExportedToNamespace`.
 */
function visible(namespace: string, services: readonly Service[]): Service | null {
  const seen = services.filter((service) => isExportedTo(namespace, service.namespace, service.exportTo));
  const inOrder = seen.toSorted((a, b) => visibilityRank(a) - visibilityRank(b));
  return inOrder.find((service) => service.namespace === namespace) ?? inOrder[0] ?? null;
}

function visibilityRank({ external, exportTo }: Service): number {
  if (!external) return 0;
  return exportTo.length === 0 || exportTo.includes('*') ? 2 : 1;
}

function byKindThenAge(a: Service, b: Service): number {
  return Number(a.external) - Number(b.external) || a.age - b.age;
}

function byNamespace(a: Service, b: Service): number {
  return compareText(a.namespace, b.namespace) || byKindThenAge(a, b);
}
