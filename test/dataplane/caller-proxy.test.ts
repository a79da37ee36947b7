import { expect, test } from 'vitest';
import { expectBinomial } from '../scenarios/binomial.js';
import { station } from '../support/stations.js';
import {
  crashed,
  destinationRule,
  fails,
  istio,
  OK,
  otherPods,
  takes,
  virtualService,
} from '../surprises/documents.js';
import { callServer, outcome, type Setup } from './call-server.js';

// What the caller's proxy makes of a request before its router, and what it does with what it does not know: Istio,
// pilot/pkg/networking/core/httproute.go, listener.go; istio-envoy-semantics 1.2 and 1.4.

const ON_PORT_81 = `---
{apiVersion: v1, kind: Service, metadata: {name: other}, spec: {selector: {app: server}, ports: [{name: http, port: 81}]}}
`;
const first = (match: string, host = 'server') =>
  istio(
    'VirtualService',
    host,
    `
hosts: [${host}]
http:
- {match: [${match}], directResponse: {status: 201}}
- {directResponse: {status: 202}}`,
  );

const MATCHES: readonly (readonly [string, string, Setup])[] = [
  ['the path without dot segments', '201 -', { manifests: first('{uri: {exact: /b}}'), url: 'http://server/a/../b' }],
  ['`:authority` without the port 80', '201 -', { manifests: first('{authority: {exact: server}}') }],
  [
    '`:authority` with any other port',
    '201 -',
    { manifests: ON_PORT_81 + first('{authority: {exact: "other:81"}}', 'other'), url: 'http://other:81/' },
  ],
  [
    'no header that Envoy keeps for itself',
    '202 -',
    {
      manifests: first('{headers: {x-envoy-max-retries: {}}}'),
      traffic: { requests: [{ to: 'http://server/', headers: { 'x-envoy-max-retries': '3' } }] },
    },
  ],
];

test.each(MATCHES)('rules see %s: %s', async (_, expected, setup) => {
  expect(outcome(await callServer({ ...setup, seconds: 1 }))).toBe(expected);
});

test('headers do not set how often a request is tried', async () => {
  const headers = { 'x-envoy-max-retries': '5', 'x-envoy-retry-on': '5xx' };
  const requests = [{ to: 'http://server/', headers }];
  const seen = await callServer({ server: fails(500), traffic: { requests }, seconds: 1 });
  expect(outcome(seen)).toBe('500 -');
  expect(seen.attempts).toBe(seen.requests);
  expect(seen.report.diagnostics.map(({ code }) => code)).toContain('stripped-header');
});

const CLOSED = istio('Sidecar', 'default', 'outboundTrafficPolicy: {mode: REGISTRY_ONLY}');
const UNKNOWN: readonly (readonly [string, string, Setup])[] = [
  ['HTTP under REGISTRY_ONLY', '502 -', { manifests: CLOSED, url: 'http://nowhere.com/' }],
  ['gRPC under REGISTRY_ONLY', 'grpc:14 -', { manifests: CLOSED, url: 'grpc://nowhere.com/a.B/C' }],
  ['HTTP to a port where no listener takes HTTP', '0 UH', { manifests: CLOSED, url: 'http://nowhere.com:8123/' }],
  ['TCP under REGISTRY_ONLY: BlackHoleCluster', 'tcp:reset UH', { manifests: CLOSED, url: 'tcp://nowhere.com:99' }],
];

test.each(UNKNOWN)('an unknown host, %s: %s', async (_, expected, setup) => {
  const seen = await callServer({ ...setup, seconds: 1 });
  expect(outcome(seen)).toBe(expected);
  expect(seen.report.diagnostics.map(({ code }) => code)).toContain('no-route');
});

const HIDING = istio('Sidecar', 'default', 'egress: [{hosts: ["istio-system/*"]}]');

test('what a Sidecar hides is passed through without retries', async () => {
  const seen = await callServer({ manifests: HIDING, faults: crashed('server'), replicas: 2, seconds: 1 });
  expect(outcome(seen)).toBe('503 UF');
  expect(seen.attempts).toBe(seen.requests);
});

test('several requests that pass through to one service keep away from the clusters of others', async () => {
  const scope = istio('Sidecar', 'default', 'egress: [{hosts: ["./known.default.svc.cluster.local"]}]');
  const requests = ['http://server/1', 'http://server/2', 'http://known/'].map((to) => ({ to }));
  const seen = await callServer({
    manifests: scope + station('known'),
    workloads: { known: OK },
    traffic: { requests },
    rate: 100,
    seconds: 10,
  });
  const misled = seen.edges.filter(({ destination, workload }) => workload !== null && workload !== destination);
  expect(misled).toEqual([]);
  expectBinomial(seen.attempts, seen.requests, 2 / 3);
});

