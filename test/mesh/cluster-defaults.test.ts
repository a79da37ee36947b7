import { expect, test } from 'vitest';
import {
  type ConnectionPoolPolicy,
  type EffectiveOutlierDetection,
  MeshResolver,
  type OutlierPolicy,
  type Service,
  type TrafficPolicy,
} from '../../src/mesh/index.js';
import {
  balancer,
  destinationRule,
  externalService,
  gatewayWorkload,
  mesh,
  origin,
  outlier,
  policy,
  pool,
  port,
  service,
  workload,
} from '../support/mesh.js';

const CLIENT = workload('client');

function clusterOf(written: TrafficPolicy | null, to: Service = service('s'), minor = 31, caller = CLIENT) {
  const rules = written === null ? [] : [destinationRule(to.host, { policy: written })];
  const settings = { istioVersion: [1, minor] as const };
  const resolver = new MeshResolver(mesh({ services: [to], destinationRules: rules, settings }));
  return resolver.cluster(caller, { service: to, host: to.host, port: to.ports[0]!.number, subset: null })!;
}

// Reference sections 0.3 and 3.6.
test('without a DestinationRule nothing is limited', () => {
  expect(clusterOf(null)).toMatchObject({
    name: 'outbound|80||s.default.svc.cluster.local',
    origin: null,
    protocol: 'http1',
    balancer: { kind: 'least-request' },
    limits: {
      maxConnections: Infinity,
      maxPendingRequests: Infinity,
      maxRequests: Infinity,
      maxRequestsPerConnection: Infinity,
      maxRetries: Infinity,
      idleTimeoutMs: 3_600_000,
      maxConnectionDurationMs: Infinity,
      maxConcurrentStreams: Infinity,
    },
    retryBudget: null,
    outlierDetection: null,
    connectTimeoutMs: 10_000,
    tlsMode: null,
  });
});

// Reference section 3.6; istiogen check `pool`.
const POOLS: readonly (readonly [string, Partial<ConnectionPoolPolicy>, object])[] = [
  [
    'p-all',
    {
      maxConnections: 1,
      connectTimeoutMs: 3_000,
      tcpIdleTimeoutMs: 4_000,
      http1MaxPendingRequests: 9,
      http2MaxRequests: 10,
      maxRequestsPerConnection: 11,
      maxRetries: 12,
      idleTimeoutMs: 13_000,
      maxConnectionDurationMs: 15_000,
      maxConcurrentStreams: 14,
    },
    {
      connectTimeoutMs: 3_000,
      protocol: 'http1',
      limits: {
        maxConnections: 1,
        maxPendingRequests: 9,
        maxRequests: 10,
        maxRequestsPerConnection: 11,
        maxRetries: 12,
        idleTimeoutMs: 13_000,
        maxConnectionDurationMs: 15_000,
        maxConcurrentStreams: Infinity,
      },
    },
  ],
  ['p-tcpidle', { tcpIdleTimeoutMs: 4_000 }, { limits: { idleTimeoutMs: 4_000 } }],
  [
    'p-upgrade',
    { h2Upgrade: true, maxConcurrentStreams: 14 },
    { protocol: 'http2', limits: { maxConcurrentStreams: 14 } },
  ],
  ['p-upgrade without streams', { h2Upgrade: true }, { protocol: 'http2', limits: { maxConcurrentStreams: 1024 } }],
  [
    'p-clientproto',
    { useClientProtocol: true, h2Upgrade: true, maxConcurrentStreams: 14 },
    { protocol: 'downstream', limits: { maxConcurrentStreams: 1024 } },
  ],
];

test.each(POOLS)('pool, %s', (_, written, expected) => {
  expect(clusterOf(policy({ connectionPool: pool(written) }))).toMatchObject(expected);
});

test('a retry budget takes the place of maxRetries (section 2.6.8)', () => {
  const retryBudget = { percent: 0.5, minRetryConcurrency: 1 };
  const cluster = clusterOf(policy({ retryBudget, connectionPool: pool({ maxRetries: 5 }) }));
  expect(cluster).toMatchObject({ retryBudget, limits: { maxRetries: Infinity } });
});

