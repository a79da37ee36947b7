import { expect, test } from 'vitest';
import type { Report } from '../../src/analysis/index.js';
import { AMBIENT_DEFAULT, BEHIND_WAYPOINT, document, pods, serviceOf } from '../support/ambient.js';
import { destinationRule, virtualService } from '../support/stations.js';
import { call, edge } from './call-ambient.js';

const proxyOf = (report: Report, name: string) => report.workloads.find((each) => each.name === name)!;
const within = (measured: number, published: number) =>
  expect(Math.abs(measured / published - 1), `${measured} against ${published}`).toBeLessThan(0.02);

const KIB = { endpoints: [{ respond: { size: '1KiB' } }] };
const COSTED = { platform: { proxyCost: 'istio-1.24' }, server: KIB, size: '1KiB' };

// istio.io, performance and scalability, 1.24: 1 KB, 1000 rps; published-costs.md.
test('a ztunnel costs 0.06 vCPU per 1000 requests a second at each end, and 12 MB a zone', async () => {
  const report = await call({ ...COSTED, mesh: AMBIENT_DEFAULT });
  within(proxyOf(report, 'client').cpuCores.proxy * 10, 0.06);
  within(proxyOf(report, 'server').vcpuPer1000Rps.proxy!, 0.06);
  within(report.capacity.vcpuPer1000Rps.proxy!, 0.12);
  expect(proxyOf(report, 'client').memoryBytes.proxy + proxyOf(report, 'server').memoryBytes.proxy).toBe(12e6);
});

test('a waypoint costs 0.25 vCPU per 1000 requests a second, and 60 MB', async () => {
  const report = await call({ ...COSTED, mesh: BEHIND_WAYPOINT });
  const waypoint = proxyOf(report, 'waypoint');
  expect(waypoint.kind).toBe('waypoint');
  within(waypoint.vcpuPer1000Rps.proxy!, 0.25);
  within(report.capacity.vcpuPer1000Rps.proxy!, 0.25 + 2 * 0.06);
  expect(waypoint.memoryBytes.proxy).toBe(60e6);
});

// Istio 1.22: ambient L4 +0.17 ms at p90.
test('two ztunnels add 0.17 ms to a request, counted as work of proxies', async () => {
  const report = await call({ ...COSTED, mesh: AMBIENT_DEFAULT });
  expect(report.traffic[0]!.latencyMs.p90).toBeCloseTo(0.17, 3);
  expect(report.traffic[0]!.causesMs.proxyCpu).toBeCloseTo(0.17, 6);
});

// One way 10 ms. Over the waypoint a request crosses the network twice each way.
test.each([
  { what: 'ambient', mesh: AMBIENT_DEFAULT, latencyMs: 20 },
  { what: 'over a waypoint', mesh: BEHIND_WAYPOINT, latencyMs: 40 },
  { what: 'from a sidecar, which skips the waypoint', mesh: BEHIND_WAYPOINT, sidecar: 'true', latencyMs: 20 },
  { what: 'from outside the mesh', mesh: BEHIND_WAYPOINT, sidecar: 'false', latencyMs: 20, mode: 'none' },
])('$what: $latencyMs ms', async ({ mesh, sidecar, mode, latencyMs }) => {
  const labels = {
    ...(sidecar === undefined ? {} : { 'sidecar.istio.io/inject': sidecar }),
    ...(mode === undefined ? {} : { 'istio.io/dataplane-mode': mode }),
  };
  const report = await call({ mesh, network: '10ms', client: { labels }, server: { endpoints: [{}] } });
  within(report.traffic[0]!.latencyMs.p50!, latencyMs);
});

test('the first connection to a pod opens a tunnel, later ones go through it', async () => {
  // Two round trips and the request's own; those after need one to connect, or none.
  const slow = { endpoints: [{ steps: [{ wait: '1s' }] }] };
  const report = await call({ mesh: AMBIENT_DEFAULT, network: '10ms', server: slow, rate: '10/s' });
  const { max, p50 } = report.traffic[0]!.latencyMs;
  expect(max).toBeCloseTo(1000 + 60, 3);
  expect(p50).toBeCloseTo(1000 + 20, -1);
});

test('connecting is given up after 10 s', async () => {
  const faults = [{ at: '0s', partition: { between: ['client', 'server'] } }];
  const report = await call({ mesh: AMBIENT_DEFAULT, faults, rate: '1/s', traffic: {} });
  expect(report.traffic[0]!.codes).toEqual({ '0': 99 });
  expect(report.traffic[0]!.latencyMs.max).toBeCloseTo(10_000, 0);
});

