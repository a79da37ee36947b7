import { type ClusterConfig, HashTables, type NodeChoice, type Pod } from '../dataplane/index.js';
import {
  addressLocality,
  type EffectiveCluster,
  type Labels,
  type LocalityOrder,
  type Placed,
  placeEndpoints,
  preferredLabels,
  type Service,
  selects,
  servesPort,
  type Workload,
} from '../mesh/index.js';
import type { Blueprint } from './blueprint.js';

/** A pod behind a service, with what the control plane tells of it. */
export interface Endpoint extends Placed {
  readonly pod: Pod;
  /** Against the service's other endpoints; 1 for a pod. */
  readonly weight: number;
}

/**
 * Every pod that can become an endpoint of the service, or of a subset with these labels, at a port; null: at any. `pods`:
 * by station.
 */
export function endpointsOf(
  blueprint: Blueprint,
  pods: readonly (readonly Pod[])[],
  service: Service,
  labels: Labels,
  port: number | null,
): readonly Endpoint[] {
  if (service.external && service.selector === null) return externalEndpoints(blueprint, pods, service, labels, port);
  return blueprint.resolver.workloadsOf(service, labels).flatMap((workload) => podsAt(blueprint, pods, workload));
}

/** The pods of a workload as endpoints. */
export function podsAt(
  { stationOf, zones }: Blueprint,
  pods: readonly (readonly Pod[])[],
  workload: Workload,
): readonly Endpoint[] {
  const { labels, machine } = workload;
  return pods[stationOf.get(workload)!.index]!.map((pod) => ({
    pod,
    labels,
    locality: localityOf(workload, zones[pod.zone]!),
    weight: machine?.weight ?? 1,
  }));
}

/** What istiod knows of where a pod of the workload stands: of a machine what is written, if anything. */
export function localityOf({ machine }: Workload, zone: string): string {
  return machine === undefined ? zone : (machine.locality ?? '');
}

/** Those that a Service's own address leads to: Kubernetes knows no machines outside the cluster. */
export function addressed({ external }: Service, endpoints: readonly Endpoint[]): readonly Endpoint[] {
  return external ? endpoints : endpoints.filter(({ pod }) => pod.workloadRuntime.kind !== 'external');
}

/** A pod for each address; those that the Scenario adds have no labels and stand nowhere. */
function externalEndpoints(
  { stationOf, byName }: Blueprint,
  pods: readonly (readonly Pod[])[],
  service: Service,
  labels: Labels,
  port: number | null,
): readonly Endpoint[] {
  const station = stationOf.get(service) ?? byName.get(service.host);
  if (station === undefined) return [];
  const endpoints = pods[station.index]!.map((pod, i): Endpoint => {
    const written = service.endpoints[i];
    return { pod, labels: written?.labels ?? {}, locality: written?.locality ?? '', weight: written?.weight ?? 1 };
  });
  const serves = (i: number) => port === null || servesPort(service.endpoints[i] ?? {}, port);
  return endpoints.filter((endpoint, i) => serves(i) && selects(labels, endpoint.labels));
}

/** Istiod gives the Service of a waypoint this wish. Source: Istio 1.31, istio-discovery/files/waypoint.yaml. */
export const WAYPOINT_PREFERS = 'zone';

/** How ztunnel chooses. `callers`: one in each zone. Null: the endpoints are all alike. */
export function ztunnelChoice(
  prefers: Service['prefers'],
  endpoints: readonly Endpoint[],
  callers: readonly Placed[],
): NodeChoice | null {
  const labels = preferredLabels(prefers);
  return nodeChoice(labels && { kind: 'labels', labels, failover: [] }, endpoints, callers);
}

/**
 * How kube-proxy chooses, for callers in each zone. Null: the endpoints are all alike.
 * Sources: Kubernetes, pkg/proxy/topology.go, staging/src/k8s.io/endpointslice/trafficdist/trafficdist.go.
 */
export function kubeProxyChoice(
  service: Service,
  endpoints: readonly Endpoint[],
  zones: readonly string[],
): NodeChoice | null {
  const labels = {}; // it looks at nodes, not at pods
  const callers = zones.map((locality) => ({ locality, labels }));
  return nodeChoice(
    addressLocality(service),
    endpoints.map((endpoint) => ({ ...endpoint, labels })),
    callers,
  );
}

function nodeChoice(
  order: LocalityOrder | null,
  endpoints: readonly Endpoint[],
  callers: readonly Placed[],
): NodeChoice | null {
  const ranks = callers.map((caller) => {
    const ranked = endpoints.map(() => 0);
    for (const group of placeEndpoints(order, caller, endpoints)) {
      for (const host of group.endpoints) ranked[host] = group.priority;
    }
    return ranked;
  });
  const weights = endpoints.map(({ weight }) => weight);
  const isUniform = weights.every((weight) => weight === weights[0]) && ranks.flat().every((rank) => rank === 0);
  return isUniform ? null : { ranks, weights };
}

/** What a cluster's configuration says of picking one of its endpoints. `placed`: a proxy of the caller's in a zone. */
export function picking(
  { balancer, locality }: EffectiveCluster,
  endpoints: readonly Endpoint[],
  role: Workload['role'],
  placed: (zone: number) => Placed,
): Pick<ClusterConfig, 'weights' | 'hashing' | 'place'> {
  const own = endpoints.map(({ weight }) => weight);
  const weights = own.some((weight) => weight !== own[0]) ? own : null;
  const names = endpoints.map(({ pod }) => pod.name);
  return {
    weights,
    hashing: balancer.kind === 'consistent-hash' ? new HashTables(balancer, names, weights, role === 'app') : null,
    place: (zone, members) => {
      const known = members.map((host) => endpoints[host]!);
      return placeEndpoints(locality, placed(zone), known);
    },
  };
}
