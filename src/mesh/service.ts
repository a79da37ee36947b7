import type { Origin } from './origin.js';
import type { WaypointBinding } from './waypoint.js';

export type Labels = Readonly<Record<string, string>>;

/** What a port speaks, as declared by its name or appProtocol. `auto`: undeclared, sniffed by the proxy. */
export type Protocol = 'http' | 'http2' | 'grpc' | 'tcp' | 'tls' | 'https' | 'udp' | 'auto';

export interface ServicePort {
  readonly number: number;
  readonly name: string | null;
  readonly protocol: Protocol;
  /** The port number on the pod, or the name of a container port. */
  readonly targetPort: number | string;
  /** Proxies have routes for it, and no cluster to send to: 503 NC. Absent: they have one. */
  readonly isWithoutCluster?: true;
}

/** How a ServiceEntry's host finds its endpoints; `cluster` for a Kubernetes service. */
export type Resolution = 'cluster' | 'none' | 'static' | 'dns' | 'dns-round-robin' | 'dynamic-dns';

/** An address that a ServiceEntry lists. */
export interface StaticEndpoint {
  readonly origin: Origin;
  readonly address: string;
  readonly labels: Labels;
  /** `region/zone/subzone`, or null when not given. */
  readonly locality: string | null;
  readonly weight: number;
  /** The ports of the service that it serves. Absent: all. */
  readonly ports?: readonly number[];
}

/** Whether an address is an endpoint of the service's port. */
export function servesPort({ ports }: Pick<StaticEndpoint, 'ports'>, port: number): boolean {
  return ports?.includes(port) ?? true;
}

/** A host that can be called: a Kubernetes Service, or one host of a ServiceEntry. */
export interface Service {
  readonly origin: Origin;
  readonly name: string;
  readonly namespace: string;
  /** Fully qualified: `reviews.default.svc.cluster.local`, or the ServiceEntry's host (perhaps `*.example.com`). */
  readonly host: string;
  readonly external: boolean;
  readonly location: 'mesh' | 'external';
  readonly resolution: Resolution;
  readonly ports: readonly ServicePort[];
  /** Selects pods of the same namespace; null when it selects none. */
  readonly selector: Labels | null;
  readonly headless: boolean;
  /** Those that are written for it, as a URL has them: a `clusterIP`, a ServiceEntry's, no ranges. Absent: none. */
  readonly addresses?: readonly string[];
  /** A ServiceEntry without addresses: its TCP ports are taken at whatever address. */
  readonly listensAnywhere: boolean;
  /** It takes no address from istiod. Absent: it may be given one. */
  readonly refusesAddress?: true;
  readonly endpoints: readonly StaticEndpoint[];
  /** What it asks for (`trafficDistribution`): endpoints of the caller's zone, or node, first. */
  readonly prefers: 'any' | 'zone' | 'node';
  /**
   * kube-proxy leads callers of its address to endpoints of their zone, as long as one there is ready: the field of a
   * Kubernetes Service alone asks for that. Absent: to any.
   */
  readonly leadsWithinZone?: true;
  /** Absent: none. */
  readonly waypoint?: WaypointBinding;
  /** Namespaces that see it: `.` its own, `*` all, or names. */
  readonly exportTo: readonly string[];
  /** Rank by creation: 0 is the oldest. */
  readonly age: number;
}

/** `name` in namespace `default`, else `namespace/name`; an external host by its host. */
export function shortServiceName(service: Service): string {
  return service.external ? service.host : shortName(service.namespace, service.name);
}

/** The name a person reads: short in namespace `default`, else `namespace/name`. */
export function shortName(namespace: string, name: string): string {
  return namespace === 'default' ? name : `${namespace}/${name}`;
}
