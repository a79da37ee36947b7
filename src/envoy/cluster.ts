import type { EffectiveCluster, EffectiveInbound, EffectiveLimits, EffectiveOutlierDetection } from '../mesh/index.js';
import { TLS_ENDPOINT } from './tls.js';
import { duration, given, limit, type Message, percent, socket } from './words.js';

/** An endpoint with the address that it is called at. */
export interface Host {
  readonly address: string;
  readonly port: number;
  readonly weight: number;
  /** It is called over the mesh's mutual TLS, where there are certificates. */
  readonly takesTls: boolean;
}

/** Hosts of one place. */
export interface HostGroup {
  readonly priority: number;
  /** Null: hosts are picked whatever their group. */
  readonly weight: number | null;
  readonly locality: string;
  readonly hosts: readonly Host[];
}

const PROTOCOL_OPTIONS = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions';

/** A cluster of whose endpoints everything is known. */
export function upstreamCluster(cluster: EffectiveCluster, groups: readonly HostGroup[]): Message {
  const { name, connectTimeoutMs, limits, retryBudget, outlierDetection, panicThresholdPercent } = cluster;
  const isWeighted = groups.some(({ weight }) => weight !== null);
  return given({
    name,
    type: 'STATIC',
    connect_timeout: duration(connectTimeoutMs),
    ...balancerFields(cluster),
    ...poolFields(cluster.protocol, limits, retryBudget),
    outlier_detection: outlierDetection && outlierFields(outlierDetection),
    common_lb_config: given({
      healthy_panic_threshold: percent(panicThresholdPercent),
      locality_weighted_lb_config: isWeighted ? {} : null,
    }),
    load_assignment: { cluster_name: name, endpoints: groups.map(groupOf) },
  });
}

/** A proxy's way to its own application. */
export function inboundCluster(port: number, address: string, inbound: EffectiveInbound): Message {
  const name = inboundName(port);
  return given({
    name,
    type: 'STATIC',
    connect_timeout: duration(inbound.connectTimeoutMs),
    ...poolFields(inbound.protocol, inbound.limits, inbound.retryBudget),
    load_assignment: {
      cluster_name: name,
      endpoints: [{ lb_endpoints: [{ endpoint: { address: socket(address, port) } }] }],
    },
  });
}

export function inboundName(port: number): string {
  return `inbound|${port}||`;
}

function groupOf({ priority, weight, locality, hosts }: HostGroup): Message {
  const [region = '', zone = '', subZone = ''] = locality.split('/');
  return given({
    priority,
    load_balancing_weight: weight,
    locality: locality === '' ? null : given({ region, zone: zone || null, sub_zone: subZone || null }),
    lb_endpoints: hosts.map((host) =>
      given({
        endpoint: { address: socket(host.address, host.port) },
        load_balancing_weight: host.weight,
        metadata: host.takesTls ? TLS_ENDPOINT : null,
      }),
    ),
  });
}

function balancerFields({ balancer, warmup }: EffectiveCluster): Message {
  const slowStart =
    warmup === null
      ? {}
      : {
          slow_start_config: {
            slow_start_window: duration(warmup.windowMs),
            aggression: { default_value: warmup.aggression, runtime_key: 'drymesh.warm_up.aggression' },
            min_weight_percent: percent(warmup.leastShare * 100),
          },
        };
  switch (balancer.kind) {
    case 'least-request':
      return { lb_policy: 'LEAST_REQUEST', ...(warmup && { least_request_lb_config: slowStart }) };
    case 'round-robin':
    case 'passthrough': // the address called is that of the only host
      return { lb_policy: 'ROUND_ROBIN', ...(warmup && { round_robin_lb_config: slowStart }) };
    case 'random':
      return { lb_policy: 'RANDOM' };
    case 'consistent-hash':
      return balancer.table === 'ring'
        ? { lb_policy: 'RING_HASH', ring_hash_lb_config: { minimum_ring_size: balancer.size } }
        : { lb_policy: 'MAGLEV', maglev_lb_config: { table_size: balancer.size } };
  }
}

function poolFields(
  protocol: EffectiveCluster['protocol'],
  limits: EffectiveLimits,
  budget: EffectiveCluster['retryBudget'],
): Message {
  const threshold = given({
    max_connections: limit(limits.maxConnections),
    max_pending_requests: limit(limits.maxPendingRequests),
    max_requests: limit(limits.maxRequests),
    max_retries: limit(limits.maxRetries),
    retry_budget: budget && {
      budget_percent: percent(budget.percent),
      min_retry_concurrency: budget.minRetryConcurrency,
    },
  });
  const isSaid = protocol !== 'tcp' || limits.maxConnectionDurationMs !== Infinity;
  const options = isSaid ? protocolOptions(protocol, limits) : null;
  return given({
    circuit_breakers: { thresholds: [threshold] },
    typed_extension_protocol_options: options && { [PROTOCOL_OPTIONS]: options },
  });
}

function protocolOptions(
  protocol: EffectiveCluster['protocol'],
  { maxRequestsPerConnection, idleTimeoutMs, maxConnectionDurationMs, maxConcurrentStreams }: EffectiveLimits,
): Message {
  const http2 = Number.isFinite(maxConcurrentStreams) ? { max_concurrent_streams: maxConcurrentStreams } : {};
  const spoken =
    protocol === 'downstream'
      ? { use_downstream_protocol_config: { http_protocol_options: {}, http2_protocol_options: http2 } }
      : {
          explicit_http_config:
            protocol === 'http2' ? { http2_protocol_options: http2 } : { http_protocol_options: {} },
        };
  return {
    '@type': `type.googleapis.com/${PROTOCOL_OPTIONS}`,
    ...spoken,
    common_http_protocol_options: given({
      idle_timeout: duration(idleTimeoutMs),
      max_connection_duration: maxConnectionDurationMs === Infinity ? null : duration(maxConnectionDurationMs),
      max_requests_per_connection: maxRequestsPerConnection === Infinity ? null : maxRequestsPerConnection,
    }),
  };
}

function outlierFields(outlier: EffectiveOutlierDetection): Message {
  const { consecutive5xx, consecutiveGateway, consecutiveLocalOrigin } = outlier;
  return given({
    consecutive_5xx: consecutive5xx,
    enforcing_consecutive_5xx: consecutive5xx === null ? 0 : 100,
    consecutive_gateway_failure: consecutiveGateway,
    enforcing_consecutive_gateway_failure: consecutiveGateway === null ? 0 : 100,
    enforcing_success_rate: 0,
    split_external_local_origin_errors: outlier.splitLocalOrigin || null,
    consecutive_local_origin_failure: consecutiveLocalOrigin,
    enforcing_consecutive_local_origin_failure: consecutiveLocalOrigin === null ? null : 100,
    enforcing_local_origin_success_rate: outlier.splitLocalOrigin ? 0 : null,
    interval: duration(outlier.intervalMs),
    base_ejection_time: duration(outlier.baseEjectionMs),
    max_ejection_time: duration(outlier.maxEjectionMs),
    max_ejection_percent: outlier.maxEjectionPercent,
  });
}
