import { expect, test } from 'vitest';
import { station } from '../support/stations.js';
import { callServer, isShare, outcome } from './call-server.js';

// Envoy, source/extensions/filters/http/fault/fault_filter.cc: the fault filter of the caller's proxy stands before the
// router. Each was measured on Envoy 1.40.

const delay = (fixedDelay: string, value: number) => ({ delay: { fixedDelay, percentage: { value } } });
const abort = (httpStatus: number, value: number) => ({ abort: { httpStatus, percentage: { value } } });
const takes = (wait: string) => ({ endpoints: [{ steps: [{ wait }] }] });

test("an injected delay does not use up the route's timeout", async () => {
  const http = { timeout: '1s', fault: delay('5s', 100) };
  const seen = await callServer({ http, server: takes('10ms'), atMs: [0], seconds: 10 });
  expect(outcome(seen)).toBe('200 DI');
  expect(seen.traffic.latencyMs.max).toBeCloseTo(5010, 6);
  expect(seen.traffic.causesMs.injected).toBeCloseTo(5000, 6);
});

test('the timeout governs what comes after the delay', async () => {
  const http = { timeout: '1s', fault: delay('2s', 100) };
  const seen = await callServer({ http, server: takes('3s'), atMs: [0], seconds: 10 });
  expect(outcome(seen)).toBe('504 DI,UT');
  expect(seen.traffic.latencyMs.max).toBeCloseTo(3000, 6);
});

test('an injected abort is not retried, and the server sees nothing', async () => {
  const http = { fault: abort(503, 100), retries: { attempts: 3, retryOn: '5xx' } };
  const seen = await callServer({ http, rate: 10, seconds: 10 });
  expect(outcome(seen)).toBe('503 FI');
  expect(seen.attempts).toBe(0);
  expect(seen.counter('upstream_rq_retry')).toBe(0);
  expect(seen.report.workloads.find(({ name }) => name === 'server')!.vcpuPer1000Rps.app).toBeNull();
});

test('delay and abort are independent coins', async () => {
  // Measured with 50 % each: none 257, DI 248, DI,FI 242, FI 252.
  const http = { fault: { ...delay('100ms', 50), ...abort(503, 50) } };
  const seen = await callServer({ http, rate: 100, seconds: 40 });
  const { codes, flags, latencyMs, okLatencyMs } = seen.traffic;
  expect(isShare(flags.DI!, seen.requests, 0.5)).toBe(true);
  expect(isShare(flags.FI!, seen.requests, 0.5)).toBe(true);
  expect(codes['503']).toBe(flags.FI);
  // Among the aborted as among all, half were delayed first.
  const delayedOk = (okLatencyMs.mean! / 100) * codes['200']!;
  const delayedFailed = (latencyMs.mean! / 100) * seen.requests - delayedOk;
  expect(isShare(delayedOk, codes['200']!, 0.5)).toBe(true);
  expect(isShare(delayedFailed, codes['503']!, 0.5)).toBe(true);
});

test('a fault without percentage injects nothing', async () => {
  const http = { fault: { abort: { httpStatus: 503 }, delay: { fixedDelay: '1s' } } };
  expect(outcome(await callServer({ http, rate: 10, seconds: 10 }))).toBe('200 -');
});

test('only requests that the rule takes, and only those of a sidecar, are hurt', async () => {
  const jason = { match: [{ headers: { 'end-user': { exact: 'jason' } } }], fault: abort(500, 100) };
  const route = [{ destination: { host: 'server' } }];
  const http = [{ ...jason, route }, { route }];
  const requests = [
    { name: 'jason', to: 'http://server/', headers: { 'end-user': 'jason' } },
    { name: 'others', to: 'http://server/' },
  ];
  const seen = await callServer({ http, rate: 100, seconds: 20, traffic: { requests } });
  expect(isShare(seen.traffic.codes['500']!, seen.requests, 0.5)).toBe(true);
  const bare = { name: 'bare', from: { workload: 'bare' }, rate: '10/s', to: 'http://server/', headers: undefined };
  const outside = await callServer({
    http: { fault: abort(500, 100) },
    manifests: station('bare'),
    workloads: { bare: { endpoints: [] } },
    traffic: { from: bare.from },
    rate: 10,
    seconds: 10,
  });
  expect(outcome(outside)).toBe('200 -');
});

test('a gateway that the VirtualService does not name injects nothing', async () => {
  const gateway = `---
{apiVersion: networking.istio.io/v1, kind: Gateway, metadata: {name: front}, spec: {selector: {istio: ingressgateway},
  servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]}}
---
{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: front}, spec: {hosts: [shop.com],
  gateways: [front], http: [{route: [{destination: {host: server}}]}]}}
`;
  const seen = await callServer({
    http: { fault: abort(500, 100) },
    manifests: gateway,
    traffic: { from: { gateway: 'istio-ingressgateway' } },
    url: 'http://shop.com/',
    rate: 10,
    seconds: 10,
  });
  expect(outcome(seen)).toBe('200 -');
});

