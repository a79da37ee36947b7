import type { EffectiveCluster, EffectiveInbound, EffectiveLimits } from '../../../src/mesh/index.js';
import { orNull, settledTls } from './held.js';
import { asked } from './words.js';

/** What Envoy does with nothing written: see `held`. */
const HOUR_MS = 3_600_000;
const STREAMS = 1024;

const TYPES = {
  cluster: 'EDS',
  static: 'EDS',
  dns: 'STRICT_DNS',
  'dns-round-robin': 'LOGICAL_DNS',
  'dynamic-dns': 'envoy.clusters.dynamic_forward_proxy',
  none: 'EDS', // at a gateway
} as const;
const BALANCERS = {
  'least-request': 'LEAST_REQUEST',
  'round-robin': 'ROUND_ROBIN',
  random: 'RANDOM',
  passthrough: 'CLUSTER_PROVIDED',
} as const;

/** Drymesh's cluster in the words of a recording. `marks`: which endpoints take mutual TLS. */
export function projectCluster(cluster: EffectiveCluster, marks: readonly boolean[]): object {
  const isTcp = cluster.protocol === 'tcp';
  const isPassedThrough = cluster.balancer.kind === 'passthrough';
  const { resolution } = cluster.service;
  const budget = cluster.retryBudget;
  const outlier = cluster.outlierDetection;
  return {
    type: isPassedThrough && resolution !== 'dynamic-dns' ? 'ORIGINAL_DST' : TYPES[resolution],
    balancer: projectBalancer(cluster),
    ...asked({ localityWeighted: isWeighted(cluster.locality) }),
    ...(!isPassedThrough && { panicPercent: cluster.panicThresholdPercent }),
    connectTimeoutMs: cluster.connectTimeoutMs,
    ...projectLimits(cluster.limits, budget && { percent: budget.percent, least: budget.minRetryConcurrency }, isTcp),
    ...(!isTcp && { protocol: cluster.protocol }),
    ...asked({ outlierDetection: outlier && withoutOrigin(outlier), tls: tlsOf(cluster, marks) }),
  };
}

function projectBalancer({ balancer, warmup }: EffectiveCluster): string | object {
  if (balancer.kind === 'consistent-hash') {
    return balancer.table === 'ring'
      ? { policy: 'RING_HASH', ringSize: balancer.size }
      : { policy: 'MAGLEV', tableSize: balancer.size };
  }
  const policy = BALANCERS[balancer.kind];
  if (warmup === null) return policy;
  const { windowMs, aggression, leastShare } = warmup;
  return { policy, warmUp: { windowMs, aggression, leastPercent: leastShare * 100 } };
}

/** Implicit failover has priorities, but no weights within one. */
function isWeighted(locality: EffectiveCluster['locality']): boolean {
  return locality !== null && (locality.kind !== 'distance' || locality.failover.length > 0);
}

/** An application that picks the address itself is told of no endpoint: without any there is nothing to ask. */
function tlsOf({ tlsMode, service, balancer, tunnels }: EffectiveCluster, marks: readonly boolean[]): string | null {
  if (tlsMode === 'disable') return tunnels === 'nobody' ? null : settledTls('auto', marks);
  if (tlsMode === 'mutual-with-sidecars') return settledTls('auto', marks);
  if (tlsMode === 'unverified') return 'simple';
  if (tlsMode !== null) return tlsMode === 'mutual-unverified' ? 'mutual' : tlsMode;
  const isUnknown = service.location === 'external' || (balancer.kind === 'passthrough' && marks.length === 0);
  return isUnknown ? null : settledTls('auto', marks);
}

/** Null where it says nothing that would not hold without it. */
export function projectInbound({ limits }: EffectiveInbound, isTcp: boolean): object | null {
  const { idleTimeoutMs, streams, ...rest } = projectLimits(limits, null, isTcp);
  return orNull({
    ...rest,
    ...asked({
      idleTimeoutMs: idleTimeoutMs === HOUR_MS ? null : idleTimeoutMs,
      streams: streams === STREAMS ? null : streams,
    }),
  });
}

function projectLimits(limits: EffectiveLimits, retryBudget: object | null, isTcp: boolean) {
  return asked({
    limits: asked({
      connections: limits.maxConnections,
      pending: limits.maxPendingRequests,
      requests: limits.maxRequests,
      retries: limits.maxRetries,
      retryBudget,
    }),
    connectionDurationMs: limits.maxConnectionDurationMs,
    ...(!isTcp && {
      requestsPerConnection: limits.maxRequestsPerConnection,
      idleTimeoutMs: limits.idleTimeoutMs,
      streams: limits.maxConcurrentStreams,
    }),
  });
}

function withoutOrigin<T extends { readonly origin: unknown }>(node: T): object {
  const { origin: _, ...rest } = node;
  return asked(rest);
}
