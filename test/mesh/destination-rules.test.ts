import { expect, test } from 'vitest';
import { type DestinationRule, MeshResolver, type TrafficPolicy } from '../../src/mesh/index.js';
import {
  balancer,
  destinationRule,
  mesh,
  origin,
  outlier,
  policy,
  pool,
  port,
  service,
  subset,
  workload,
} from '../support/mesh.js';

const connections = (maxConnections: number): TrafficPolicy => policy({ connectionPool: pool({ maxConnections }) });
const host = (name: string) => `${name}.svc.svc.cluster.local`;
const SERVICES = ['s1', 's2', 's3', 's4', 's5', 's6', 's7'].map((name, age) =>
  service(name, { namespace: 'svc', ports: [port(90), port(91)], age }),
);

// The DestinationRules of istiogen's check `dr`, in order of creation.
const RULES: readonly DestinationRule[] = [
  destinationRule(host('s1'), { namespace: 'svc', policy: connections(2) }),
  destinationRule('s1.svc.cluster.local', { policy: connections(666) }),
  destinationRule(host('s1'), { policy: connections(1) }),
  destinationRule(host('s2'), { namespace: 'svc', policy: connections(2) }),
  destinationRule('*.svc.svc.cluster.local', { policy: connections(11) }),
  destinationRule(host('s3'), { namespace: 'istio-system', policy: connections(3) }),
  destinationRule(host('s4'), { subsets: [subset('a', { labels: { v: 'a' } })] }),
  destinationRule(host('s4'), {
    policy: connections(4),
    subsets: [subset('a', { labels: { v: 'other' }, policy: connections(44) }), subset('b', { labels: { v: 'b' } })],
  }),
  destinationRule(host('s4'), { policy: connections(444) }),
  destinationRule(host('s5'), { policy: connections(5) }),
  destinationRule(host('s5'), {
    workloadSelector: { app: 'client' },
    policy: policy({ outlierDetection: outlier({ consecutive5xxErrors: 55 }) }),
  }),
  destinationRule(host('s6'), {
    policy: policy({
      connectionPool: pool({ maxConnections: 10, http1MaxPendingRequests: 12 }),
      outlierDetection: outlier({ consecutive5xxErrors: 6 }),
      loadBalancer: balancer('round-robin'),
      retryBudget: { percent: 30, minRetryConcurrency: 2 },
      portLevel: [{ port: 91, policy: policy({ loadBalancer: balancer('random') }) }],
    }),
    subsets: [
      subset('plain'),
      subset('http', { policy: policy({ connectionPool: pool({ http2MaxRequests: 100 }) }) }),
      subset('port', {
        policy: policy({
          portLevel: [{ port: 90, policy: policy({ outlierDetection: outlier({ consecutive5xxErrors: 66 }) }) }],
        }),
      }),
      subset('lb', {
        policy: policy({
          loadBalancer: balancer('least-request'),
          retryBudget: { percent: 50, minRetryConcurrency: 3 },
        }),
      }),
    ],
  }),
  destinationRule(host('s7'), { namespace: 'svc', exportTo: ['.'], policy: connections(7) }),
  destinationRule(host('s1'), { namespace: 'istio-system', policy: connections(99) }),
  destinationRule(host('s7'), { namespace: 'svc', exportTo: ['*'], policy: connections(8) }),
].map((rule, age) => ({ ...rule, age }));

const RESOLVER = new MeshResolver(mesh({ services: SERVICES, destinationRules: RULES.toReversed() }));

function clusterAt(namespace: string, name: string, subsetName: string | null = null, number = 90) {
  const caller = workload('client', { namespace });
  const ref = { service: null, host: host(name), port: number, subset: subsetName };
  return RESOLVER.cluster(caller, ref);
}

