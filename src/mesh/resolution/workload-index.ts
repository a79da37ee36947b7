import type { Mesh } from '../mesh.js';
import type { Labels, Service } from '../service.js';
import type { Workload } from '../workload.js';
import { groupBy, pushTo } from './grouping.js';
import { selects } from './labels.js';

/** Which workloads' pods are the endpoints of which services. */
export class WorkloadIndex {
  readonly #byLabel = new Map<string, Workload[]>();
  readonly #byNamespace: ReadonlyMap<string, Workload[]>;
  readonly #servicesByLabel = new Map<string, Service[]>();
  readonly #servicesOfAll = new Map<string, Service[]>(); // by namespace: those that select every workload there

  constructor(mesh: Mesh) {
    this.#byNamespace = groupBy(mesh.workloads, (workload) => workload.namespace);
    for (const workload of mesh.workloads)
      for (const label of Object.entries(workload.labels))
        pushTo(this.#byLabel, keyOf(workload.namespace, label), workload);
    for (const service of mesh.services) {
      // Under one of its labels only: whoever it selects carries that one too.
      const first = Object.entries(service.selector ?? {})[0];
      if (first !== undefined) pushTo(this.#servicesByLabel, keyOf(service.namespace, first), service);
      else if (service.selector !== null && selectsAny(service))
        pushTo(this.#servicesOfAll, service.namespace, service);
    }
  }

  /** The workloads of the service's namespace that its selector and the labels of a subset choose, in mesh order. */
  workloadsOf(service: Service, labels: Labels): Workload[] {
    if (service.selector === null || !selectsAny(service)) return [];
    return this.#fewest(service.namespace, service.selector).filter(
      (workload) => isEndpoint(service, workload) && selects(labels, workload.labels),
    );
  }

  /** The services that the workload's pods are endpoints of, oldest first. */
  servicesOf(workload: Workload): Service[] {
    const labelled = Object.entries(workload.labels).flatMap(
      (label) => this.#servicesByLabel.get(keyOf(workload.namespace, label)) ?? [],
    );
    return [...labelled, ...(this.#servicesOfAll.get(workload.namespace) ?? [])]
      .filter((service) => isEndpoint(service, workload))
      .sort((a, b) => a.age - b.age);
  }

  #fewest(namespace: string, selector: Labels): readonly Workload[] {
    let fewest: readonly Workload[] = this.#byNamespace.get(namespace) ?? [];
    for (const label of Object.entries(selector)) {
      const carriers = this.#byLabel.get(keyOf(namespace, label)) ?? [];
      if (carriers.length < fewest.length) fewest = carriers;
    }
    return fewest;
  }
}

/** A selector without labels selects none, as in Kubernetes, but that of a ServiceEntry everybody. */
function selectsAny({ selector, external }: Service): boolean {
  return external || Object.keys(selector ?? {}).length > 0;
}

/** Source: Istio 1.31, pilot/pkg/serviceregistry/serviceentry/conversion.go, `dnsServiceEntryOnly`. */
function isEndpoint(service: Service, { labels, machine }: Workload): boolean {
  const isDns = service.resolution === 'dns' || service.resolution === 'dns-round-robin';
  return selects(service.selector ?? {}, labels) && (!machine?.isName || isDns);
}

function keyOf(namespace: string, label: readonly [string, string]): string {
  return JSON.stringify([namespace, ...label]);
}
