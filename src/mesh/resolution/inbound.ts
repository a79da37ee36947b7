import type { EffectiveInbound } from '../effective.js';
import type { MeshSettings } from '../mesh.js';
import type { DestinationRule } from '../policies.js';
import type { Service, ServicePort } from '../service.js';
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
  // With `ingress` written, the ports that it leaves out pass through.
  if (scope !== null && scope.ingress.length > 0 && ingress === undefined) return null;
  const served = servedPort(parts.workload, port, parts.services);
  const ofService = served && policyAtPort(parts.ruleOf(served.service), served.port.number).connectionPool;
  const ofMesh = served && settings.connectionPool;
  const pool = ingress?.connectionPool ?? scope?.inboundConnectionPool ?? ofService ?? ofMesh;
  if (pool === null) return null;
  // An upgrade to HTTP/2 ends at the server's proxy: it speaks to its application as the port declares.
  const protocol = upstreamProtocol(served?.port.protocol ?? 'auto', { ...pool, h2Upgrade: null }, 'app', false);
  return { origin: pool.origin, protocol, limits: effectiveLimits(pool, protocol, settings.istioVersion) };
}

/** The service port that leads to the pods' port; of several services the oldest one's. `services`: oldest first. */
export function servedPort(
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
