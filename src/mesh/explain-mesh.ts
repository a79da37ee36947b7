import { compareText } from '../diagnostics/index.js';
import { versionOf } from './explain.js';
import type { Mesh, MeshSettings } from './mesh.js';
import type { Origin } from './origin.js';
import type { MeshResolver } from './resolution/resolver.js';
import { type Service, type ServicePort, shortName, shortServiceName } from './service.js';
import { type Workload, workloadName } from './workload.js';

/** Who is in the mesh. Plain: it can be printed. */
export interface ExplainedMesh {
  readonly istioVersion: readonly [number, number];
  readonly outboundTrafficPolicy: MeshSettings['outboundTrafficPolicy'];
  /** All that holds for the whole mesh. */
  readonly settings: MeshSettings;
  /** By name. */
  readonly services: readonly ExplainedService[];
  /** Names that stand for others, as written. */
  readonly aliases: readonly { readonly name: string; readonly target: string; readonly origin: Origin }[];
  /** By name. */
  readonly workloads: readonly ExplainedWorkload[];
}

export interface ExplainedService {
  readonly name: string;
  readonly host: string;
  readonly external: boolean;
  readonly headless: boolean;
  readonly ports: readonly ServicePort[];
  /** Whose pods are its endpoints. */
  readonly workloads: readonly string[];
  /** Addresses that a ServiceEntry lists. */
  readonly addresses: readonly string[];
  readonly origin: Origin;
}

export interface ExplainedWorkload {
  readonly name: string;
  readonly kind: string;
  readonly version: string | null;
  readonly replicas: number;
  readonly role: Workload['role'];
  /** Whether it has a proxy, or is in ambient mode. */
  readonly inMesh: boolean;
  /** In ambient mode. Absent: it is not. */
  readonly ambient?: true;
  readonly services: readonly string[];
  /** Of a gateway: the hosts of each port that its pods listen on. */
  readonly listeners: readonly { readonly port: number; readonly hosts: readonly string[] }[];
  readonly origin: Origin;
}

/** Explains which services and workloads there are, and what belongs to what. */
export function explainMesh(resolver: MeshResolver, mesh: Mesh): ExplainedMesh {
  const { istioVersion, outboundTrafficPolicy } = mesh.settings;
  return {
    istioVersion,
    outboundTrafficPolicy,
    settings: mesh.settings,
    services: mesh.services.map((service) => explainService(resolver, service)).sort(byName),
    aliases: mesh.aliases
      .map(({ namespace, name, target, origin }) => ({ name: shortName(namespace, name), target, origin }))
      .sort(byName),
    workloads: mesh.workloads.map((workload) => explainWorkload(resolver, workload)).sort(byName),
  };
}

function explainService(resolver: MeshResolver, service: Service): ExplainedService {
  const { host, external, headless, ports, origin } = service;
  return {
    name: shortServiceName(service),
    host,
    external,
    headless,
    ports,
    workloads: resolver.workloadsOf(service).map(workloadName),
    addresses: service.endpoints.map((endpoint) => endpoint.address),
    origin,
  };
}

function explainWorkload(resolver: MeshResolver, workload: Workload): ExplainedWorkload {
  const { kind, replicas, role, origin } = workload;
  const listeners = role === 'gateway' ? resolver.gatewayListeners(workload) : [];
  return {
    name: workloadName(workload),
    kind,
    version: versionOf(workload.labels),
    replicas,
    role,
    inMesh: workload.proxy !== null || (workload.ambient ?? false),
    ...(workload.ambient ? { ambient: true } : {}),
    services: resolver.servicesOf(workload).map(shortServiceName),
    listeners: listeners.map(({ port, servers }) => ({
      port,
      hosts: [...new Set(servers.flatMap(({ server }) => server.hosts.map(({ host }) => host)))],
    })),
    origin,
  };
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return compareText(a.name, b.name);
}