// Reference section 3.1; the numbers are those of istiogen's check `dr`.
test.each([
  { from: 'default', to: 's1', maxConnections: 1, why: 'the client’s namespace comes first' },
  { from: 'default', to: 's2', maxConnections: 11, why: 'its wildcard hides the exact rule elsewhere' },
  { from: 'default', to: 's3', maxConnections: 11, why: 'and the root namespace’s' },
  { from: 'default', to: 's7', maxConnections: 11, why: 'for every service' },
  { from: 'default', to: 's4', maxConnections: 4, why: 'merged: the oldest policy' },
  { from: 'default', to: 's5', maxConnections: Infinity, why: 'the selective rule alone' },
  { from: 'svc', to: 's7', maxConnections: 8, why: 'of two that differ in exportTo the younger' },
  { from: 'svc', to: 's3', maxConnections: 3, why: 'the root namespace comes last' },
  { from: 'third', to: 's7', maxConnections: 8, why: 'the private one is not seen' },
  { from: 'istio-system', to: 's1', maxConnections: 2, why: 'the root’s own clients take the service’s first' },
])('from $from, $to: $why', ({ from, to, maxConnections }) => {
  expect(clusterAt(from, to)?.limits.maxConnections).toBe(maxConnections);
});

// Reference section 3.1; pkg/config/host, MoreSpecific.
test.each([
  { hosts: ['*', '*.svc.cluster.local', '*.svc.svc.cluster.local'], taken: 3 },
  { hosts: ['*.svc.svc.cluster.local', '*.svc.cluster.local', '*'], taken: 1 },
  { hosts: ['*.svc.svc.cluster.local', host('s1')], taken: 2 },
  { hosts: [host('s1'), '*.svc.svc.cluster.local'], taken: 1 },
  { hosts: ['*.other.svc.cluster.local', '*'], taken: 2 },
])('of $hosts in one namespace number $taken is the most specific', ({ hosts, taken }) => {
  const rules = hosts.map((written, i) => destinationRule(written, { policy: connections(i + 1), age: i }));
  const resolver = new MeshResolver(mesh({ services: SERVICES, destinationRules: rules }));
  const ref = { service: null, host: host('s1'), port: 90, subset: null };
  expect(resolver.cluster(workload('client'), ref)?.limits.maxConnections).toBe(taken);
});

// pilot/pkg/model/destination_rule.go, mergeDestinationRule: into one that is exported to no others than the new one.
test.each([
  { older: ['.'], newer: ['.', 'other'], merged: true },
  { older: ['.', 'other'], newer: ['.'], merged: false },
  { older: [], newer: ['*'], merged: false }, // to say '*' is another thing than to say nothing
  { older: ['*'], newer: [], merged: false },
  { older: [], newer: [], merged: true },
  { older: ['.'], newer: ['*'], merged: false },
])('rules exported to $older and then to $newer are merged: $merged', ({ older, newer, merged }) => {
  const of = (name: string, exportTo: readonly string[], age: number) =>
    destinationRule(host('s1'), { namespace: 'svc', exportTo, subsets: [subset(name)], age });
  const resolver = new MeshResolver(
    mesh({ services: SERVICES, destinationRules: [of('a', older, 0), of('b', newer, 1)] }),
  );
  const has = (name: string) => {
    const ref = { service: null, host: host('s1'), port: 90, subset: name };
    return resolver.cluster(workload('client', { namespace: 'svc' }), ref) !== null;
  };
  expect([has('a'), has('b')]).toEqual([merged, true]); // apart, the youngest counts
});

test('with the ages of two rules that differ in exportTo swapped, the other one counts', () => {
  const swapped = RULES.map((rule) => (rule.exportTo.length > 0 ? { ...rule, age: 20 - rule.age } : rule));
  const resolver = new MeshResolver(mesh({ services: SERVICES, destinationRules: swapped }));
  const ref = { service: null, host: host('s7'), port: 90, subset: null };
  expect(resolver.cluster(workload('client', { namespace: 'svc' }), ref)?.limits.maxConnections).toBe(7);
});

test('a rule with a workload selector is for the clients that it selects', () => {
  expect(clusterAt('default', 's5')?.outlierDetection?.consecutive5xx).toBe(55);
  const ref = { service: null, host: host('s5'), port: 90, subset: null };
  expect(RESOLVER.cluster(workload('other'), ref)?.limits.maxConnections).toBe(5);
});

