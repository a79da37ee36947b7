import type { ClusterConfig } from '../dataplane/index.js';
import type { Diagnostics } from '../diagnostics/index.js';
import { type ConnectionPoolPolicy, type MeshResolver, podPort } from '../mesh/index.js';
import type { Blueprint } from './blueprint.js';
import type { Station } from './stations.js';
import type { World } from './world.js';

const LIMITS = ['maxConnections', 'http1MaxPendingRequests', 'http2MaxRequests', 'maxRetries'] as const;

/** A connection pool as it is written for a host, and whom it limits. */
interface Limited {
  readonly pool: ConnectionPoolPolicy;
  readonly host: string;
  readonly callers: Set<Station>;
  endpoints: number;
  /** The endpoints' own sidecars hold it too, each towards its application. */
  isInbound: boolean;
}

/**
 * Limits of connection pools where several pods call, or are called: each caller's proxy counts for itself, over all
 * endpoints together. Of the calls that the run begins with, once they are planned.
 * Source: Envoy 1.37, source/common/upstream/resource_manager_impl.h: one for each process, cluster and priority.
 */
export function reportLimitsPerProxy(world: World, { resolver, stations }: Blueprint, diagnostics: Diagnostics): void {
  const found = new Map<ConnectionPoolPolicy, Map<string, Limited>>(); // by pool and host
  for (const station of stations) {
    for (const { version, destinations } of world.planners[station.index]!.plans())
      for (const { cluster } of destinations)
        if (version === 0 && cluster !== null) note(station, cluster, resolver, found);
  }
  for (const byHost of found.values()) for (const limited of byHost.values()) report(limited, diagnostics);
}

function note(
  station: Station,
  { effective, pods }: ClusterConfig,
  resolver: MeshResolver,
  found: Map<ConnectionPoolPolicy, Map<string, Limited>>,
): void {
  const { service, port, subset } = effective;
  const { host } = service;
  const pool = station.workload && resolver.writtenPolicy(station.workload, { service, host, port, subset });
  if (!pool?.connectionPool) return;
  const byHost = found.get(pool.connectionPool) ?? new Map<string, Limited>();
  const limited = byHost.get(host) ?? {
    pool: pool.connectionPool,
    host,
    callers: new Set(),
    endpoints: 0,
    isInbound: false,
  };
  limited.callers.add(station);
  limited.endpoints = Math.max(limited.endpoints, pods.length);
  limited.isInbound ||= resolver.workloadsOf(service).some((server) => {
    const at = podPort(service, port, server);
    return at !== null && resolver.inbound(server, at)?.origin === limited.pool.origin;
  });
  found.set(limited.pool, byHost.set(host, limited));
}

function report({ pool, host, callers, endpoints, isInbound }: Limited, diagnostics: Diagnostics): void {
  const pods = [...callers].reduce((sum, { podZones }) => sum + podZones.length, 0);
  const written = LIMITS.filter((name) => pool[name] !== null);
  if (written.length === 0 || (pods < 2 && endpoints < 2)) return;
  const totals = written.map((name) => `${name} ${pool[name]} is up to ${pods * pool[name]!}`);
  const servers = isInbound ? '; the sidecar of each endpoint holds the same for what it takes in' : '';
  const { file, line, column, resource } = pool.origin;
  diagnostics.add({
    code: 'limit-per-proxy',
    severity: 'info',
    refuses: false,
    message: `limits are each calling pod's own: ${totals.join(', ')} (pods that call ${host}: ${pods})`,
    help: `more callers raise that, more endpoints do not${servers}`,
    ...{ file, line, column, resource },
  });
}