const FAILING = { endpoints: [{ respond: { errors: { 503: '100%' } } }] };

test('without a waypoint nobody retries, ejects or injects', async () => {
  const more =
    virtualService('server', {
      retries: { attempts: 3, retryOn: '5xx' },
      fault: { delay: { fixedDelay: '1s', percentage: { value: 100 } } },
    }) + destinationRule('server', { outlierDetection: { consecutive5xxErrors: 1, maxEjectionPercent: 100 } });
  const report = await call({ mesh: AMBIENT_DEFAULT, server: FAILING, more });
  expect(report.traffic[0]!.codes).toEqual({ '503': 9_999 });
  expect(edge(report, 'client', 'server')).toMatchObject({ retries: 0, attempts: 9_999 });
  expect(report.traffic[0]!.latencyMs.max).toBeLessThan(1);
});

test('a waypoint retries, injects and gives up; its flags are those of the request', async () => {
  const retries = { retries: { attempts: 3, retryOn: '5xx' } };
  const retried = await call({
    mesh: BEHIND_WAYPOINT,
    server: FAILING,
    rate: '1/s',
    more: virtualService('server', retries),
  });
  expect(edge(retried, 'waypoint', 'server')).toMatchObject({ requests: 99, attempts: 396, retries: 297 });
  expect(edge(retried, 'client', 'waypoint')).toMatchObject({ requests: 99, attempts: 99, retries: 0 });
  expect(retried.traffic[0]).toMatchObject({ codes: { '503': 99 }, flags: { URX: 99 } });

  const slow = { endpoints: [{ steps: [{ wait: '10s' }] }] };
  const late = await call({
    mesh: BEHIND_WAYPOINT,
    server: slow,
    rate: '1/s',
    more: virtualService('server', { timeout: '1s' }),
  });
  expect(late.traffic[0]).toMatchObject({ codes: { '504': 99 }, flags: { UT: 99 } });
  expect(late.traffic[0]!.latencyMs.max).toBeCloseTo(1000, 0);
});

// Reference section 6: all clients share each replica's breakers and outlier view; of sidecars each has its own.
test.each([
  { what: 'each sidecar', mesh: '', label: 'true', ok: 40 },
  { what: 'one waypoint', mesh: BEHIND_WAYPOINT, label: undefined, ok: 10 },
  { what: 'two waypoints', mesh: BEHIND_WAYPOINT, label: undefined, replicas: 2, ok: 20 },
])('http2MaxRequests 10 and four clients, $what: $ok at once', async ({ mesh, label, replicas, ok }) => {
  const labels = label === undefined ? {} : { 'sidecar.istio.io/inject': label };
  const report = await call({
    mesh,
    callers: 4,
    client: { labels },
    server: { endpoints: [{ steps: [{ wait: '1h' }] }] },
    rate: '10/s',
    more: destinationRule('server', { connectionPool: { http: { http2MaxRequests: 10 } } }) + bareServer(label),
    workloads: replicas === undefined ? {} : { waypoint: { replicas } },
  });
  expect(report.traffic[0]!.requests - (report.traffic[0]!.codes['503'] ?? 0)).toBe(ok);
});

/** The server's own sidecar would hold the same limit: here it has none. */
function bareServer(label: string | undefined): string {
  return label === undefined ? '' : pods('server', { labels: { 'sidecar.istio.io/inject': 'false' } });
}

test('an ejection by a waypoint holds for all its clients, by a sidecar for its own', async () => {
  const outlierDetection = { consecutive5xxErrors: 5, maxEjectionPercent: 100, baseEjectionTime: '1h', interval: '1s' };
  const more = destinationRule('server', { outlierDetection });
  const attempts = async (mesh: string, labels: object) => {
    const bare = mesh === '' ? pods('server', { labels: { 'sidecar.istio.io/inject': 'false' } }) : '';
    const report = await call({ mesh, callers: 20, client: { labels }, server: FAILING, more: more + bare });
    return report.edges.filter(({ workload }) => workload === 'server').reduce((sum, each) => sum + each.attempts, 0);
  };
  expect(await attempts(BEHIND_WAYPOINT, {})).toBe(5);
  expect(await attempts('', { 'sidecar.istio.io/inject': 'true' })).toBe(100);
});

