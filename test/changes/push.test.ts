import { describe, expect, test } from 'vitest';
import type { Report } from '../../src/analysis/index.js';
import { renderJson } from '../../src/report/json.js';
import { burst, callServer, isShare, type Seen, type Setup } from '../dataplane/call-server.js';
import { AMBIENT_DEFAULT, pods, serviceOf } from '../support/ambient.js';
import { load } from '../support/run.js';
import { authorizationPolicy, strict } from '../support/security.js';
import { deployment, destinationRule, station, virtualService } from '../support/stations.js';

// `push` of a scenario: manifests applied while the run goes on, or istiod slow to tell of what happens.

const PLATFORM = { endpointDelay: '1s' };

/** A push of these manifests. */
const pushed = (text: string) => ({ pushed: { 'new.yaml': text } });
const PUSH = { push: { manifests: 'new.yaml' } };

function bySecond({ report }: Seen): readonly (number | null)[] {
  return report.timeline.traffic.load!.successRatio;
}

/** Attempts at each version. */
function byVersion({ report }: Seen): Record<string, number> {
  return Object.fromEntries(report.edges.map(({ version, attempts }) => [version, attempts]));
}

const SUBSETS = ['v1', 'v2'].map((name) => ({ name, labels: { version: name } }));
const weighted = (v1: number, v2: number) => ({
  route: [
    { destination: { host: 'server', subset: 'v1' }, weight: v1 },
    { destination: { host: 'server', subset: 'v2' }, weight: v2 },
  ],
});
/** A canary beside `server`, which has no version of its own. */
const CANARY: Setup = {
  manifests: deployment('server-v1', { app: 'server', labels: { version: 'v1' } }).concat(
    deployment('server-v2', { app: 'server', labels: { version: 'v2' } }),
  ),
  workloads: { 'server-v1': { endpoints: [{}] }, 'server-v2': { endpoints: [{}] } },
  subsets: SUBSETS,
  http: [weighted(90, 10)],
  platform: PLATFORM,
  rate: 100,
};

