import type { ClusterRef, EffectiveCluster } from '../effective.js';
import type { MeshSettings } from '../mesh.js';
import type { Balancer, ConnectionPoolPolicy, DestinationRule, Subset } from '../policies.js';
import type { Protocol, Service, ServicePort } from '../service.js';
import type { Workload } from '../workload.js';
import { clusterTls, serverNameOf, type TlsSurroundings, tunnelsOf } from './cluster-tls.js';
import { effectiveLimits } from './limits.js';
import { localityPreference } from './locality-preference.js';
import { effectiveOutlierDetection, keepsUnready, panicThresholdPercent } from './outlier-defaults.js';
import { overMeshDefault, type PortPolicy, policyAtPort, policyOfSubset } from './policy-inheritance.js';
import { isSince } from './version.js';
import { servedByWaypoint } from './waypoint-index.js';

/** What a cluster is made of. `subset` is one of `rule`. */
export interface ClusterParts {
  readonly caller: Workload;
  readonly service: Service;
  readonly port: ServicePort;
  readonly subset: Subset | null;
  readonly rule: DestinationRule | null;
}

/** The upstream cluster of a caller's proxy, with every default filled in. */
export function effectiveCluster(
  parts: ClusterParts,
  settings: MeshSettings,
  surroundings: TlsSurroundings,
): EffectiveCluster {
  const { service, port, subset } = parts;
  const policy = policyOf(parts, settings);
  const ofRule = policyOf(parts, null); // all that endpoints are told by
  const pool = policy.connectionPool;
  const protocol = upstreamProtocol(port.protocol, pool, parts.caller.role, settings.h2Upgrade);
  const limits = effectiveLimits(pool, protocol, settings.istioVersion);
  const balancer = balancerOf(parts, policy.loadBalancer?.balancer ?? null, settings);
  const tlsMode = clusterTls(parts, policy, balancer.kind === 'passthrough', surroundings);
  return {
    name: clusterNameAt(parts.caller, refOf(parts)),
    origin: policy.origin,
    service,
    port: port.number,
    subset: subset?.name ?? null,
    subsetLabels: subset?.labels ?? {},
    protocol,
    balancer,
    // A budget takes the place of the limit on retries.
    limits: policy.retryBudget === null ? limits : { ...limits, maxRetries: Infinity },
    poolOrigin: pool?.origin ?? null,
    retryBudget: policy.retryBudget,
    outlierDetection:
      policy.outlierDetection && effectiveOutlierDetection(policy.outlierDetection, settings.istioVersion),
    panicThresholdPercent: panicThresholdPercent(service, policy.outlierDetection, settings.istioVersion),
    keepsUnready: keepsUnready(service, ofRule.outlierDetection, settings.istioVersion),
    connectTimeoutMs: pool?.connectTimeoutMs ?? settings.connectTimeoutMs,
    tlsMode,
    serverName: serverNameOf(parts, policy, tlsMode),
    tunnels: tunnelsOf(parts, balancer.kind === 'passthrough'),
    warmup: warmupOf(balancer, policy),
    locality: localityPreference(service, policy, settings, ofRule.outlierDetection !== null || isLookedUp(service)),
  };
}

/** Its endpoints are part of the cluster, and no list of their own. */
function isLookedUp({ resolution }: Service): boolean {
  return resolution === 'dns' || resolution === 'dns-round-robin';
}

/**
 * The policy as written for the cluster's port and subset, or for the whole mesh: the latter not at a waypoint.
 * Source: Istio 1.31, pilot/pkg/networking/core/cluster_waypoint.go, `buildWaypointInboundVIP`.
 */
export function policyOf(
  { rule, subset, port, service, caller }: ClusterParts,
  settings: MeshSettings | null,
): PortPolicy {
  const atPort = policyAtPort(rule, port.number);
  const isOfRule = settings === null || servedByWaypoint(service, caller);
  const inherited = isOfRule ? atPort : overMeshDefault(atPort, settings);
  return subset === null ? inherited : policyOfSubset(inherited, subset, port.number);
}

function refOf({ service, port, subset }: ClusterParts): ClusterRef {
  return { service, host: service.host, port: port.number, subset: subset?.name ?? null };
}