test('a waypoint that dies takes what it had in hand with it', async () => {
  const faults = [{ at: '50s', for: '10s', crash: { workload: 'waypoint', pods: 1 } }];
  const report = await call({ mesh: BEHIND_WAYPOINT, faults });
  expect(report.traffic[0]!.codes).toEqual({ '200': expect.any(Number), '0': expect.any(Number) });
  within(report.traffic[0]!.codes['0']!, 1100);
});

const security = (kind: string, spec: object, namespace = 'default') =>
  document({ apiVersion: 'security.istio.io/v1', kind, metadata: { name: 'x', namespace }, spec });
const SELECTS = { selector: { matchLabels: { app: 'server' } } };
const ATTACHED = { targetRefs: [{ kind: 'Service', name: 'server', group: '' }] };
const GET = [{ to: [{ operation: { methods: ['GET'] } }] }];
const POST = [{ to: [{ operation: { methods: ['POST'] } }] }];
const from = (account: string) => [{ from: [{ source: { principals: [`cluster.local/ns/default/sa/${account}`] } }] }];

// Reference sections 5.1, 5.3 and 6: which policy acts where. 0: the connection is closed by ztunnel.
const ADMISSIONS: readonly {
  readonly what: string;
  readonly mesh: string;
  readonly policy: string;
  readonly codes: readonly string[];
  readonly outside?: boolean;
  readonly sidecar?: boolean;
}[] = [
  {
    what: 'STRICT lets ambient callers in',
    mesh: AMBIENT_DEFAULT,
    policy: security('PeerAuthentication', { mtls: { mode: 'STRICT' } }),
    codes: ['200'],
  },
  {
    what: 'STRICT refuses plaintext',
    mesh: AMBIENT_DEFAULT,
    outside: true,
    policy: security('PeerAuthentication', { mtls: { mode: 'STRICT' } }),
    codes: ['0'],
  },
  // pilot/pkg/networking/core/cluster_tls.go, applyHBONETransportSocketMatches; cluster_waypoint.go, buildWaypointTLSContext.
  ...['DISABLE', 'ISTIO_MUTUAL', 'SIMPLE'].flatMap((mode) =>
    [true, false].map((sidecar) => ({
      what: `STRICT takes tunnels of ${sidecar ? 'a sidecar' : 'a waypoint'} that is told ${mode}`,
      mesh: BEHIND_WAYPOINT,
      sidecar,
      policy:
        security('PeerAuthentication', { mtls: { mode: 'STRICT' } }) + destinationRule('server', { tls: { mode } }),
      codes: ['200'],
    })),
  ),
  {
    what: 'the caller is known, whatever a sidecar is told of TLS',
    mesh: AMBIENT_DEFAULT,
    sidecar: true,
    policy:
      security('AuthorizationPolicy', { ...SELECTS, rules: from('default') }) +
      destinationRule('server', { tls: { mode: 'DISABLE' } }),
    codes: ['200'],
  },
  { what: 'PERMISSIVE takes plaintext', mesh: AMBIENT_DEFAULT, outside: true, policy: '', codes: ['200'] },
  {
    what: 'ALLOW of the caller',
    mesh: AMBIENT_DEFAULT,
    policy: security('AuthorizationPolicy', { ...SELECTS, rules: from('default') }),
    codes: ['200'],
  },
  {
    what: 'ALLOW of another',
    mesh: AMBIENT_DEFAULT,
    policy: security('AuthorizationPolicy', { ...SELECTS, rules: from('other') }),
    codes: ['0'],
  },
  {
    what: 'DENY of the caller',
    mesh: AMBIENT_DEFAULT,
    policy: security('AuthorizationPolicy', { ...SELECTS, action: 'DENY', rules: from('default') }),
    codes: ['0'],
  },
  {
    what: 'ALLOW of a method allows nothing',
    mesh: AMBIENT_DEFAULT,
    policy: security('AuthorizationPolicy', { ...SELECTS, rules: GET }),
    codes: ['0'],
  },
  {
    what: 'DENY of another method denies all',
    mesh: AMBIENT_DEFAULT,
    policy: security('AuthorizationPolicy', { ...SELECTS, action: 'DENY', rules: POST }),
    codes: ['0'],
  },
  // Istio 1.31, pilot/pkg/serviceregistry/ambient/authorization.go, l4WhenAttributes, httpSources.
  ...[
    { what: 'remoteIpBlocks', rules: [{ from: [{ source: { remoteIpBlocks: ['10.0.0.0/8'] } }] }] },
    { what: 'other than remoteIpBlocks', rules: [{ from: [{ source: { notRemoteIpBlocks: ['10.0.0.0/8'] } }] }] },
    { what: 'connection.sni', rules: [{ when: [{ key: 'connection.sni', values: ['x'] }] }] },
  ].flatMap(({ what, rules }) =>
    ['ALLOW', 'DENY'].map((action) => ({
      what: `${action} of ${what} ${action === 'ALLOW' ? 'allows nothing' : 'denies all'}`,
      mesh: AMBIENT_DEFAULT,
      policy: security('AuthorizationPolicy', { ...SELECTS, action, rules }),
      codes: ['0'],
    })),
  ),
  {
    what: 'behind a waypoint the waypoint is the caller',
    mesh: BEHIND_WAYPOINT,
    policy: security('AuthorizationPolicy', { ...SELECTS, rules: from('waypoint') }),
    codes: ['200'],
  },
  {
    what: 'behind a waypoint the client is not',
    mesh: BEHIND_WAYPOINT,
    policy: security('AuthorizationPolicy', { ...SELECTS, rules: from('default') }),
    codes: ['503'],
  },
  {
    what: 'a method, at the waypoint',
    mesh: BEHIND_WAYPOINT,
    policy: security('AuthorizationPolicy', { ...ATTACHED, rules: GET }),
    codes: ['200'],
  },
  {
    what: 'another method, at the waypoint',
    mesh: BEHIND_WAYPOINT,
    policy: security('AuthorizationPolicy', { ...ATTACHED, rules: POST }),
    codes: ['403'],
  },
  {
    what: 'the client, at the waypoint',
    mesh: BEHIND_WAYPOINT,
    policy: security('AuthorizationPolicy', { ...ATTACHED, rules: from('default') }),
    codes: ['200'],
  },
  {
    what: 'attached, without a waypoint',
    mesh: AMBIENT_DEFAULT,
    policy: security('AuthorizationPolicy', { ...ATTACHED, rules: POST }),
    codes: ['200'],
  },
  {
    what: 'attached, a sidecar passes by the waypoint',
    mesh: BEHIND_WAYPOINT,
    sidecar: true,
    policy: security('AuthorizationPolicy', { ...ATTACHED, rules: POST }),
    codes: ['200'],
  },
  {
    what: 'no token where one is asked for',
    mesh: BEHIND_WAYPOINT,
    policy: security('AuthorizationPolicy', {
      ...ATTACHED,
      rules: [{ from: [{ source: { requestPrincipals: ['*'] } }] }],
    }),
    codes: ['403'],
  },
];
test.each(ADMISSIONS)('$what: $codes', async ({ mesh, policy, outside, sidecar, codes }) => {
  const out = { 'sidecar.istio.io/inject': 'false', 'istio.io/dataplane-mode': 'none' };
  const labels = outside ? out : sidecar ? { 'sidecar.istio.io/inject': 'true' } : {};
  const report = await call({ mesh, client: { labels }, rate: '1/s', more: policy });
  expect(Object.keys(report.traffic[0]!.codes)).toEqual(codes);
});

