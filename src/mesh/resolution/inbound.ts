import type { EffectiveInbound } from '../effective.js';
import type { MeshSettings } from '../mesh.js';
import type { ConnectionPoolPolicy, DestinationRule } from '../policies.js';
import type { Protocol, Service, ServicePort } from '../service.js';
import type { SidecarScope } from '../sidecar.js';
import type { Workload } from '../workload.js';
import { upstreamProtocol } from './effective-cluster.js';
import { targetPort } from './gateway-listener.js';
import { effectiveLimits } from './limits.js';
import { type PortPolicy, policyAtPort } from './policy-inheritance.js';

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
 * The way of a sidecar to its own application. The pool is the Sidecar's for the port, else the Sidecar's, else that of the
 * service's DestinationRule (never a subset's), else the mesh's. The winner replaces, nothing is merged.
 * Source: Istio 1.31, pilot/pkg/networking/core/cluster_builder.go, `buildInboundCluster`.
 */
export function effectiveInbound(parts: InboundParts, settings: MeshSettings): EffectiveInbound {
  const pool = poolOf(parts, settings);
  // An upgrade to HTTP/2 ends at the server's proxy: it speaks to its application as the port declares.
  const protocol = upstreamProtocol(inboundProtocol(parts), pool && { ...pool, h2Upgrade: null }, 'app', false);
  return {
    origin: pool?.origin ?? null,
    protocol,
    limits: effectiveLimits(pool, protocol, settings.istioVersion),
    retryBudget: policyOfService(parts)?.retryBudget ?? null,
    connectTimeoutMs: pool?.connectTimeoutMs ?? settings.connectTimeoutMs,
  };
}

/** Whether anything is written about it. */
export function isInboundPooled(parts: InboundParts, settings: MeshSettings): boolean {
  return poolOf(parts, settings) !== null;
}

function poolOf(parts: InboundParts, settings: MeshSettings): ConnectionPoolPolicy | null {
  const { scope, port } = parts;
  if (passesThrough(scope, port)) return null;
  const ingress = scope?.ingress.find((listener) => listener.port === port);
  const ofService = policyOfService(parts);
  const own = ingress?.connectionPool ?? scope?.inboundConnectionPool;
  return own ?? (ofService && (ofService.connectionPool ?? settings.connectionPool));
}

function policyOfService({ workload, port, services, ruleOf }: InboundParts): PortPolicy | null {
  const served = servedPort(workload, port, services);
  return served && policyAtPort(ruleOf(served.service), served.port.number);
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

/** The ports that the pods listen on for others: those of the Sidecar's `ingress`, if it is written, else what services lead to. */
export function inboundPorts({ workload, scope, services }: Omit<InboundParts, 'port' | 'ruleOf'>): readonly number[] {
  const targets = services
    .flatMap(({ ports }) => ports.flatMap(({ protocol, targetPort: to }) => (protocol === 'udp' ? [] : [to])))
    .flatMap((to) => targetPort(to, workload) ?? []);
  const written = scope?.ingress.map(({ port }) => port) ?? [];
  return [...new Set(written.length > 0 ? written : targets)].sort((a, b) => a - b);
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
