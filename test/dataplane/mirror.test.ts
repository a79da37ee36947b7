import { expect, test } from 'vitest';
import { station, virtualService } from '../support/stations.js';
import { callServer, isShare, outcome, type Seen } from './call-server.js';

// Envoy, source/common/router/shadow_writer_impl.cc and router.cc; measured on Envoy 1.40.

const takes = (wait: string) => ({ endpoints: [{ steps: [{ wait }] }] });
const SHADOW = { manifests: station('shadow'), workloads: { shadow: takes('500ms') } };
const COPY = { mirror: { host: 'shadow' } };

function mirrored({ edges }: Seen): number {
  return edges.reduce((sum, edge) => sum + edge.mirrored, 0);
}

test('a copy never delays the original, and counts apart', async () => {
  const seen = await callServer({ ...SHADOW, http: COPY, server: takes('10ms'), rate: 50, seconds: 20 });
  expect(outcome(seen)).toBe('200 -');
  expect(seen.traffic.latencyMs.max).toBeCloseTo(10, 6);
  expect(mirrored(seen)).toBe(seen.requests);
  const row = seen.edges.find(({ destination }) => destination === 'shadow')!;
  expect(row).toMatchObject({ requests: 0, attempts: 0, mirrored: seen.requests });
});

test('mirrorPercentage is a coin for each request', async () => {
  const http = { ...COPY, mirrorPercentage: { value: 30 } };
  const seen = await callServer({ ...SHADOW, http, rate: 100, seconds: 30 });
  expect(isShare(mirrored(seen), seen.requests, 0.3)).toBe(true);
});

test('one copy for each request, not for each try', async () => {
  const http = { ...COPY, retries: { attempts: 3, retryOn: '5xx' } };
  const server = { endpoints: [{ respond: { status: 500 } }] };
  const seen = await callServer({ ...SHADOW, http, server, rate: 10, seconds: 10 });
  expect(seen.attempts).toBe(4 * seen.requests);
  expect(mirrored(seen)).toBe(seen.requests);
});

test('no copy of what an injected abort ends', async () => {
  const http = { ...COPY, fault: { abort: { httpStatus: 500, percentage: { value: 100 } } } };
  expect(mirrored(await callServer({ ...SHADOW, http, rate: 10, seconds: 10 }))).toBe(0);
});

test('no copy of what is refused at once: no host', async () => {
  const seen = await callServer({ ...SHADOW, http: COPY, replicas: 0, rate: 10, seconds: 10 });
  expect(outcome(seen)).toBe('503 UH');
  expect(mirrored(seen)).toBe(0);
});

test('no copy of what is refused at once: overflow', async () => {
  const policy = { connectionPool: { tcp: { maxConnections: 1 }, http: { http1MaxPendingRequests: 1 } } };
  const seen = await callServer({ ...SHADOW, http: COPY, policy, server: takes('100ms'), rate: 50, seconds: 20 });
  expect(seen.traffic.codes['503']).toBeGreaterThan(0);
  expect(mirrored(seen)).toBe(seen.traffic.codes['200']);
});

test("a copy is not retried, and the copy's pool overflows on its own", async () => {
  const rule = `---
{apiVersion: networking.istio.io/v1, kind: DestinationRule, metadata: {name: shadow},
  spec: {host: shadow, trafficPolicy: {connectionPool: {tcp: {maxConnections: 1}, http: {http1MaxPendingRequests: 1}}}}}
`;
  const http = { ...COPY, retries: { attempts: 3, retryOn: '5xx' } };
  const seen = await callServer({ ...SHADOW, manifests: SHADOW.manifests + rule, http, rate: 50, seconds: 20 });
  expect(outcome(seen)).toBe('200 -');
  expect(mirrored(seen)).toBe(seen.requests);
  const shadow = seen.report.workloads.find(({ name }) => name === 'shadow')!;
  expect(shadow.queue.max).toBe(0);
  const row = seen.edges.find(({ destination }) => destination === 'shadow')!;
  expect(row.counters.upstream_rq_pending_overflow).toBeGreaterThan(0.9 * (seen.requests - 2 * 20));
  expect(row.counters.upstream_rq_retry).toBe(0);
});

test('a copy carries the rewritten path and the headers that the rule has set', async () => {
  const match = [{ uri: { exact: '/old' } }];
  const http = { ...COPY, match, rewrite: { uri: '/new' }, headers: { request: { set: { kind: 'copy' } } } };
  const only = `---
{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: bottom}, spec: {hosts: [bottom], http: [
  {match: [{headers: {kind: {exact: copy}}}], route: [{destination: {host: bottom}}]}]}}
`;
  const seen = await callServer({
    manifests: station('shadow', { sidecar: true }) + station('bottom') + only,
    workloads: {
      shadow: { endpoints: [{ match: { path: '/new' }, steps: [{ call: 'http://bottom/' }] }] },
      bottom: { endpoints: [{}] },
    },
    http,
    url: 'http://server/old',
    rate: 10,
    seconds: 5,
  });
  const row = seen.report.edges.find(({ source }) => source === 'shadow')!;
  expect(row.codes).toEqual({ 200: seen.requests });
});