describe('manifests', () => {
  test('weights that shift from 90/10 to 50/50 at 60 s', async () => {
    const faults = [{ at: '59s', ...PUSH }];
    const seen = await callServer({
      ...CANARY,
      ...pushed(virtualService('server', [weighted(50, 50)])),
      faults,
      seconds: 120,
    });
    // A tenth of 6000, and half of 6000.
    expect(isShare(byVersion(seen).v2! - 600, 6000, 0.5)).toBe(true);
    const before = await callServer({ ...CANARY, seconds: 60 });
    expect(isShare(byVersion(before).v2!, 6000, 0.1)).toBe(true);
  });

  test('requests before it has reached the proxy are what they would have been', async () => {
    const given = { ...CANARY, seconds: 60 };
    const late = await callServer({
      ...given,
      ...pushed(virtualService('server', [weighted(0, 100)])),
      faults: [{ at: '59s', ...PUSH }],
    });
    expect(byVersion(late)).toEqual(byVersion(await callServer(given)));
  });

  test('a timeout, for requests that begin when the push has arrived', async () => {
    const seen = await callServer({
      server: { endpoints: [{ steps: [{ wait: '500ms' }] }] },
      platform: PLATFORM,
      ...pushed(virtualService('server', { timeout: '100ms' })),
      faults: [{ at: '10s', ...PUSH }],
      atMs: [10_700, 10_999, 11_001, 12_000],
      seconds: 20,
    });
    expect(seen.traffic.codes).toEqual({ 200: 2, 504: 2 });
    expect(seen.traffic.latencyMs.max).toBeCloseTo(500, 6);
  });

  test('so many proxies at a time', async () => {
    const seen = await callServer({
      callers: 50,
      platform: { ...PLATFORM, nodes: { cpu: 1 } }, // 20 at once
      ...pushed(virtualService('server', [{ directResponse: { status: 403 } }])),
      faults: [{ at: '10s', ...PUSH }],
      atMs: [...burst(50, 10_995), ...burst(50, 11_005), ...burst(50, 11_015), ...burst(50, 11_025)],
      seconds: 20,
    });
    expect(seen.traffic.codes).toEqual({ 200: 50 + 30 + 10, 403: 20 + 40 + 50 });
  });

  test('taken back when it is over', async () => {
    const seen = await callServer({
      platform: PLATFORM,
      ...pushed(virtualService('server', [{ directResponse: { status: 503 } }])),
      faults: [{ at: '9s', for: '10s', ...PUSH }],
      seconds: 30,
    });
    const ratios = bySecond(seen);
    for (let second = 0; second < 30; second++) {
      if (second === 10 || second === 20) continue; // one within rounding
      expect(ratios[second], `second ${second}`).toBe(second < 10 || second > 20 ? 1 : 0);
    }
  });

  test('of two, the one that is applied later holds; each is taken back by itself', async () => {
    const seen = await callServer({
      platform: { endpointDelay: '0s' },
      pushed: {
        'a.yaml': virtualService('server', [{ directResponse: { status: 401 } }]),
        'b.yaml': virtualService('server', [{ directResponse: { status: 403 } }]),
      },
      faults: [
        { at: '20s', for: '10s', push: { manifests: 'b.yaml' } },
        { at: '10s', for: '30s', push: { manifests: 'a.yaml' } },
      ],
      atMs: [5000, 15_000, 25_000, 25_001, 35_000, 45_000],
      seconds: 60,
    });
    expect(seen.traffic.codes).toEqual({ 200: 2, 401: 2, 403: 2 });
  });

  test('a host that nobody knew before', async () => {
    const entry = {
      apiVersion: 'networking.istio.io/v1',
      kind: 'ServiceEntry',
      metadata: { name: 'api' },
      spec: { hosts: ['api.example.com'], ports: [{ number: 80, name: 'http', protocol: 'HTTP' }], resolution: 'DNS' },
    };
    const seen = await callServer({
      platform: PLATFORM,
      ...pushed(JSON.stringify(entry)),
      workloads: { 'api.example.com': { endpoints: [{}] } },
      url: 'http://api.example.com/',
      faults: [{ at: '10s', ...PUSH }],
      atMs: [1000, 12_000],
      seconds: 20,
    });
    expect(seen.traffic.codes).toEqual({ 0: 1, 200: 1 });
  });

  test('to a gateway, whose clients have addresses', async () => {
    const gateway = {
      apiVersion: 'networking.istio.io/v1',
      kind: 'Gateway',
      metadata: { name: 'front' },
      spec: {
        selector: { istio: 'ingressgateway' },
        servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['*'] }],
      },
    };
    const routed = (match: object) =>
      JSON.stringify({
        apiVersion: 'networking.istio.io/v1',
        kind: 'VirtualService',
        metadata: { name: 'front' },
        spec: {
          hosts: ['shop.com'],
          gateways: ['front'],
          http: [{ match: [match], route: [{ destination: { host: 'server' } }] }, { directResponse: { status: 403 } }],
        },
      });
    const exactly = (value: string) => ({ headers: { 'x-forwarded-for': { exact: value } } });
    const seen = await callServer({
      manifests: `---\n${JSON.stringify(gateway)}\n---\n${routed({ uri: { prefix: '/' } })}\n`,
      platform: PLATFORM,
      ...pushed(routed(exactly('10.1.2.3'))),
      faults: [{ at: '10s', ...PUSH }],
      traffic: {
        from: { gateway: 'istio-ingressgateway' },
        requests: [{ name: 'r', to: 'http://shop.com/', sourceIp: '10.1.2.3' }],
      },
      atMs: [1000, 12_000],
      seconds: 20,
    });
    expect(seen.traffic.codes).toEqual({ 200: 2 }); // the address is added once
  });

  test.each([
    { what: 'a caller with a sidecar', from: { workload: 'caller' } },
    { what: 'clients without one', from: 'outside' },
  ])("a server's own limits, for what $what send after it", async ({ from }) => {
    const rule = { connectionPool: { http: { http2MaxRequests: 3 } } };
    const seen = await callServer({
      traffic: { from },
      serverSidecar: true,
      server: { endpoints: [{ steps: [{ wait: '100ms' }] }] },
      callers: 10,
      http: { retries: { attempts: 0 } },
      platform: PLATFORM,
      ...pushed(destinationRule('server', rule)),
      faults: [{ at: '10s', ...PUSH }],
      atMs: [...burst(10, 5000), ...burst(10, 12_000)],
      seconds: 20,
    });
    expect(seen.traffic.codes).toEqual({ 200: 13, 503: 7 });
  });
});

