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

  constructor(mesh: Mesh) {
    this.#byNamespace = groupBy(mesh.workloads, (workload) => workload.namespace);
    for (const workload of mesh.workloads)
      for (const label of Object.entries(workload.labels))
        pushTo(this.#byLabel, keyOf(workload.namespace, label), workload);
    for (const service of mesh.services) {
      // Under one of its labels only: whoever it selects carries that one too.
      const first = Object.entries(service.selector ?? {})[0];
      if (first !== undefined) pushTo(this.#servicesByLabel, keyOf(service.namespace, first), service);
    }
  }

  /** The workloads of the service's namespace that its selector and the labels of a subset choose, in mesh order. */
  workloadsOf(service: Service, labels: Labels): Workload[] {
    const selector = service.selector ?? {};
    if (Object.keys(selector).length === 0) return []; // an empty selector selects none, as in Kubernetes
    return this.#fewest(service.namespace, selector).filter(
      (workload) => selects(selector, workload.labels) && selects(labels, workload.labels),
    );
  }

  /** The services that the workload's pods are endpoints of, oldest first. */
  servicesOf(workload: Workload): Service[] {
    return Object.entries(workload.labels)
      .flatMap((label) => this.#servicesByLabel.get(keyOf(workload.namespace, label)) ?? [])
      .filter((service) => selects(service.selector ?? {}, workload.labels))
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

function keyOf(namespace: string, label: readonly [string, string]): string {
  return JSON.stringify([namespace, ...label]);
}