// Reference section 3.7; istiogen check `outlier`.
const DEFAULTS = {
  consecutive5xx: 5,
  consecutiveGateway: null,
  noticedGateway: 5,
  consecutiveLocalOrigin: null,
  splitLocalOrigin: false,
  intervalMs: 10_000,
  baseEjectionMs: 30_000,
  maxEjectionMs: 300_000,
  maxEjectionPercent: 10,
  mayExceedMax: false,
  countsOverflow: false,
};
const OUTLIERS: readonly (readonly [string, Partial<OutlierPolicy>, Partial<EffectiveOutlierDetection>])[] = [
  ['o-empty', {}, {}],
  ['o-zero', { consecutive5xxErrors: 0 }, { consecutive5xx: null }],
  ['o-gw', { consecutiveGatewayErrors: 3 }, { consecutiveGateway: 3, noticedGateway: null }],
  [
    'o-gwboth',
    { consecutiveGatewayErrors: 3, consecutive5xxErrors: 7 },
    { consecutiveGateway: 3, noticedGateway: null, consecutive5xx: 7 },
  ],
  ['o-gwzero', { consecutiveGatewayErrors: 0 }, { noticedGateway: null }],
  ['o-split', { splitExternalLocalOriginErrors: true }, { splitLocalOrigin: true, consecutiveLocalOrigin: 5 }],
  [
    'o-splitn',
    { splitExternalLocalOriginErrors: true, consecutiveLocalOriginFailures: 4 },
    { splitLocalOrigin: true, consecutiveLocalOrigin: 4 },
  ],
  ['o-nosplitn', { consecutiveLocalOriginFailures: 4 }, {}],
  [
    'o-times',
    { intervalMs: 1_000, baseEjectionMs: 2_000, maxEjectionPercent: 50 },
    { intervalMs: 1_000, baseEjectionMs: 2_000, maxEjectionPercent: 50 },
  ],
  ['o-longbase', { baseEjectionMs: 600_000 }, { baseEjectionMs: 600_000, maxEjectionMs: 600_000 }],
  ['o-pct0', { maxEjectionPercent: 0 }, {}],
  ['o-pct100', { maxEjectionPercent: 100 }, { maxEjectionPercent: 100 }],
];

test.each(OUTLIERS)('outlier detection, %s', (_, written, expected) => {
  const outlierDetection = outlier(written);
  const cluster = clusterOf(policy({ outlierDetection }));
  expect(cluster.outlierDetection).toEqual({ origin: outlierDetection.origin, ...DEFAULTS, ...expected });
});

// Reference sections 0.2 and 3.5; recorded in validation/istiod/unready-endpoints and older-unready-endpoints.
test.each([
  { minor: 31, written: null, percent: 0, keeps: true },
  { minor: 30, written: null, percent: 50, keeps: false },
  { minor: 30, written: outlier(), percent: 0, keeps: false },
  { minor: 31, written: outlier(), percent: 0, keeps: true },
  { minor: 31, written: outlier({ minHealthPercent: 40 }), percent: 40, keeps: false },
  { minor: 31, written: null, prefers: 'zone', percent: 0, keeps: true },
  { minor: 30, written: null, prefers: 'zone', percent: 0, keeps: true },
  { minor: 30, written: outlier({ minHealthPercent: 40 }), prefers: 'zone', percent: 0, keeps: true },
] as const)(
  'Istio 1.$minor, minHealthPercent $written.minHealthPercent, $prefers first: panic below $percent %, endpoints not ready are known: $keeps',
  ({ minor, written, percent, keeps, ...row }) => {
    const cluster = clusterOf(policy({ outlierDetection: written }), service('s', row), minor);
    expect(cluster.panicThresholdPercent).toBe(percent);
    expect(cluster.keepsUnready).toBe(keeps);
  },
);

// Reference section 1.5.
test.each([
  { declared: 'http', spoken: 'http1', atGateway: 'http1' },
  { declared: 'http2', spoken: 'http2', atGateway: 'http2' },
  { declared: 'grpc', spoken: 'http2', atGateway: 'http2' },
  { declared: 'auto', spoken: 'downstream', atGateway: 'http1' },
  { declared: 'tcp', spoken: 'tcp', atGateway: 'tcp' },
  { declared: 'https', spoken: 'tcp', atGateway: 'tcp' },
] as const)('a port declared $declared is spoken to in $spoken', ({ declared, spoken, atGateway }) => {
  const to = service('s', { ports: [port(80, { protocol: declared })] });
  expect(clusterOf(null, to).protocol).toBe(spoken);
  expect(clusterOf(null, to, 31, gatewayWorkload()).protocol).toBe(atGateway);
});