describe('clusters', () => {
  const ONE_BAD: Setup = {
    replicas: 1,
    manifests: deployment('bad', { app: 'server' }),
    workloads: { bad: { endpoints: [{ respond: { status: 500 } }] } },
    policy: { outlierDetection: { consecutive5xxErrors: 1, maxEjectionPercent: 50, baseEjectionTime: '1h' } },
    http: { retries: { attempts: 0 } },
    platform: PLATFORM,
    rate: 20,
    seconds: 60,
  };
  const failures = ({ traffic }: Seen) => traffic.codes['500'] ?? 0;

  test('one of which nothing changes keeps its connections and what it knows of its hosts', async () => {
    const seen = await callServer({
      ...ONE_BAD,
      ...pushed(virtualService('server', { retries: { attempts: 0 }, timeout: '10s' })),
      faults: [{ at: '30s', ...PUSH }],
    });
    expect(failures(seen)).toBe(1);
    expect(seen.counter('upstream_cx_total')).toBe(2);
    expect(seen.counter('ejections_active')).toBe(1);
  });

  test('one that changes begins anew', async () => {
    const outlierDetection = { consecutive5xxErrors: 1, maxEjectionPercent: 50, baseEjectionTime: '2h' };
    const seen = await callServer({
      ...ONE_BAD,
      ...pushed(destinationRule('server', { outlierDetection })),
      faults: [{ at: '30s', ...PUSH }],
    });
    expect(failures(seen)).toBe(2);
    expect(seen.counter('upstream_cx_total')).toBe(4);
    expect(seen.counter('ejections_active')).toBe(1);
  });

  test('what is under way in the old one, or waits there for a connection, is finished there', async () => {
    const limits = (maxConnections: number) => ({ connectionPool: { tcp: { maxConnections } } });
    const seen = await callServer({
      server: { endpoints: [{ steps: [{ wait: '1s' }] }] },
      policy: limits(1),
      platform: PLATFORM,
      ...pushed(destinationRule('server', limits(2))),
      faults: [{ at: '10s', ...PUSH }],
      atMs: [...burst(2, 10_500), ...burst(2, 11_100)],
      seconds: 20,
    });
    expect(seen.traffic.codes).toEqual({ 200: 4 });
    // The second of the first two waited for the first; the last two had a connection each.
    expect(seen.traffic.latencyMs.max).toBeCloseTo(2000, 6);
    expect(seen.traffic.latencyMs.mean).toBeCloseTo((1000 + 2000 + 1000 + 1000) / 4, 6);
    expect(seen.counter('upstream_cx_total')).toBe(3);
  });

  test('a subset that goes: 503 NC', async () => {
    const seen = await callServer({
      ...CANARY,
      ...pushed(destinationRule('server', undefined, [SUBSETS[0]!])),
      faults: [{ at: '9s', ...PUSH }],
      seconds: 20,
    });
    expect(isShare(seen.traffic.flags.NC ?? 0, 1000, 0.1)).toBe(true);
  });
});

