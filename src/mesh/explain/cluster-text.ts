import type { ConnectionTls, EffectiveCluster, EffectiveLimits, EffectiveOutlierDetection } from '../effective.js';
import type { ExplainedCluster, ExplainedEndpoint } from '../explain.js';
import type { ConnectionPoolPolicy } from '../policies.js';
import type { PortPolicy } from '../resolution/policy-inheritance.js';
import { doorLines } from './admission-text.js';
import { balancingLines } from './balancing-text.js';
import { counted, durationText, entry, mark, rateLimitText, source, visible } from './words.js';

const PROTOCOLS: Readonly<Record<EffectiveCluster['protocol'], string>> = {
  http1: 'HTTP/1.1',
  http2: 'HTTP/2',
  downstream: 'as the caller speaks',
  tcp: 'TCP',
};

/** A cluster's policy and endpoints for people. */
export function clusterLines({ name, cluster, written, endpoints }: ExplainedCluster): readonly string[] {
  const title = `cluster ${visible(name)}`;
  if (cluster === null || written === null) return [title, ...entry('missing', 'no such cluster: 503, flag NC')];
  return [
    `${title} ${source(cluster.origin)}`,
    ...entry('protocol', PROTOCOLS[cluster.protocol]),
    ...balancingLines(cluster, written),
    ...limitLines(cluster, written),
    ...outlierLines(cluster.outlierDetection, written),
    ...entry(
      'panic',
      `${panicText(cluster.panicThresholdPercent)}${mark(written.outlierDetection?.minHealthPercent == null)}`,
    ),
    ...entry(
      'TLS',
      `${tlsText(cluster.tlsMode)} ${source(cluster.tlsMode === null ? null : (written.tls?.origin ?? null))}`,
    ),
    ...endpointLines(endpoints),
  ];
}

function tlsText(mode: ConnectionTls): string {
  if (mode === 'mutual-with-sidecars') return 'mutual with endpoints that have a proxy, whether they take it or not';
  return mode ?? 'mutual with endpoints that have a proxy';
}

function limitLines(
  { limits, connectTimeoutMs, retryBudget }: EffectiveCluster,
  written: PortPolicy,
): readonly string[] {
  const pool = written.connectionPool;
  const finite = finiteLimits(limits, pool);
  const lastsMs = limits.maxConnectionDurationMs;
  const isIdleDefault = pool?.idleTimeoutMs == null && pool?.tcpIdleTimeoutMs == null;
  return [
    ...entry(
      'limits',
      finite.length > 0 ? `${finite.join(', ')} ${pool === null ? '' : source(pool.origin)}`.trim() : 'none (default)',
    ),
    ...(retryBudget === null
      ? []
      : entry(
          'budget',
          `retries up to ${retryBudget.percent} % of requests, at least ${retryBudget.minRetryConcurrency}`,
        )),
    ...entry('connect', `within ${durationText(connectTimeoutMs)}${mark(pool?.connectTimeoutMs == null)}`),
    ...entry('idle', `closed after ${durationText(limits.idleTimeoutMs)}${mark(isIdleDefault)}`),
    ...(lastsMs === Infinity ? [] : entry('lasts', `no new requests after ${durationText(lastsMs)}`)),
  ];
}

function finiteLimits(limits: EffectiveLimits, pool: ConnectionPoolPolicy | null): readonly string[] {
  const all = [
    [limits.maxConnections, 'connections', ''],
    [limits.maxPendingRequests, 'pending requests', ''],
    [limits.maxRequests, 'requests', ''],
    [limits.maxRequestsPerConnection, 'requests per connection', ''],
    [limits.maxRetries, 'retries at once', ''],
    // The only limit that Envoy has without anybody's asking.
    [limits.maxConcurrentStreams, 'streams per connection', mark(pool?.maxConcurrentStreams == null)],
  ] as const;
  return all.filter(([limit]) => Number.isFinite(limit)).map(([limit, what, note]) => `${limit} ${what}${note}`);
}

function outlierLines(outlier: EffectiveOutlierDetection | null, written: PortPolicy): readonly string[] {
  if (outlier === null) return entry('outliers', 'no detection (default)');
  const policy = written.outlierDetection;
  const held = `${durationText(outlier.baseEjectionMs)}${mark(policy?.baseEjectionMs == null)}`;
  const swept = `${durationText(outlier.intervalMs)}${mark(policy?.intervalMs == null)}`;
  const most = `${outlier.maxEjectionPercent} %${mark(!policy?.maxEjectionPercent)}`;
  const thresholds = [
    ...threshold(outlier.consecutive5xx, 'errors', policy?.consecutive5xxErrors == null),
    ...threshold(outlier.consecutiveGateway, 'gateway errors', false),
    ...threshold(outlier.consecutiveLocalOrigin, 'local errors', !policy?.consecutiveLocalOriginFailures),
  ];
  const trigger = thresholds.length > 0 ? thresholds.join(' or ') : 'nothing: all counts are switched off';
  return [
    ...entry('outliers', `ejected after ${trigger} ${source(outlier.origin)}`),
    ...entry('  for', `${held} times the ejections so far, at most ${durationText(outlier.maxEjectionMs)}`),
    ...entry('  swept', `every ${swept}`),
    ...entry('  at most', `${most} of the hosts`),
  ];
}

function threshold(count: number | null, what: string, isDefault: boolean): readonly string[] {
  return count === null ? [] : [`${count} ${what} in a row${mark(isDefault)}`];
}

function panicText(percent: number): string {
  return percent > 0 ? `all hosts are used below ${percent} % healthy` : 'never';
}

/** Who answers, one workload a line. */
export function endpointLines(endpoints: readonly ExplainedEndpoint[]): readonly string[] {
  if (endpoints.length === 0) return entry('endpoints', 'none in the manifests');
  return endpoints.flatMap((endpoint, i) => [
    ...entry(i === 0 ? 'endpoints' : '', endpointText(endpoint)),
    ...doorLines(endpoint),
    ...endpoint.rateLimits.flatMap((limit) => entry('  limit', rateLimitText(limit))),
  ]);
}

function endpointText({ name, version, replicas, hasProxy, origin }: ExplainedEndpoint): string {
  const label = version === null ? '' : `, version ${visible(version)}`;
  return `${visible(name)}: ${counted(replicas, 'pod')}${label}${hasProxy ? '' : ', no proxy'} ${source(origin)}`;
}