// Envoy copies the headers once the route has been applied to them: a copy is what the drawn destination is sent.
const MARKED = { headers: { request: { set: { kind: 'marked' } } } };
const TO_MARKED = { destination: { host: 'server' }, ...MARKED };
test.each([
  { what: 'the only destination', route: [TO_MARKED], share: 1 },
  {
    what: 'the one drawn',
    route: [
      { ...TO_MARKED, weight: 30 },
      { destination: { host: 'other' }, weight: 70 },
    ],
    share: 0.3,
  },
  { what: 'nobody', route: [{ destination: { host: 'server' } }], share: 0 },
])('a copy has the headers that $what sets', async ({ route, share }) => {
  const seen = await callServer({
    manifests:
      station('shadow', { sidecar: true }) +
      station('bottom') +
      station('other') +
      virtualService('bottom', [
        { match: [{ headers: { kind: { exact: 'marked' } } }], route: [{ destination: { host: 'bottom' } }] },
        { directResponse: { status: 418 } },
      ]),
    workloads: {
      shadow: { endpoints: [{ steps: [{ call: 'http://bottom/' }] }] },
      bottom: { endpoints: [{}] },
      other: { endpoints: [{}] },
    },
    http: [{ ...COPY, route }],
    rate: 100,
    seconds: 10,
  });
  const codes = seen.report.edges.filter(({ source }) => source === 'shadow').map((edge) => edge.codes);
  const marked = codes.reduce((sum, code) => sum + (code['200'] ?? 0), 0);
  expect(mirrored(seen)).toBe(seen.requests);
  expect(isShare(marked, seen.requests, share)).toBe(true);
});

test("a copy goes to the mirror's own port, also where a gateway listens", async () => {
  const istio = (kind: string, name: string, spec: object) =>
    `---\n${JSON.stringify({ apiVersion: 'networking.istio.io/v1', kind, metadata: { name }, spec })}\n`;
  const port = { number: 8000, name: 'http', protocol: 'HTTP' };
  const ingress = 'istio-ingressgateway.istio-system.svc.cluster.local';
  const seen = await callServer({
    manifests:
      `---\n${JSON.stringify({
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'istio-ingressgateway', namespace: 'istio-system' },
        spec: { selector: { istio: 'ingressgateway' }, ports: [{ name: 'http', port: 8000 }] },
      })}\n` +
      istio('Gateway', 'front', { selector: { istio: 'ingressgateway' }, servers: [{ port, hosts: ['*'] }] }) +
      istio('VirtualService', 'front', {
        hosts: ['*'],
        gateways: ['front'],
        http: [{ route: [{ destination: { host: 'shadow' } }] }],
      }) +
      station('shadow'),
    workloads: { shadow: takes('1ms') },
    http: { mirror: { host: ingress, port: { number: 8000 } } },
    rate: 10,
    seconds: 5,
  });
  const row = seen.report.edges.find(({ destination }) => destination === 'shadow')!;
  expect(row.codes).toEqual({ 200: seen.requests });
});

test("a copy's timeout is the route's: it ends the copy and counts at its cluster", async () => {
  const http = { ...COPY, timeout: '100ms' };
  const seen = await callServer({ ...SHADOW, http, server: takes('10ms'), atMs: [0, 100, 1000, 9000], seconds: 10 });
  expect(outcome(seen)).toBe('200 -');
  const row = seen.edges.find(({ destination }) => destination === 'shadow')!;
  expect(row.counters.upstream_rq_timeout).toBe(seen.requests);
  expect(row.requests).toBe(0);
});

test('several mirrors, each with its own share', async () => {
  const mirrors = [
    { destination: { host: 'shadow' }, percentage: { value: 50 } },
    { destination: { host: 'other' }, percentage: { value: 0 } },
    { destination: { host: 'third' } },
  ];
  const seen = await callServer({
    manifests: ['shadow', 'other', 'third'].map((name) => station(name)).join(''),
    workloads: { shadow: takes('1ms'), other: takes('1ms'), third: takes('1ms') },
    http: { mirrors },
    rate: 100,
    seconds: 20,
  });
  const copies = (host: string) => seen.edges.find(({ destination }) => destination === host)?.mirrored ?? 0;
  expect(isShare(copies('shadow'), seen.requests, 0.5)).toBe(true);
  expect(copies('other')).toBe(0);
  expect(copies('third')).toBe(seen.requests);
});
