import type { EffectiveCluster, EffectiveLimits } from '../effective.js';
import type { ConnectionPoolPolicy } from '../policies.js';
import { isSince } from './version.js';

const HOUR_MS = 3_600_000;

/**
 * The limits of a connection pool with the defaults of Istio and Envoy: no limit but an idle time of 1 h, and on HTTP/2
 * connections Envoy's number of streams, which alone can be set only where the pool is HTTP/2 by itself.
 * Source: Istio 1.31, pilot/pkg/networking/core/cluster_traffic_policy.go, `applyConnectionPool`.
 */
export function effectiveLimits(
  pool: ConnectionPoolPolicy | null,
  protocol: EffectiveCluster['protocol'],
  istioVersion: readonly [number, number],
): EffectiveLimits {
  const httpIdleMs = protocol === 'tcp' ? null : pool?.idleTimeoutMs;
  return {
    maxConnections: pool?.maxConnections ?? Infinity,
    maxPendingRequests: pool?.http1MaxPendingRequests ?? Infinity,
    maxRequests: pool?.http2MaxRequests ?? Infinity,
    maxRequestsPerConnection: pool?.maxRequestsPerConnection ?? Infinity,
    maxRetries: pool?.maxRetries ?? Infinity,
    idleTimeoutMs: httpIdleMs ?? pool?.tcpIdleTimeoutMs ?? HOUR_MS,
    maxConnectionDurationMs: pool?.maxConnectionDurationMs ?? Infinity,
    maxConcurrentStreams: streams(pool, protocol, istioVersion),
  };
}

function streams(
  pool: ConnectionPoolPolicy | null,
  protocol: EffectiveCluster['protocol'],
  istioVersion: readonly [number, number],
): number {
  if (protocol === 'http1' || protocol === 'tcp') return Infinity;
  const most = isSince(istioVersion, 28) ? 1024 : 2 ** 31 - 1; // what servers' sidecars allow: Envoy 1.36 brought the bound
  return protocol === 'http2' ? Math.min(pool?.maxConcurrentStreams ?? most, most) : most;
}
