import { expect, test } from 'vitest';
import { callServer, outcome } from '../dataplane/call-server.js';
import { authorizationPolicy, strict } from '../support/security.js';

// istio-envoy-semantics 12, continued from routing-and-balancing.test.ts.

const EMPTY = authorizationPolicy({});
const SERVER = { serverSidecar: true, rate: 10, seconds: 10 };

test('Surprise 25a: an AuthorizationPolicy with spec: {} denies everything, and outlier detection counts no error', async () => {
  const policy = { outlierDetection: { consecutive5xxErrors: 1, maxEjectionPercent: 100 } };
  const seen = await callServer({
    ...SERVER,
    policy,
    http: { retries: { attempts: 3, retryOn: '5xx' } },
    manifests: EMPTY,
  });
  expect(outcome(seen)).toBe('403 -');
  expect(seen.attempts).toBe(seen.requests); // not retried
  expect(seen.counter('ejections_total')).toBe(0);
  expect(seen.report.workloads.find(({ name }) => name === 'server')!.cpuCores.app).toBe(0);
});

test('Surprise 25b: a STRICT server closes the plaintext of a DestinationRule: 503 UC, not retried', async () => {
  const seen = await callServer({ ...SERVER, policy: { tls: { mode: 'DISABLE' } }, manifests: strict() });
  expect(outcome(seen)).toBe('503 UC');
  expect(seen.attempts).toBe(seen.requests);
});

test('Surprise 25c: a client without sidecar is reset by a STRICT server', async () => {
  const traffic = { from: 'outside' };
  const seen = await callServer({ ...SERVER, traffic, manifests: strict() });
  expect(seen.traffic.codes).toEqual({ 0: seen.requests });
  expect(seen.attempts).toBe(0); // no proxy that would count any
});

test('Surprise 25d: a gRPC call that its route gives up is UNAVAILABLE', async () => {
  const server = { endpoints: [{ steps: [{ wait: '1s' }] }] };
  const url = 'grpc://server/shop.Cart/Get';
  const seen = await callServer({ ...SERVER, server, http: { timeout: '100ms' }, url });
  expect(outcome(seen)).toBe('grpc:14 UT');
});
