import type { EffectiveInbound } from '../effective.js';
import type { MeshSettings } from '../mesh.js';
import type { DestinationRule } from '../policies.js';
import type { Protocol, Service, ServicePort } from '../service.js';
import type { SidecarScope } from '../sidecar.js';
import type { Workload } from '../workload.js';
import { upstreamProtocol } from './effective-cluster.js';
import { targetPort } from './gateway-listener.js';
import { effectiveLimits } from './limits.js';
import { policyAtPort } from './policy-inheritance.js';

/** What the server side of a sidecar is made of. `services`: the workload's, oldest first. */
export interface InboundParts {
  readonly workload: Workload;
  /** The port that the pods listen on. */
  readonly port: number;
  readonly scope: SidecarScope | null;
  readonly services: readonly Service[];
  readonly ruleOf: (service: Service) => DestinationRule | null;
}

/**
 * The pool of a sidecar towards its own application: the Sidecar's for the port, else the Sidecar's, else that of the
 * service's DestinationRule (never a subset's), else the mesh's. The winner replaces, nothing is merged. Null: nothing limits it.
 * Source: Istio 1.31, pilot/pkg/networking/core/cluster_builder.go, `buildInboundCluster`.
 */
export function effectiveInbound(parts: InboundParts, settings: MeshSettings): EffectiveInbound | null {
  const { scope, port } = parts;
  const ingress = scope?.ingress.find((listener) => listener.port === port);
  if (passesThrough(scope, port)) return null;
  const served = servedPort(parts.workload, port, parts.services);
  const ofService = served && policyAtPort(parts.ruleOf(served.service), served.port.number).connectionPool;
  const ofMesh = served && settings.connectionPool;
  const pool = ingress?.connectionPool ?? scope?.inboundConnectionPool ?? ofService ?? ofMesh;
  if (pool === null) return null;
  // An upgrade to HTTP/2 ends at the server's proxy: it speaks to its application as the port declares.
  const declared = inboundProtocol(parts);
  const protocol = upstreamProtocol(declared, { ...pool, h2Upgrade: null }, 'app', false);
  return { origin: pool.origin, protocol, limits: effectiveLimits(pool, protocol, settings.istioVersion) };
}

/**
 * What the port that the pods listen on declares: by the Sidecar's `ingress`, if it is written, else by the service.
 * Source: Istio 1.31, pilot/pkg/networking/core/listener_inbound.go, `buildInboundChainConfigs`.
 */
export function inboundProtocol(parts: Pick<InboundParts, 'workload' | 'port' | 'scope' | 'services'>): Protocol {
  const { workload, port, scope, services } = parts;
  const ingress = scope?.ingress.find((listener) => listener.port === port);
  if (ingress !== undefined) return ingress.protocol;
  return passesThrough(scope, port) ? 'auto' : (servedPort(workload, port, services)?.port.protocol ?? 'auto');
}

/** Ports that a written `ingress` leaves out are taken as they come, and sniffed. */
function passesThrough(scope: SidecarScope | null, port: number): boolean {
  return scope !== null && scope.ingress.length > 0 && !scope.ingress.some((listener) => listener.port === port);
}

/** The service port that leads to the pods' port; of several services the oldest one's. `services`: oldest first. */
function servedPort(
  workload: Workload,
  port: number,
  services: readonly Service[],
): { readonly service: Service; readonly port: ServicePort } | null {
  for (const service of services) {
    const found = service.ports.find((candidate) => targetPort(candidate.targetPort, workload) === port);
    if (found !== undefined) return { service, port: found };
  }
  return null;
}