describe('what a push does not change', () => {
  const GIVEN: Setup = {
    ...CANARY,
    server: { endpoints: [{ respond: { errors: { 503: '5%' } } }] },
    policy: {
      loadBalancer: { simple: 'ROUND_ROBIN' },
      outlierDetection: { consecutive5xxErrors: 2, interval: '1s', baseEjectionTime: '1s', maxEjectionPercent: 100 },
      connectionPool: { tcp: { maxConnections: 5 }, http: { maxRequestsPerConnection: 7, http2MaxRequests: 9 } },
    },
    http: {
      retries: { attempts: 2, retryOn: '5xx' },
      fault: { delay: { percentage: { value: 5 }, fixedDelay: '50ms' } },
    },
    serverSidecar: true,
    concurrency: 3,
    network: '1ms',
    arrivals: 'poisson',
    seconds: 60,
  };
  /** All but how many events it took, where the push is marked and judged, and what was found. */
  const figures = ({ engine: _, timeline, diagnostics: __, stability: ___, ...rest }: Report) =>
    JSON.stringify({ ...rest, timeline: { ...timeline, marks: [] } });

  test('no draw and no figure moves', async () => {
    const same = virtualService('server', GIVEN.http!) + destinationRule('server', GIVEN.policy, SUBSETS);
    const faults = [{ at: '20s', for: '20s', ...PUSH }];
    const [plain, push] = await Promise.all([callServer(GIVEN), callServer({ ...GIVEN, ...pushed(same), faults })]);
    expect(figures(push.report)).toBe(figures(plain.report));
    expect(push.report.timeline.marks).toMatchObject([{ fromSeconds: 20, toSeconds: 40, label: 'push new.yaml' }]);
  });

  test('the same seed gives the same bytes', async () => {
    const given = {
      ...GIVEN,
      ...pushed(virtualService('server', [weighted(50, 50)])),
      faults: [{ at: '20s', ...PUSH }],
      callers: 3,
    };
    const reports = await Promise.all([callServer(given), callServer(given)]);
    expect(renderJson(reports[0]!.report)).toBe(renderJson(reports[1]!.report));
  });
});

describe('delay: istiod is slow', () => {
  const CRASHED: Setup = { http: { retries: { attempts: 0 } }, platform: PLATFORM, rate: 100, seconds: 60 };
  const crash = { at: '10s', crash: { workload: 'server' } };
  const refused = ({ traffic }: Seen) => traffic.flags.UF ?? 0;
  const SLOW = [
    { name: 'it is slow all the time', faults: [{ at: '0s', push: { delay: '5s' } }], seconds: 6 },
    { name: 'it was slow before', faults: [{ at: '0s', for: '9s', push: { delay: '5s' } }], seconds: 1 },
    { name: 'it becomes slow after', faults: [{ at: '11s', push: { delay: '5s' } }], seconds: 1 },
    {
      name: 'delays add',
      faults: [
        { at: '0s', push: { delay: '5s' } },
        { at: '9s', push: { delay: '7s' } },
      ],
      seconds: 13,
    },
  ];

  test.each(SLOW)('$name: heard of after $seconds s', async ({ faults, seconds }) => {
    const seen = await callServer({ ...CRASHED, faults: [crash, ...faults] });
    expect(Math.abs(refused(seen) - 100 * seconds)).toBeLessThanOrEqual(1);
  });

  test('what happens after it is heard of after what happened while it was slow', async () => {
    const faults = [
      { at: '10s', for: '5s', crash: { workload: 'server' } }, // heard of at 31 s, with the return
      { at: '5s', for: '6s', push: { delay: '20s' } },
    ];
    const seen = await callServer({ ...CRASHED, faults });
    const ratios = bySecond(seen);
    expect(ratios.slice(11, 15).every((ratio) => ratio === 0)).toBe(true);
    expect(ratios.slice(16).every((ratio) => ratio === 1)).toBe(true); // it was never known to be away
  });
});