const POLICIES =
  virtualService(`
- route: [{destination: {host: server, subset: stable}}]
  timeout: 100ms
  retries: {attempts: 3, retryOn: 5xx}`) +
  destinationRule(
    '\noutlierDetection: {maxEjectionPercent: 100}\nconnectionPool: {http: {http2MaxRequests: 1}}',
    'subsets: [{name: stable, labels: {kind: stable}}]',
  ) +
  otherPods('stable', 1);

test('what a Sidecar hides has no policies either: no subset, timeout, retries, limits, ejection', async () => {
  const given = { manifests: POLICIES + HIDING, workloads: { stable: OK }, server: takes('1s') };
  const slow = await callServer({ ...given, rate: 100, seconds: 10 });
  expect(outcome(slow)).toBe('200 -');
  expect(slow.traffic.latencyMs.max).toBeCloseTo(1000, 6);
  const failing = await callServer({ ...given, server: fails(500), rate: 100, seconds: 10 });
  expect(failing.attempts).toBe(failing.requests);
  expect(failing.traffic.flags).toEqual({});
});

// istio-envoy-semantics 1.4: a client without a sidecar has kube-proxy and nothing else.
test('a caller without a sidecar has no policies: no subset, timeout, retries, ejection', async () => {
  const given = {
    manifests: POLICIES + station('bare'),
    workloads: { stable: OK, bare: { endpoints: [] } },
    traffic: { from: { workload: 'bare' } },
  };
  const slow = await callServer({ ...given, server: takes('1s'), rate: 100, seconds: 10 });
  expect(outcome(slow)).toBe('200 -');
  expect(slow.traffic.latencyMs.max).toBeCloseTo(1000, 6);
  const failing = await callServer({ ...given, server: fails(500), rate: 100, seconds: 10 });
  expect(Object.keys(failing.traffic.codes)).toContain('500');
  expect(failing.traffic.flags).toEqual({});
  const down = await callServer({ ...given, faults: crashed('server'), rate: 100, seconds: 10 });
  expect(Object.keys(down.traffic.codes)).toEqual(['0', '200']); // refused, and not tried again
});

// istio-envoy-semantics 1.2: the server's sidecar never enforces what time its caller has left.
test('a request that has timed out goes on using the server', async () => {
  const seen = await callServer({
    manifests: virtualService('- {route: [{destination: {host: server}}], timeout: 100ms}'),
    server: { workers: 1, ...takes('1s') },
    serverSidecar: true,
    atMs: [0, 500, 3000],
    seconds: 10,
  });
  expect(outcome(seen)).toBe('504 UT');
  expect(seen.report.workloads.find(({ name }) => name === 'server')!.workerUtilization).toBeCloseTo(0.3, 6);
});

// What the server's application sees is told by its endpoints' calls, whose rules match on the header.
const ECHO = istio(
  'VirtualService',
  'bottom',
  `
hosts: [bottom]
http:
- {match: [{headers: {by: {exact: rule}}}], directResponse: {status: 201}}
- {match: [{headers: {by: {exact: destination}}}], directResponse: {status: 202}}
- {directResponse: {status: 203}}`,
);
const TO_BY = 'headers: {request: {set: {by: destination}}}';

// Envoy, source/common/router/weighted_cluster_specifier.cc: of a split the destination's own come before the rule's.
test.each([
  { name: 'the only destination: its own come last', route: `- {destination: {host: server}, ${TO_BY}}`, status: 202 },
  {
    name: "one of a split: the rule's come last",
    route: `- {destination: {host: server}, weight: 50, ${TO_BY}}
  - {destination: {host: server}, weight: 50, ${TO_BY}}`,
    status: 201,
  },
])('headers of $name', async ({ route, status }) => {
  const seen = await callServer({
    manifests: `${virtualService(`
- headers: {request: {set: {by: rule}}}
  route:
  ${route}`)}${station('bottom')}${ECHO}`,
    server: { endpoints: [{ steps: [{ call: 'http://bottom/' }] }] },
    serverSidecar: true,
    seconds: 1,
  });
  expect(Object.keys(seen.report.edges.find(({ source }) => source === 'server')!.codes)).toEqual([String(status)]);
});