/**
 * A waypoint's own services are reached behind their addresses: `inbound-vip|9080|http/v1|reviews.default...`. A host
 * that nobody knows it takes for one of them.
 * Source: Istio 1.31, pilot/pkg/networking/core/listener_waypoint.go, `getWaypointDestinationCluster`.
 */
export function clusterNameAt(caller: Workload, { service, host, port, subset }: ClusterRef): string {
  const isOwn = caller.role === 'waypoint' && (service === null || servedByWaypoint(service, caller));
  if (!isOwn) return clusterName(host, port, subset);
  const declared = service?.ports.find(({ number }) => number === port)?.protocol ?? 'http';
  const protocol = isHttpPort(declared) ? 'http' : 'tcp';
  return `inbound-vip|${port}|${subset === null ? protocol : `${protocol}/${subset}`}|${host}`;
}

/** `outbound|9080|v1|reviews.default.svc.cluster.local`. */
export function clusterName(host: string, port: number, subset: string | null): string {
  return `outbound|${port}|${subset ?? ''}|${host}`;
}

/**
 * What a proxy speaks to the endpoints. A port that declares nothing is spoken to as the caller speaks, whatever upgrade
 * is asked for; but a gateway, which does not sniff, takes HTTP/1.1 unless a rule upgrades it. The mesh upgrades declared
 * ports alone.
 * Source: Istio 1.31, pilot/pkg/networking/core/cluster_builder.go, `setUpstreamProtocol`; cluster_traffic_policy.go,
 * `shouldH2Upgrade`.
 */
export function upstreamProtocol(
  declared: Protocol,
  pool: Pick<ConnectionPoolPolicy, 'h2Upgrade' | 'useClientProtocol'> | null,
  role: Workload['role'],
  meshUpgrades: boolean,
): EffectiveCluster['protocol'] {
  if (!isHttpPort(declared)) return 'tcp';
  if (pool?.useClientProtocol) return 'downstream';
  if (declared === 'http2' || declared === 'grpc') return 'http2';
  if (declared === 'auto' && role !== 'gateway') return 'downstream';
  return (pool?.h2Upgrade ?? (meshUpgrades && declared === 'http')) ? 'http2' : 'http1';
}

/** Whether requests to the port can be routed one by one: declared as HTTP, or not declared and found to be HTTP. */
export function isHttpPort(protocol: Protocol): boolean {
  return protocol === 'http' || protocol === 'http2' || protocol === 'grpc' || protocol === 'auto';
}

/**
 * Where the proxy only learns the address that the application resolved there is nothing to balance, whatever was
 * asked for: headless services, and ServiceEntries without addresses of their own. Nobody resolves anything for a gateway.
 * PASSTHROUGH of the service holds for its subsets, that of a subset for its ports, whatever they say themselves.
 * Source: Istio 1.31, pilot/pkg/networking/core/cluster.go, `convertResolution`; cluster_builder.go,
 * `buildSubsetCluster`; pilot/pkg/features
 * (ENABLE_LEGACY_LB_ALGORITHM_DEFAULT) for what nobody asks for.
 */
function balancerOf(
  { service, caller, rule, subset, port }: ClusterParts,
  written: Balancer | null,
  { istioVersion }: MeshSettings,
): Balancer {
  const above = [policyAtPort(rule, port.number), subset?.policy ?? null];
  const isAskedFor = above.some((policy) => policy?.loadBalancer?.balancer?.kind === 'passthrough');
  const isResolvedByCaller = caller.role !== 'gateway' && (service.headless || service.resolution === 'none');
  if (isAskedFor || isResolvedByCaller || service.resolution === 'dynamic-dns') return { kind: 'passthrough' };
  return written ?? { kind: isSince(istioVersion, 14) ? 'least-request' : 'round-robin' };
}

/** Only these two balancers know slow start. Source: Istio 1.31, pilot/pkg/networking/core/cluster_traffic_policy.go. */
function warmupOf({ kind }: Balancer, policy: PortPolicy): EffectiveCluster['warmup'] {
  return kind === 'least-request' || kind === 'round-robin' ? (policy.loadBalancer?.warmup ?? null) : null;
}
