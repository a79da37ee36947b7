import type { Diagnostics } from '../diagnostics/index.js';
import {
  type Mesh,
  type Origin,
  type Service,
  selects,
  shortServiceName,
  type Workload,
  workloadName,
} from '../mesh/index.js';

type Policy = Mesh['authorizationPolicies'][number] | Mesh['peerAuthentications'][number];

/** The services that there are at any time. Of external ones the first with its host: that is the one that has endpoints. */
export function everyService(mesh: Mesh, later: readonly Mesh[]): readonly Service[] {
  const hosts = new Set(mesh.services.map(({ host }) => host));
  const added = later.flatMap(({ services }) =>
    services.filter(({ external, host }) => external && !hosts.has(host) && hosts.add(host)),
  );
  return [...mesh.services, ...added];
}

/**
 * A mesh that is pushed, with the pods that there are: no push starts, changes or stops one, nor an endpoint of an
 * external host. What asks for that is reported.
 */
export function withSamePods(pushed: Mesh, mesh: Mesh, services: readonly Service[], diagnostics: Diagnostics): Mesh {
  const workloads = new Map(mesh.workloads.map((workload) => [workloadName(workload), workload]));
  for (const workload of pushed.workloads) {
    const name = workloadName(workload);
    const present = workloads.get(name);
    if (present === undefined) report(workload.origin, `a push starts no pods: ${name} gets none`, diagnostics);
    else if (textOf(present) !== textOf(workload)) {
      report(workload.origin, `a push changes no pods: those of ${name} stay as they are`, diagnostics);
    }
  }
  for (const { external, host, origin, endpoints } of pushed.services) {
    const present = services.find((service) => service.external && service.host === host);
    if (!external || present === undefined || placesOf(present.endpoints) === placesOf(endpoints)) continue;
    report(origin, `a push changes no pods: the endpoints of ${host} stay as they are`, diagnostics);
  }
  return { ...pushed, workloads: mesh.workloads };
}

function report({ resource, file, line, column }: Origin, message: string, diagnostics: Diagnostics): void {
  const help = 'the figures do not reflect it; compare two scenarios, one with these pods from the start';
  const finding = { code: 'not-modelled', severity: 'info', refuses: false, message, help, resource } as const;
  diagnostics.add({ ...finding, file, line, column });
}

/** Reports what a push would change for callers without a proxy, who go by the Services of the beginning. */
export function reportDirectCallers(pushed: Mesh, mesh: Mesh, diagnostics: Diagnostics): void {
  const present = new Map(mesh.services.map((service) => [service.host, service]));
  for (const service of pushed.services) {
    const before = present.get(service.host);
    if (before === undefined || textOf(before) === textOf(service)) continue;
    const name = shortServiceName(service);
    report(service.origin, `callers without a sidecar go on with the ${name} that there was`, diagnostics);
  }
}

/** Reports pushed modes of mutual TLS: Envoy closes connections of the listeners that there were, in time; here they live on. */
export function reportOpenConnections(pushed: Mesh, mesh: Mesh, diagnostics: Diagnostics): void {
  const before = new Set(mesh.peerAuthentications.map(textOf));
  for (const policy of pushed.peerAuthentications) {
    if (before.has(textOf(policy))) continue;
    report(policy.origin, 'a pushed PeerAuthentication closes no connection that is open', diagnostics);
  }
}

/** Reports pushed policies that ztunnels would enforce: they go by those of the beginning. */
export function reportZtunnels(pushed: Mesh, mesh: Mesh, diagnostics: Diagnostics): void {
  const pods = mesh.workloads.filter(({ ambient }) => ambient);
  const before = new Set([...mesh.authorizationPolicies, ...mesh.peerAuthentications].map(textOf));
  const attached = new Set<Policy>(pushed.authorizationPolicies.filter(({ targets }) => targets !== undefined));
  for (const policy of [...pushed.authorizationPolicies, ...pushed.peerAuthentications]) {
    if (before.has(textOf(policy)) || attached.has(policy)) continue;
    const pod = pods.find((each) => governs(policy, each, mesh.settings.rootNamespace));
    if (pod === undefined) continue;
    report(
      policy.origin,
      `a push does not reach ztunnels: ${workloadName(pod)} goes on with its policies`,
      diagnostics,
    );
  }
}

function governs({ namespace, selector }: Policy, pod: Workload, rootNamespace: string): boolean {
  const isWithin = namespace === rootNamespace || namespace === pod.namespace;
  return isWithin && (selector === null || selects(selector, pod.labels));
}

/** Everything but where it is written, and how old it is. */
function textOf(node: Workload | Service | Policy): string {
  return JSON.stringify(node, (key, value) => (key === 'origin' || key === 'age' ? undefined : value));
}

function placesOf(endpoints: Service['endpoints']): string {
  return JSON.stringify(endpoints.map(({ address, locality }) => [address, locality]));
}