// Istio 1.31, pilot/pkg/networking/core/listener_waypoint.go, buildWaypointHTTPFilters: tokens and policies stand before faults.
test('what a waypoint refuses is neither delayed nor sent on', async () => {
  const delay = { fixedDelay: '1s', percentage: { value: 100 } };
  const policy = security('AuthorizationPolicy', { ...ATTACHED, rules: POST });
  const more = policy + virtualService('server', { fault: { delay } });
  const report = await call({ mesh: BEHIND_WAYPOINT, rate: '1/s', more });
  expect(report.traffic[0]!.codes).toEqual({ '403': 99 });
  expect(report.traffic[0]!.latencyMs.max).toBeLessThan(1);
  expect(edge(report, 'waypoint', 'server')).toBeUndefined();
});

// Istio release note 52752: a waypoint looks at the server name of TLS that goes through it.
test.each([
  { says: 'the one that is called', names: ['server'], codes: ['0'] },
  { says: 'another', names: ['other'], codes: ['200'] },
])('a waypoint denies a server name: $says', async ({ names, codes }) => {
  const rules = [{ when: [{ key: 'connection.sni', values: names }] }];
  const policy = security('AuthorizationPolicy', { ...ATTACHED, action: 'DENY', rules });
  const more = serviceOf('server', { port: 'tls' }) + policy;
  const report = await call({ mesh: BEHIND_WAYPOINT, rate: '1/s', url: 'https://server:80/', more });
  expect(Object.keys(report.traffic[0]!.codes)).toEqual(codes);
});
