import type { ConnectionTls, Tunnels } from '../effective.js';
import type { ClientTls, TlsMode } from '../policies.js';
import type { MutualTlsMode } from '../security.js';
import type { Service } from '../service.js';
import type { ClusterParts } from './effective-cluster.js';
import { type PortPolicy, tlsAtPort } from './policy-inheritance.js';
import { servedByWaypoint } from './waypoint-index.js';

/** What is known of a service beside its rule. */
export interface TlsSurroundings {
  /** Mutual TLS where nobody asks for any. */
  readonly isAutomatic: boolean;
  /** Of the service's namespace, or of the mesh. */
  readonly wideMode: MutualTlsMode;
  /** Whether it has endpoints, and all of them, of whatever subset, take mutual TLS. */
  readonly everyEndpointTakesTls: () => boolean;
}

/**
 * How the cluster's connections are encrypted; null: each endpoint gets what it takes. Settings of a port that say nothing
 * of TLS leave it to the endpoints; but these get none where the rule says of all ports something else than mutual TLS, and
 * where it says mutual TLS those with a sidecar get it, whether they take it or not.
 * Source: Istio 1.31, pilot/pkg/networking/core/cluster_tls.go; pilot/pkg/xds/endpoints/mtls_checker.go.
 */
export function clusterTls(
  parts: ClusterParts,
  policy: PortPolicy,
  isPassedThrough: boolean,
  surroundings: TlsSurroundings,
): ConnectionTls {
  if (servedByWaypoint(parts.service, parts.caller)) return insideTunnels(parts, policy);
  if (policy.tls !== null) return lacksCredential(parts, policy.tls) ? 'disable' : policy.tls.mode;
  if (isOff(parts, surroundings)) return 'disable';
  if (isPassedThrough) return 'istio-mutual'; // to an address of which the proxy does not know whose it is
  const above = tlsAtPort(parts.rule, parts.subset, parts.port.number);
  if (above === null) return null;
  return above.mode === 'istio-mutual' ? 'mutual-with-sidecars' : 'disable';
}

/**
 * The server name: as written, else in the mesh's own TLS the cluster's. TLS of the application's has that of the request.
 * Source: as above, `buildUpstreamTLSSettings`, `setAutoSniAndAutoSanValidation`; pilot/pkg/model/service.go,
 * `BuildDNSSrvSubsetKey`.
 */
export function serverNameOf(
  { service, port, subset }: ClusterParts,
  { tls }: PortPolicy,
  mode: ConnectionTls,
): string | null {
  if (mode === 'disable') return null;
  const isOfMesh = mode === null || mode === 'istio-mutual' || mode === 'mutual-with-sidecars';
  const own = isOfMesh ? meshServerName(service, port.number, subset?.name ?? null) : null;
  return tls?.serverName ?? own;
}

/** `outbound_.9080_.v1_.reviews.default.svc.cluster.local`. */
function meshServerName({ host }: Service, port: number, subset: string | null): string {
  return `outbound_.${port}_.${subset ?? ''}_.${host}`;
}

/**
 * A waypoint knows nothing but tunnels to pods of the mesh, and what its rule asks for goes through them.
 * Source: Istio 1.31, pilot/pkg/networking/core/cluster_waypoint.go, `buildWaypointTLSContext`.
 */
function insideTunnels({ service }: ClusterParts, { tls }: PortPolicy): TlsMode | null {
  if (tls !== null && tls.mode !== 'disable' && tls.mode !== 'istio-mutual') return tls.mode;
  return service.location === 'mesh' ? null : 'disable';
}

/**
 * Sidecars and gateways keep to their own mutual TLS where the pods have a sidecar, a waypoint does not. Of addresses that
 * nobody has told them about none of them knows whether they take tunnels.
 * Source: Istio 1.31, pilot/pkg/xds/endpoints/endpoint_builder.go, `buildEnvoyLbEndpoint`.
 */
export function tunnelsOf({ service, caller }: ClusterParts, isPassedThrough: boolean): Tunnels {
  if (servedByWaypoint(service, caller)) return 'everybody';
  return isPassedThrough ? 'nobody' : 'ztunnels';
}

/**
 * A certificate that a secret holds is for gateways, and for the sidecars that a rule selects: other sidecars are not
 * told of it, and encrypt nothing. Source: as above, `buildUpstreamClusterTLSContext`.
 */
function lacksCredential({ caller, rule }: ClusterParts, { ofSecret = false }: ClientTls): boolean {
  return ofSecret && caller.role === 'app' && rule!.workloadSelector === null;
}

/**
 * Whether nothing is encrypted where nobody asks for it: where the namespace switches mutual TLS off, whatever a workload
 * of it says; and where connections pass through to endpoints of which one does not take it. What a subset inherits is
 * not looked at.
 * Source: Istio 1.31, pilot/pkg/model/push_context.go, `BestEffortInferServiceMTLSMode`.
 */
function isOff({ service, subset, rule }: ClusterParts, surroundings: TlsSurroundings): boolean {
  const { isAutomatic, wideMode, everyEndpointTakesTls } = surroundings;
  if (!isAutomatic || service.location === 'external' || wideMode === 'disable') return true;
  const policy = subset === null ? rule?.policy : subset.policy;
  const isAsked = policy?.loadBalancer?.balancer?.kind === 'passthrough';
  return (service.headless || service.resolution === 'none' || isAsked) && !everyEndpointTakesTls();
}
