import type { MeshSettings } from '../mesh.js';
import type { DestinationRule, Subset, TrafficPolicy } from '../policies.js';
import type { Destination } from '../routes.js';

/** A traffic policy as it holds for one port of one subset. */
export type PortPolicy = Omit<TrafficPolicy, 'portLevel' | 'origin'> & {
  readonly origin: TrafficPolicy['origin'] | null;
};

const NO_POLICY: PortPolicy = {
  origin: null,
  loadBalancer: null,
  connectionPool: null,
  outlierDetection: null,
  tls: null,
  retryBudget: null,
};

/** The policy of `rule` for a service port, without subset. */
export function policyAtPort(rule: DestinationRule | null, port: number): PortPolicy {
  const policy = rule?.policy ?? null;
  if (policy === null) return NO_POLICY;
  // A port's settings replace the policy as a whole: what they leave out falls to the defaults, the budget too.
  const atPort = settingsAt(policy, port);
  return atPort === null ? policy : { ...atPort, retryBudget: null };
}

/**
 * The policy for a subset: field by field the subset's, else that of the service at the port; nothing is merged within a
 * field.
 * Source: Istio 1.31, pilot/pkg/networking/util/util.go, `MergeSubsetTrafficPolicy`.
 */
export function policyOfSubset(inherited: PortPolicy, subset: Subset, port: number): PortPolicy {
  const own = subset.policy;
  if (own === null) return inherited;
  const atPort = settingsAt(own, port);
  // Settings of a port take the place of the subset's own as a whole; a port has no budget.
  if (atPort !== null) return { ...atPort, retryBudget: inherited.retryBudget };
  return {
    origin: own.origin,
    loadBalancer: own.loadBalancer ?? inherited.loadBalancer,
    connectionPool: own.connectionPool ?? inherited.connectionPool,
    outlierDetection: own.outlierDetection ?? inherited.outlierDetection,
    tls: own.tls ?? inherited.tls,
    retryBudget: own.retryBudget ?? inherited.retryBudget,
  };
}

/**
 * The policy with what the mesh sets for all where it has none: connection pool and outlier detection, each as a whole.
 * Source: Istio 1.31, pilot/pkg/networking/core/cluster_traffic_policy.go, `applyDefaultTrafficPolicy`.
 */
export function overMeshDefault(policy: PortPolicy, mesh: MeshSettings): PortPolicy {
  const connectionPool = policy.connectionPool ?? mesh.connectionPool;
  const outlierDetection = policy.outlierDetection ?? mesh.outlierDetection;
  const origin = policy.origin ?? (connectionPool ?? outlierDetection)?.origin ?? null;
  return { ...policy, origin, connectionPool, outlierDetection };
}

/**
 * Whether the rule asks for a hash anywhere on the way to a destination. A subset with another balancer does not take it
 * back, and the settings of a port count only where the destination names it.
 * Source: Istio 1.31, pilot/pkg/networking/core/route/route.go, `HashForHTTPDestination`.
 */
export function asksForHash(rule: DestinationRule | null, { subset, port }: Destination): boolean {
  const own = rule?.subsets.find(({ name }) => name === subset)?.policy ?? null;
  const policies = [own, rule?.policy ?? null].flatMap((policy) => policy ?? []);
  const levels = policies.flatMap((policy) => [policy, port === null ? null : settingsAt(policy, port)]);
  return levels.some((level) => level?.loadBalancer?.balancer?.kind === 'consistent-hash');
}

/**
 * What the rule says of TLS at the port, but for the settings of ports that say nothing of it: the subset's, else the
 * service's. Source: Istio 1.31, pilot/pkg/xds/endpoints/mtls_checker.go, `tlsModeForDestinationRule`.
 */
export function tlsAtPort(rule: DestinationRule | null, subset: Subset | null, port: number): TrafficPolicy['tls'] {
  const policies = [subset?.policy ?? null, rule?.policy ?? null].flatMap((policy) => policy ?? []);
  const levels = policies.flatMap((policy) => [settingsAt(policy, port), policy]);
  return levels.find((level) => level !== null && level.tls !== null)?.tls ?? null;
}

function settingsAt(policy: TrafficPolicy, port: number): TrafficPolicy | null {
  return policy.portLevel.find((entry) => entry.port === port)?.policy ?? null;
}