// Istio 1.31, core/cluster_traffic_policy.go, shouldH2Upgrade; recorded in validation/istiod/auto-mtls and http2.
test.each([
  { declared: 'http', ofMesh: false, ofRule: true, spoken: 'http2', atGateway: 'http2' },
  { declared: 'http', ofMesh: true, ofRule: null, spoken: 'http2', atGateway: 'http2' },
  { declared: 'http', ofMesh: true, ofRule: false, spoken: 'http1', atGateway: 'http1' },
  { declared: 'auto', ofMesh: false, ofRule: true, spoken: 'downstream', atGateway: 'http2' },
  { declared: 'auto', ofMesh: true, ofRule: null, spoken: 'downstream', atGateway: 'http1' },
  { declared: 'grpc', ofMesh: false, ofRule: false, spoken: 'http2', atGateway: 'http2' },
] as const)('an upgrade of a port declared $declared by the mesh $ofMesh, by a rule $ofRule: $spoken', (row) => {
  const to = service('s', { ports: [port(80, { protocol: row.declared })] });
  const rule = destinationRule('s', { policy: policy({ connectionPool: pool({ h2Upgrade: row.ofRule }) }) });
  const settings = { h2Upgrade: row.ofMesh };
  const resolver = new MeshResolver(mesh({ services: [to], destinationRules: [rule], settings }));
  const ref = { service: null, host: to.host, port: 80, subset: null };
  expect(resolver.cluster(CLIENT, ref)!.protocol).toBe(row.spoken);
  expect(resolver.cluster(gatewayWorkload(), ref)!.protocol).toBe(row.atGateway);
});

test('Envoy bounds HTTP/2 streams since 1.36, which is in Istio 1.28 (section 0.2)', () => {
  const to = service('s', { ports: [port(80, { protocol: 'http2' })] });
  expect(clusterOf(null, to, 27).limits.maxConcurrentStreams).toBe(2 ** 31 - 1);
  expect(clusterOf(null, to, 28).limits.maxConcurrentStreams).toBe(1024);
});

// Reference sections 1.2, 3.3 and 4.1.
test.each([
  ['PASSTHROUGH', service('s'), balancer('passthrough'), 'passthrough'],
  ['RANDOM', service('s'), balancer('random'), 'random'],
  ['a headless service', service('s', { headless: true }), balancer('round-robin'), 'passthrough'],
  ['resolution NONE', externalService('s.com', { resolution: 'none' }), null, 'passthrough'],
  ['resolution DNS', externalService('s.com'), null, 'least-request'],
])('balancer, %s', (_, to, loadBalancer, kind) => {
  expect(clusterOf(policy({ loadBalancer }), to).balancer.kind).toBe(kind);
});

test('TLS as written; without `tls` it is found for each endpoint (section 3.8)', () => {
  expect(clusterOf(policy({ tls: { origin: origin(), mode: 'disable' } })).tlsMode).toBe('disable');
  expect(clusterOf(policy({ connectionPool: pool() })).tlsMode).toBeNull();
});

test('a UDP port has no cluster', () => {
  expect(clusterOf(null, service('s', { ports: [port(53, { protocol: 'udp' })] }))).toBeNull();
});

// Istio 1.31, pilot/pkg/networking/core/cluster.go, convertResolution; recorded in validation/istiod/online-boutique.
test('a gateway balances what a sidecar passes to the address that its application resolved', () => {
  const services = [service('set', { headless: true }), externalService('x.example.com', { resolution: 'none' })];
  const resolver = new MeshResolver(mesh({ services }));
  for (const { host } of services) {
    const ref = { service: null, host, port: 80, subset: null };
    expect(resolver.cluster(workload('client'), ref)?.balancer.kind).toBe('passthrough');
    expect(resolver.cluster(gatewayWorkload(), ref)?.balancer.kind).toBe('least-request');
  }
});
