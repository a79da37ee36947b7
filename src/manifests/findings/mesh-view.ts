import {
  type Alias,
  concreteHost,
  type DestinationRule,
  type Labels,
  type Mesh,
  MeshResolver,
  type Service,
  type Workload,
  workloadName,
} from '../../mesh/index.js';
import { coversHost } from '../hosts.js';
import { selects } from '../labels.js';

/** Answers what a linter asks of a mesh, with the lists that are asked for often made once. */
export class MeshView {
  readonly mesh: Mesh;
  readonly #replicas: ReadonlyMap<string, number>;
  readonly #byHost: ReadonlyMap<string, readonly Service[]>;
  readonly #wildcards: readonly Service[];
  readonly #aliases: ReadonlyMap<string, Alias>;
  #resolver: MeshResolver | null = null;
  readonly #pods = new Map<Service, readonly Workload[]>();

  /** `replicas`: numbers of pods that are other than the mesh says, by workload or external host. */
  constructor(mesh: Mesh, replicas: ReadonlyMap<string, number>) {
    this.mesh = mesh;
    this.#aliases = new Map(mesh.aliases.map((alias) => [alias.host, alias]));
    this.#replicas = replicas;
    const byHost = new Map<string, Service[]>();
    for (const service of mesh.services) byHost.set(service.host, [...(byHost.get(service.host) ?? []), service]);
    this.#byHost = byHost;
    this.#wildcards = mesh.services.filter(({ host }) => host.startsWith('*'));
  }

  /** What the proxies make of it. */
  get resolver(): MeshResolver {
    this.#resolver ??= new MeshResolver(this.mesh);
    return this.#resolver;
  }

  /** The service that `host` means to somebody in `namespace`, or null. */
  service(written: string, namespace: string): Service | null {
    const host = concreteHost(this.#aliases, written) ?? written;
    const exact = this.#byHost.get(host) ?? [];
    const covering = this.#wildcards.filter((service) => coversHost(service.host, host));
    const seen = [...exact, ...covering].filter((service) => isVisible(service, namespace));
    return seen.find((service) => !service.external) ?? seen[0] ?? null;
  }

  /** Whether some service that `namespace` sees is covered by the host of a rule, perhaps a wildcard. */
  covers(host: string, namespace: string): boolean {
    if (!host.startsWith('*')) return this.service(host, namespace) !== null;
    return this.mesh.services.some((service) => coversHost(host, service.host) && isVisible(service, namespace));
  }

  /** The services that `namespace` sees and the host of a rule covers. */
  servicesOf(host: string, namespace: string): readonly Service[] {
    if (host.startsWith('*'))
      return this.mesh.services.filter((service) => coversHost(host, service.host) && isVisible(service, namespace));
    const service = this.service(host, namespace);
    return service === null ? [] : [service];
  }

  /** The workloads whose pods are the service's endpoints. */
  pods(service: Service): readonly Workload[] {
    const known = this.#pods.get(service);
    if (known !== undefined) return known;
    const found = this.mesh.workloads.filter(
      ({ namespace, labels }) =>
        service.selector !== null && namespace === service.namespace && selects(service.selector, labels),
    );
    this.#pods.set(service, found);
    return found;
  }

  /** Endpoints of the service that carry `labels`. */
  endpointCount(service: Service, labels: Labels): number {
    const pods = this.pods(service).filter((workload) => selects(labels, workload.labels));
    const listed = service.endpoints.filter((endpoint) => selects(labels, endpoint.labels)).length;
    const external = service.external ? this.#replicas.get(service.host) : undefined;
    return pods.reduce(
      (sum, workload) => sum + (this.#replicas.get(workloadName(workload)) ?? workload.replicas),
      external ?? listed,
    );
  }

  /** Rules about exactly this host, or a wildcard that covers it, that `namespace` sees. */
  rules(host: string, namespace: string): readonly DestinationRule[] {
    return this.mesh.destinationRules.filter((rule) => coversHost(rule.host, host) && isVisible(rule, namespace));
  }
}

/** Whether a resource is exported to `namespace`; one of which nobody says so is everybody's. */
export function isVisible(
  owner: { readonly namespace: string; readonly exportTo: readonly string[] },
  namespace: string,
): boolean {
  if (owner.exportTo.length === 0) return true;
  return owner.exportTo.some((to) => to === '*' || to === namespace || (to === '.' && owner.namespace === namespace));
}
