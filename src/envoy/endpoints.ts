import {
  type EffectiveCluster,
  type MeshResolver,
  placeEndpoints,
  podPort,
  type Service,
  selects,
  servesPort,
  type Workload,
} from '../mesh/index.js';
import type { AddressPlan } from './address-plan.js';
import type { HostGroup } from './cluster.js';

/** Where pods are: `region/zone/subzone`, empty when nobody knows. */
export type LocalityOf = (workload: Workload, ordinal: number) => string;

interface Endpoint {
  readonly address: string;
  readonly port: number;
  readonly locality: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly weight: number;
  readonly takesTls: boolean;
}

/** The hosts of a cluster as istiod groups them for the proxy of a caller. */
export function hostGroups(
  cluster: EffectiveCluster,
  caller: { readonly workload: Workload; readonly locality: string },
  resolver: MeshResolver,
  plan: AddressPlan,
  localityOf: LocalityOf,
): readonly HostGroup[] {
  const endpoints = endpointsOf(cluster, resolver, plan, localityOf);
  const place = { locality: caller.locality, labels: caller.workload.labels };
  return placeEndpoints(cluster.locality, place, endpoints).map((group) => ({
    priority: group.priority,
    weight: group.weight,
    locality: endpoints[group.endpoints[0]!]?.locality ?? '',
    hosts: group.endpoints.map((at) => endpoints[at]!),
  }));
}

function endpointsOf(
  cluster: EffectiveCluster,
  resolver: MeshResolver,
  plan: AddressPlan,
  localityOf: LocalityOf,
): readonly Endpoint[] {
  const { service, port, subsetLabels, tlsMode, serverName } = cluster;
  if (service.external && service.selector === null) return outside(service, port, subsetLabels, plan);
  return resolver.workloadsOf(service, subsetLabels).flatMap((workload) => {
    const { labels, machine } = workload;
    const at = podPort(service, port, workload) ?? port;
    // A tunnel for HBONE is none that a stock Envoy opens.
    const takesTls = !workload.ambient && resolver.transport(tlsMode, workload, at, serverName) === 'mutual-tls';
    return plan.sitesOf(workload).map((site) => ({
      address: plan.called(workload, site),
      port: at,
      takesTls,
      locality: localityOf(workload, site.ordinal),
      labels,
      weight: machine?.weight ?? 1,
    }));
  });
}

/** Addresses that a ServiceEntry lists; without any, its host's own. */
function outside(service: Service, port: number, labels: Workload['labels'], plan: AddressPlan): readonly Endpoint[] {
  const target = service.ports.find(({ number }) => number === port)?.targetPort;
  const endpoints = plan.sitesOf(service).map((site, i) => {
    const written = service.endpoints[i];
    return {
      address: plan.application(site),
      port: typeof target === 'number' ? target : port,
      locality: written?.locality ?? '',
      labels: written?.labels ?? {},
      weight: written?.weight ?? 1,
      takesTls: false,
    };
  });
  const serves = (i: number) => servesPort(service.endpoints[i] ?? {}, port);
  return endpoints.filter((endpoint, i) => serves(i) && selects(labels, endpoint.labels));
}
