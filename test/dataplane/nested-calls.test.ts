import { expect, test } from 'vitest';
import { station } from '../support/stations.js';
import { crashed, fails, istio, takes } from '../surprises/documents.js';
import { burst, callServer, outcome, type Seen } from './call-server.js';

// Each hop's sidecar has a loop of its own; what one answers itself is an ordinary response one hop up. Envoy,
// source/common/router/router.cc; istio-envoy-semantics 2.6.9.

/** caller -> front -> middle -> server. */
const CHAIN = {
  manifests: station('front', { sidecar: true }) + station('middle', { sidecar: true }),
  workloads: {
    front: { endpoints: [{ steps: [{ call: 'http://middle/' }] }] },
    middle: { endpoints: [{ steps: [{ call: 'http://server/' }] }] },
  },
  url: 'http://front/',
};

function retriesOf(host: string, retries: string): string {
  return istio(
    'VirtualService',
    host,
    `
hosts: [${host}]
http:
- route: [{destination: {host: ${host}}}]
  retries: ${retries}`,
  );
}

function attempts({ report }: Seen, destination: string): number {
  const rows = report.edges.filter((edge) => edge.destination === destination);
  return rows.reduce((sum, edge) => sum + edge.attempts, 0);
}

test.each([0, 1, 2])('%i retries at each of three hops: (n + 1)^3 tries at the bottom', async (n) => {
  const retries = `{attempts: ${n}${n > 0 ? ', retryOn: 5xx' : ''}}`;
  const seen = await callServer({
    ...CHAIN,
    manifests: CHAIN.manifests + ['front', 'middle', 'server'].map((host) => retriesOf(host, retries)).join(''),
    server: fails(500),
    rate: 1,
    seconds: 10,
  });
  expect(Object.keys(seen.traffic.codes)).toEqual(['500']);
  expect(attempts(seen, 'server')).toBe((n + 1) ** 3 * seen.requests);
});

/** The same, whose applications answer with what their calls end with. */
const FORWARDING = {
  ...CHAIN,
  workloads: {
    front: { endpoints: [{ steps: [{ call: { to: 'http://middle/', onFailure: 'forward' } }] }] },
    middle: { endpoints: [{ steps: [{ call: { to: 'http://server/', onFailure: 'forward' } }] }] },
  },
};

const SILENT = [
  { istioVersion: '1.24', chain: CHAIN, above: 1, code: '500' },
  { istioVersion: '1.23', chain: CHAIN, above: 1, code: '500' }, // an application's 500 was never retried
  { istioVersion: '1.24', chain: FORWARDING, above: 1, code: '503' }, // amplification stops at one hop
  { istioVersion: '1.23', chain: FORWARDING, above: 3, code: '503' }, // a 503 was retried by all
];

test.each(SILENT)('Istio $istioVersion by default: $above tries of a $code above a refused connection', async (row) => {
  const { istioVersion, chain, above, code } = row;
  const seen = await callServer({
    ...chain,
    platform: { istioVersion },
    faults: crashed('server'),
    rate: 1,
    seconds: 10,
  });
  expect(Object.keys(seen.traffic.codes)).toEqual([code]);
  expect(attempts(seen, 'front')).toBe(above * seen.requests);
  expect(attempts(seen, 'middle')).toBe(above ** 2 * seen.requests);
  expect(attempts(seen, 'server')).toBe(3 * above ** 2 * seen.requests);
});

test("what a proxy answers its application is forwarded without the proxy's flags: a timeout", async () => {
  const timeout = istio(
    'VirtualService',
    'server',
    'hosts: [server]\nhttp:\n- route: [{destination: {host: server}}]\n  timeout: 100ms',
  );
  const seen = await callServer({
    ...FORWARDING,
    manifests: FORWARDING.manifests + timeout,
    server: takes('1s'),
    rate: 1,
    seconds: 10,
  });
  expect(outcome(seen)).toBe('504 -');
  expect(seen.report.edges.find(({ source }) => source === 'middle')!.flags).toEqual({ UT: seen.requests });
});

// The sidecar of `server` refuses with a 503 of its own: a plain response, `-`, to its callers.
const REFUSING = istio(
  'DestinationRule',
  'server',
  'host: server\ntrafficPolicy: {connectionPool: {tcp: {maxConnections: 1}, http: {http1MaxPendingRequests: 1}}}',
);

const ONE_HOP_UP = [
  { name: 'by default it is not tried again', retries: '{attempts: 2}', tries: 1 },
  { name: 'with `retryOn: 5xx` it is', retries: '{attempts: 2, retryOn: 5xx}', tries: 3 },
  { name: 'with `retryOn: gateway-error` it is', retries: '{attempts: 2, retryOn: gateway-error}', tries: 3 },
  { name: 'with `retryOn: "503"` it is', retries: '{attempts: 2, retryOn: "503"}', tries: 3 },
  { name: 'with `retryOn: reset` it is not', retries: '{attempts: 2, retryOn: reset}', tries: 1 },
];

test.each(ONE_HOP_UP)("a server's own overflow: $name", async ({ retries, tries }) => {
  const seen = await callServer({
    manifests: REFUSING + retriesOf('server', retries),
    server: takes('1s'),
    serverSidecar: true,
    callers: 10, // so that no caller's own limits are met
    network: '0.25ms',
    atMs: burst(10),
    seconds: 10,
  });
  expect(seen.traffic.codes).toEqual({ 200: 2, 503: 8 });
  expect(seen.traffic.flags).toEqual(tries > 1 ? { URX: 8 } : {});
  expect(seen.attempts).toBe(2 + 8 * tries);
});

test("a caller's own overflow is an ordinary 503 to the proxy one hop up", async () => {
  const limit = istio(
    'DestinationRule',
    'server',
    'host: server\ntrafficPolicy: {connectionPool: {tcp: {maxConnections: 1}, http: {http1MaxPendingRequests: 1}}}',
  );
  const seen = await callServer({
    ...CHAIN,
    manifests: CHAIN.manifests + limit + retriesOf('middle', '{attempts: 1, retryOn: "500,503"}'),
    server: takes('10s'),
    atMs: burst(5),
    seconds: 60,
  });
  // Two get through at once, three are refused in `middle`'s proxy and tried once more by `front`'s.
  expect(attempts(seen, 'middle')).toBe(5 + 3);
  expect(outcome(seen)).toBe('200|500 -');
});