describe('findings', () => {
  const BASE = station('server', { sidecar: true }) + station('caller', { sidecar: true });
  const findings = (text: string | null, more: object = {}) =>
    load({
      manifests: BASE,
      pushed: text === null ? {} : { 'new.yaml': text },
      spec: {
        workloads: { server: { endpoints: [{}] }, caller: { endpoints: [{}] } },
        traffic: [{ name: 'load', from: { workload: 'caller' }, rate: '1/s', to: 'http://server/' }],
        faults: [{ at: '60s', ...PUSH }],
        ...more,
      },
    }).diagnostics.filter(({ code }) => code !== 'mtls-permissive');
  const found = (text: string | null, more?: object) =>
    findings(text, more).map(({ file, line, code, refuses }) => `${file}:${line} ${code}${refuses ? '!' : ''}`);
  const timeout = virtualService('server', { timeout: '1s' });
  const onlyUnderX = [{ match: [{ uri: { prefix: '/x' } }], route: [{ destination: { host: 'server' } }] }];
  const [, other] = station('other').split('---\n');

  const FOUND = [
    { name: 'nothing', text: timeout, expected: [] },
    { name: 'the very manifests that are there', text: BASE, expected: [] },
    { name: 'what cannot be read, where it is named', text: null, expected: ['scenario.yaml:4 unreadable!'] },
    { name: 'what is empty, where it is named', text: '# nothing yet', expected: ['scenario.yaml:4 unreadable!'] },
    { name: 'what is no YAML', text: 'a: [', expected: ['new.yaml:1 yaml-syntax!'] },
    { name: 'a mistake, where it stands', text: timeout.replace('"1s"', '"soon"'), expected: ['new.yaml:2 IST0106!'] },
    { name: 'a new workload', text: other!, expected: ['new.yaml:1 not-modelled'] },
    {
      name: 'other pods',
      text: deployment('server', { sidecar: true, replicas: 3 }),
      expected: ['new.yaml:2 not-modelled'],
    },
    {
      name: 'a mode of mutual TLS that open connections outlive',
      text: strict('PERMISSIVE'),
      expected: ['new.yaml:2 not-modelled'],
    },
    {
      name: 'requests that no route takes any more',
      text: virtualService('server', onlyUnderX),
      expected: ['scenario.yaml:4 no-route'],
    },
    {
      name: 'what the push makes of what is there: a host of whom nobody says anything',
      text: virtualService('server', [{ route: [{ destination: { host: 'nobody' } }] }]),
      expected: ['new.yaml:2 IST0101'],
    },
  ];

  test.each(FOUND)('$name', ({ text, expected }) => {
    expect(found(text)).toEqual(expected);
  });

  const DENY = { action: 'DENY', rules: [{}] };
  const target = { targetRefs: [{ kind: 'Service', group: '', name: 'server' }] };

  test.each([
    { name: 'a policy', text: authorizationPolicy(DENY), expected: ['new.yaml:2 not-modelled'] },
    { name: 'a policy of another namespace', text: authorizationPolicy(DENY, { namespace: 'other' }), expected: [] },
    { name: 'a policy of a waypoint', text: authorizationPolicy({ ...DENY, ...target }), expected: [] },
  ])('ztunnels do not hear of a push: $name', ({ text, expected }) => {
    const spec = {
      workloads: { server: { endpoints: [{}] } },
      traffic: [{ name: 'load', from: 'outside', rate: '1/s', to: 'http://server/' }],
      faults: [{ at: '60s', ...PUSH }],
    };
    const manifests = AMBIENT_DEFAULT + pods('server') + serviceOf('server');
    const { diagnostics } = load({ spec, manifests, pushed: { 'new.yaml': text } });
    const said = diagnostics.filter(({ message }) => message.includes('ztunnels'));
    expect(said.map(({ file, line, code }) => `${file}:${line} ${code}`)).toEqual(expected);
  });

  test('from when on', () => {
    const [finding] = findings(virtualService('server', onlyUnderX));
    expect(finding!.message).toMatch(/, from 60 s on$/);
  });

  test('a push that comes and goes is one version, and too many different ones are refused', () => {
    const flapping = Array.from({ length: 300 }, (_, n) => ({ at: `${2 * n}s`, for: '1s', ...PUSH }));
    expect(found(timeout, { faults: flapping })).toEqual([]);
    const growing = Array.from({ length: 300 }, (_, n) => ({ at: `${n}s`, ...PUSH }));
    expect(found(timeout, { faults: growing })).toEqual(['scenario.yaml:4 too-many-pushes!']);
  });

  test('a cycle that only the push closes is refused', () => {
    const workloads = {
      server: { endpoints: [{ steps: [{ call: 'http://caller/' }] }] },
      caller: { endpoints: [{}] },
    };
    const back = virtualService('caller', [{ route: [{ destination: { host: 'server' } }] }]);
    expect(found(back, { workloads })).toEqual(['scenario.yaml:4 call-cycle!']);
  });

  test('a Service that callers without a sidecar go by stays for them as it was', () => {
    const text = station('server', { sidecar: true }).replace('"port":80', '"port":81');
    const outside = { traffic: [{ name: 'load', from: 'outside', rate: '1/s', to: 'http://server/' }] };
    expect(found(text)).toEqual(['scenario.yaml:4 no-listener']);
    expect(found(text, outside)).toEqual(['new.yaml:4 not-modelled']);
  });
});
