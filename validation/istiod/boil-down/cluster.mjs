import { asked, ms, onlyKnown } from './words.mjs';

const UNLIMITED = 4_294_967_295;
const HTTP = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions';
/** What says nothing about how requests fare: names, discovery, statistics, metadata, addresses to bind to. */
const NAMES = [
  'name',
  'alt_stat_name',
  'metadata',
  'eds_cluster_config',
  'filters',
  'upstream_bind_config',
  'cleanup_interval',
];
const DNS = [
  'typed_dns_resolver_config',
  'dns_lookup_family',
  'dns_refresh_rate',
  'dns_jitter',
  'respect_dns_ttl',
  'dns_failure_refresh_rate',
  'load_assignment',
];
const FIELDS = [
  'type',
  'cluster_type',
  'lb_policy',
  'ring_hash_lb_config',
  'maglev_lb_config',
  'least_request_lb_config',
  'round_robin_lb_config',
  'original_dst_lb_config',
  'common_lb_config',
  'connect_timeout',
  'circuit_breakers',
  'outlier_detection',
  'transport_socket',
  'transport_socket_matches',
  'typed_extension_protocol_options',
  'upstream_connection_options',
];

/** A Cluster: where it goes, its limits, balancer, health, protocol and TLS. */
export function boilCluster(cluster) {
  onlyKnown(`cluster ${cluster.name}`, cluster, [...NAMES, ...DNS, ...FIELDS]);
  const common = cluster.common_lb_config ?? {};
  return asked({
    type: cluster.cluster_type?.name ?? cluster.type ?? 'STATIC',
    balancer: boilBalancer(cluster),
    localityWeighted: common.locality_weighted_lb_config !== undefined,
    panicPercent: common.healthy_panic_threshold && (common.healthy_panic_threshold.value ?? 0),
    connectTimeoutMs: ms(cluster.connect_timeout),
    limits: boilLimits(cluster),
    ...boilHttp(cluster.typed_extension_protocol_options?.[HTTP] ?? {}),
    keepalive: cluster.upstream_connection_options?.tcp_keepalive,
    outlierDetection: cluster.outlier_detection && boilOutlier(cluster.outlier_detection),
    tls: boilTls(cluster),
  });
}

function boilBalancer(cluster) {
  const settings = cluster.least_request_lb_config ?? cluster.round_robin_lb_config ?? {};
  onlyKnown('balancer', settings, ['slow_start_config']);
  const { slow_start_config: slow } = settings;
  const { ring_hash_lb_config: ring, maglev_lb_config: maglev } = cluster;
  const policy = cluster.lb_policy ?? 'ROUND_ROBIN';
  const more = asked({
    ringSize: ring && Number(ring.minimum_ring_size),
    tableSize: maglev && Number(maglev.table_size),
    warmUp: slow && {
      windowMs: ms(slow.slow_start_window),
      ...asked({
        aggression: slow.aggression?.default_value,
        leastPercent: slow.min_weight_percent && (slow.min_weight_percent.value ?? 0),
      }),
    },
  });
  return Object.keys(more).length === 0 ? policy : { policy, ...more };
}

/** Limits of 2^32-1 are none, and left out; istiod always sends all of them. */
function boilLimits({ name, circuit_breakers: breakers }) {
  const { length, 0: thresholds } = breakers.thresholds;
  if (length !== 1) throw new Error(`${name} has ${length} thresholds`);
  const limit = (key) => {
    if (thresholds[key] === undefined) throw new Error(`${name} has no ${key}`);
    return thresholds[key] === UNLIMITED ? null : thresholds[key];
  };
  const { retry_budget: budget } = thresholds;
  return asked({
    connections: limit('max_connections'),
    pending: limit('max_pending_requests'),
    requests: limit('max_requests'),
    retries: limit('max_retries'),
    retryBudget: budget && {
      percent: budget.budget_percent?.value ?? 0,
      least: budget.min_retry_concurrency,
      ...asked({ budgetIntervalMs: ms(budget.budget_interval) }),
    },
  });
}

function boilHttp(options) {
  const { common_http_protocol_options: common = {}, explicit_http_config: explicit } = options;
  const downstream = options.use_downstream_protocol_config;
  const http2 = explicit?.http2_protocol_options;
  return {
    protocol: downstream !== undefined ? 'downstream' : http2 !== undefined ? 'http2' : 'http1',
    requestsPerConnection: common.max_requests_per_connection,
    idleTimeoutMs: ms(common.idle_timeout),
    connectionDurationMs: ms(common.max_connection_duration),
    streams: http2?.max_concurrent_streams ?? downstream?.http2_protocol_options?.max_concurrent_streams,
  };
}

function boilOutlier(outlier) {
  const { interval, base_ejection_time: base, ...rest } = outlier;
  return { ...asked({ intervalMs: ms(interval), baseEjectionMs: ms(base) }), ...rest };
}

/** `auto`: by what each endpoint can do. */
function boilTls({ transport_socket_matches: matches, transport_socket: socket }) {
  if (matches !== undefined) return boilMatches(matches);
  if (socket === undefined) return undefined;
  return socket.name === 'internal_upstream' ? boilTunnelled(socket.typed_config.transport_socket) : boilSocket(socket);
}

/** A proxy that knows HBONE opens a tunnel to each endpoint that takes one; the rest it treats in one way, or asks. */
function boilMatches(matches) {
  const others = matches.filter(({ name }) => name !== 'hbone');
  return others.length === 1 && matches.length > 1 ? boilTunnelled(others[0].transport_socket) : 'auto';
}

/** What goes through the tunnel, if anybody takes one: plaintext is for others alone. */
function boilTunnelled(socket) {
  const inside = boilSocket(socket);
  return inside === 'raw_buffer' ? 'auto' : inside;
}

function boilSocket(socket) {
  const name = socket.name.replace('envoy.transport_sockets.', '');
  if (name !== 'tls') return name;
  const { common_tls_context: context } = socket.typed_config;
  if (context.alpn_protocols?.includes('istio')) return 'istio-mutual';
  const isMutual = context.tls_certificates !== undefined || context.tls_certificate_sds_secret_configs !== undefined;
  return isMutual ? 'mutual' : 'simple';
}