test('a gRPC abort is HTTP 200 with its status', async () => {
  const grpc = `---
{apiVersion: v1, kind: Service, metadata: {name: cart}, spec: {selector: {app: server}, ports: [{name: grpc, port: 7070}]}}
---
{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: cart}, spec: {hosts: [cart],
  http: [{fault: {abort: {grpcStatus: RESOURCE_EXHAUSTED, percentage: {value: 100}}}, route: [{destination: {host: cart}}]}]}}
`;
  const seen = await callServer({ manifests: grpc, url: 'grpc://cart:7070/shop.Cart/Get', rate: 10, seconds: 1 });
  expect(outcome(seen)).toBe('grpc:8 FI');
});

// Istio, core/route/route.go, TranslateFault: millionths, decimals beyond are cut; `percent` in whole per cent.
test.each([
  { fault: { abort: { httpStatus: 503, percentage: { value: 25.5 } } }, share: 0.255 },
  { fault: { abort: { httpStatus: 503, percentage: { value: 0.0001 } } }, share: 1e-6 },
  { fault: { delay: { fixedDelay: '1ms', percent: 25 } }, share: 0.25 },
])('$fault hurts $share', async ({ fault, share }) => {
  const seen = await callServer({ http: { fault }, rate: 1000, seconds: 10 });
  const hurt = (seen.traffic.flags.FI ?? 0) + (seen.traffic.flags.DI ?? 0);
  expect(isShare(hurt, seen.requests, share)).toBe(true);
});

test('to a request that is not gRPC an abort with a gRPC status is HTTP 200', async () => {
  const http = { fault: { abort: { grpcStatus: 'UNAVAILABLE', percentage: { value: 100 } } } };
  expect(outcome(await callServer({ http, rate: 10, seconds: 1 }))).toBe('200 FI');
});

// Measured: who hangs up during the delay.
test('a caller that gives up while it is delayed: 0 DC,DI', async () => {
  const http = { fault: delay('5s', 100) };
  const seen = await callServer({ http, traffic: { timeout: '1s' }, atMs: [0], seconds: 10 });
  expect(seen.report.edges[0]!.codes).toEqual({ 0: 1 });
  expect(seen.report.edges[0]!.flags).toEqual({ DC: 1, DI: 1 });
  expect(seen.attempts).toBe(0);
});

// The sidecar one hop up has the whole of it under its own timeout and retries.
test('a delay injected one hop further on is within the timeout of the one before', async () => {
  const slow = `---
{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: server}, spec: {hosts: [server], http: [
  {fault: {delay: {fixedDelay: 5s, percentage: {value: 100}}}, route: [{destination: {host: server}}]}]}}
---
{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: front}, spec: {hosts: [front], http: [
  {timeout: 1s, route: [{destination: {host: front}}]}]}}
`;
  const seen = await callServer({
    manifests: station('front', { sidecar: true }) + slow,
    workloads: { front: { endpoints: [{ steps: [{ call: 'http://server/' }] }] } },
    url: 'http://front/',
    atMs: [0],
    seconds: 10,
  });
  expect(outcome(seen)).toBe('504 UT');
  expect(seen.traffic.latencyMs.max).toBeCloseTo(1000, 6);
});

// Istio, core/route/route.go, translateRoute: the fault is written whatever the rule's action. Only a delegate has both:
// validation refuses them beside each other.
test.each([
  { fault: abort(503, 100), action: { redirect: { uri: '/new' } }, seen: '503 FI', ms: 0 },
  { fault: abort(503, 100), action: { directResponse: { status: 418 } }, seen: '503 FI', ms: 0 },
  { fault: delay('2s', 100), action: { redirect: { uri: '/new' } }, seen: '301 DI', ms: 2000 },
  { fault: delay('2s', 100), action: { directResponse: { status: 418 } }, seen: '418 DI', ms: 2000 },
  {
    fault: { ...delay('2s', 100), ...abort(503, 100) },
    action: { directResponse: { status: 418 } },
    seen: '503 DI,FI',
    ms: 2000,
  },
])('a delegate that answers itself, under $fault: $seen', async ({ fault, action, seen, ms }) => {
  const leaf = { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name: 'leaf' } };
  const answered = await callServer({
    http: [{ fault, delegate: { name: 'leaf' } }],
    manifests: `---\n${JSON.stringify({ ...leaf, spec: { http: [action] } })}\n`,
    rate: 10,
    seconds: 10,
  });
  expect(outcome(answered)).toBe(seen);
  expect(answered.traffic.latencyMs.max).toBeCloseTo(ms, 6);
  expect(answered.attempts).toBe(0);
});
