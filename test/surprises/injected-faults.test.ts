import { expect, test } from 'vitest';
import { callServer, outcome } from '../dataplane/call-server.js';
import { station } from '../support/stations.js';
import { istio, takes, virtualService } from './documents.js';

// istio-envoy-semantics 12, continued from retries-and-timeouts.test.ts.

const TO_SERVER = 'route: [{destination: {host: server}}]';

test('Surprise 9: the timeout does not cover an injected delay', async () => {
  const seen = await callServer({
    manifests: virtualService(`
- ${TO_SERVER}
  timeout: 1s
  fault: {delay: {fixedDelay: 5s, percentage: {value: 100}}}`),
    server: takes('10ms'),
    rate: 1,
    seconds: 10,
  });
  expect(outcome(seen)).toBe('200 DI');
  expect(seen.traffic.latencyMs.max).toBeCloseTo(5010, 6);
  expect(seen.traffic.causesMs.injected).toBeCloseTo(5000, 6);
});

test('Surprise 9: the timeout begins when the injected delay is over', async () => {
  const seen = await callServer({
    manifests: virtualService(`
- ${TO_SERVER}
  timeout: 1s
  fault: {delay: {fixedDelay: 2s, percentage: {value: 100}}}`),
    server: takes('3s'),
    rate: 1,
    seconds: 10,
  });
  expect(outcome(seen)).toBe('504 DI,UT'); // measured: at 3.002 s
  expect(seen.traffic.latencyMs.max).toBeCloseTo(3000, 6);
});

test('Surprise 9: retries do not cover an injected abort', async () => {
  const seen = await callServer({
    manifests: virtualService(`
- ${TO_SERVER}
  retries: {attempts: 3, retryOn: 5xx}
  fault: {abort: {httpStatus: 503, percentage: {value: 100}}}`),
    rate: 10,
    seconds: 10,
  });
  expect(outcome(seen)).toBe('503 FI');
  expect(seen.counter('upstream_rq_retry')).toBe(0);
  expect(seen.attempts).toBe(0); // the server sees nothing
});

const HURTS_JASON = virtualService(`
- match: [{headers: {end-user: {exact: jason}}}]
  fault: {abort: {httpStatus: 500, percentage: {value: 100}}}
  ${TO_SERVER}
- ${TO_SERVER}`);

test.each([
  { who: 'the user that the rule matches', headers: { 'end-user': 'jason' }, expected: '500 FI' },
  { who: 'another user', headers: { 'end-user': 'martha' }, expected: '200 -' },
  { who: 'nobody in particular', headers: {}, expected: '200 -' },
])('Surprise 10: a fault under `match` and $who', async ({ headers, expected }) => {
  const requests = [{ to: 'http://server/', headers }];
  expect(outcome(await callServer({ manifests: HURTS_JASON, traffic: { requests }, seconds: 1 }))).toBe(expected);
});

const HURTS_ALL = virtualService(`
- fault: {abort: {httpStatus: 500, percentage: {value: 100}}}
  ${TO_SERVER}`);

test('Surprise 10: a fault does not hurt calls of a pod without a sidecar', async () => {
  const seen = await callServer({
    manifests: HURTS_ALL + station('bare'),
    workloads: { bare: { endpoints: [] } },
    traffic: { from: { workload: 'bare' } },
    seconds: 1,
  });
  expect(outcome(seen)).toBe('200 -');
});

const FRONT = istio(
  'Gateway',
  'front',
  `
selector: {istio: ingressgateway}
servers:
- port: {number: 80, name: http, protocol: HTTP}
  hosts: ["*"]`,
);

test.each([
  { gateways: '[mesh]', expected: '404 NR' }, // nobody has told the gateway of the host
  { gateways: '[front]', expected: '500 FI' },
  { gateways: '[front, mesh]', expected: '500 FI' },
])('Surprise 10: at a gateway a fault of a VirtualService for $gateways: $expected', async (each) => {
  const fault = istio(
    'VirtualService',
    'shop',
    `
hosts: [shop.com]
gateways: ${each.gateways}
http:
- fault: {abort: {httpStatus: 500, percentage: {value: 100}}}
  ${TO_SERVER}`,
  );
  const seen = await callServer({
    manifests: FRONT + fault,
    traffic: { from: { gateway: 'istio-ingressgateway' } },
    url: 'http://shop.com/',
    seconds: 1,
  });
  expect(outcome(seen)).toBe(each.expected);
});

test('Surprise 10: traffic through a gateway that `gateways` does not name is not hurt', async () => {
  const clean = istio('VirtualService', 'shop', `hosts: [shop.com]\ngateways: [front]\nhttp: [{${TO_SERVER}}]`);
  const seen = await callServer({
    manifests: FRONT + clean + HURTS_ALL,
    traffic: { from: { gateway: 'istio-ingressgateway' } },
    url: 'http://shop.com/',
    seconds: 1,
  });
  expect(outcome(seen)).toBe('200 -');
});