test('merged rules join their subsets, the older of two with one name, under one policy', () => {
  expect(clusterAt('default', 's4', 'a')).toMatchObject({ subsetLabels: { v: 'a' }, limits: { maxConnections: 4 } });
  expect(clusterAt('default', 's4', 'b')).toMatchObject({ subsetLabels: { v: 'b' }, limits: { maxConnections: 4 } });
  expect(clusterAt('default', 's4', 'c')).toBeNull();
});

// Reference section 3.2; istiogen check `dr`, service s6. `budget`: per cent.
const INHERITED = [
  {
    at: 90,
    of: 'plain',
    connections: 10,
    pending: 12,
    requests: Infinity,
    errors: 6,
    balancer: 'round-robin',
    budget: 30,
  },
  {
    at: 90,
    of: 'http',
    connections: Infinity,
    pending: Infinity,
    requests: 100,
    errors: 6,
    balancer: 'round-robin',
    budget: 30,
  },
  {
    at: 90,
    of: 'port',
    connections: Infinity,
    pending: Infinity,
    requests: Infinity,
    errors: 66,
    balancer: 'least-request',
    budget: 30,
  },
  {
    at: 90,
    of: 'lb',
    connections: 10,
    pending: 12,
    requests: Infinity,
    errors: 6,
    balancer: 'least-request',
    budget: 50,
  },
  {
    at: 91,
    of: null,
    connections: Infinity,
    pending: Infinity,
    requests: Infinity,
    errors: undefined,
    balancer: 'random',
    budget: undefined,
  },
  {
    at: 91,
    of: 'plain',
    connections: Infinity,
    pending: Infinity,
    requests: Infinity,
    errors: undefined,
    balancer: 'random',
    budget: undefined,
  },
  {
    at: 91,
    of: 'port',
    connections: Infinity,
    pending: Infinity,
    requests: Infinity,
    errors: undefined,
    balancer: 'random',
    budget: undefined,
  },
];

test.each(INHERITED)('port $at, subset $of inherits', ({ at, of, ...expected }) => {
  const cluster = clusterAt('default', 's6', of, at);
  expect({
    connections: cluster?.limits.maxConnections,
    pending: cluster?.limits.maxPendingRequests,
    requests: cluster?.limits.maxRequests,
    errors: cluster?.outlierDetection?.consecutive5xx,
    balancer: cluster?.balancer.kind,
    budget: cluster?.retryBudget?.percent,
  }).toEqual(expected);
});

// Istio 1.31, pilot/pkg/model/push_context.go, setDestinationRules; recorded in validation/istiod/export-to.
test('a rule that is exported to others alone is none of its own namespace’s', () => {
  const rules = [
    destinationRule(host('s1'), { namespace: 'svc', exportTo: ['.'], policy: connections(1) }),
    destinationRule(host('s1'), { namespace: 'svc', exportTo: ['default'], policy: connections(2), age: 1 }),
  ];
  const resolver = new MeshResolver(mesh({ services: SERVICES, destinationRules: rules }));
  const limitOf = (namespace: string) =>
    resolver.cluster(workload('c', { namespace }), { service: null, host: host('s1'), port: 90, subset: null })?.limits
      .maxConnections;
  expect(limitOf('svc')).toBe(1);
  expect(limitOf('default')).toBe(2);
});

// Istio 1.31, pilot/pkg/xds/endpoints/mtls_checker.go; recorded in validation/istiod/destination-rule-inheritance.
test.each([
  { written: 'disable', held: 'disable' },
  { written: 'simple', held: 'disable' },
  { written: 'istio-mutual', held: 'mutual-with-sidecars' },
] as const)('a port without TLS settings under a rule with $written: $held', ({ written, held }) => {
  const portLevel = [{ port: 90, policy: connections(1) }];
  const rule = destinationRule(host('s1'), {
    namespace: 'svc',
    policy: { ...policy(), tls: { origin: origin(), mode: written }, portLevel },
  });
  const resolver = new MeshResolver(mesh({ services: SERVICES, destinationRules: [rule] }));
  const at = (number: number) =>
    resolver.cluster(workload('c'), { service: null, host: host('s1'), port: number, subset: null })?.tlsMode;
  expect(at(90)).toBe(held);
  expect(at(91)).toBe(written);
});
