import type { EffectiveCluster } from '../effective.js';
import type { MeshSettings } from '../mesh.js';
import type { Service } from '../service.js';
import { effectiveLimits } from './limits.js';
import { addressLocality } from './locality-preference.js';

const IDLE_MS = 300_000;

/**
 * The cluster of calls that pass through to the address that the application dialled. Of the mesh's connection pool it
 * takes the limits and the time to connect, and nothing else. Which pod it is settles kube-proxy.
 * Source: Istio 1.31, pilot/pkg/networking/core/cluster_builder.go, `buildDefaultPassthroughCluster`.
 */
export function passthroughCluster(service: Service, port: number, settings: MeshSettings): EffectiveCluster {
  const pool = settings.connectionPool;
  const limits = effectiveLimits(pool, 'downstream', settings.istioVersion);
  const own = {
    idleTimeoutMs: IDLE_MS,
    maxConnectionDurationMs: Infinity,
    maxRequestsPerConnection: Infinity,
  };
  const locality = addressLocality(service);
  return {
    name: 'PassthroughCluster',
    origin: pool?.origin ?? null,
    service,
    port,
    subset: null,
    subsetLabels: {},
    protocol: 'downstream',
    balancer: { kind: 'passthrough' },
    limits: { ...limits, ...own },
    poolOrigin: pool?.origin ?? null,
    retryBudget: null,
    outlierDetection: null,
    panicThresholdPercent: 0,
    keepsUnready: false,
    warmup: null,
    locality: locality && { ...locality, origin: service.origin },
    connectTimeoutMs: pool?.connectTimeoutMs ?? settings.connectTimeoutMs,
    tlsMode: 'disable',
    serverName: null,
    tunnels: 'nobody',
  };
}
