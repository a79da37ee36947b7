import { describe, expect, test } from 'vitest';
import { Debounce, PushQueue, pushThrottle } from '../../src/changes/index.js';
import { Simulation } from '../../src/engine/index.js';
import { callServer, type Seen } from '../dataplane/call-server.js';
import { station } from '../support/stations.js';

// Istio, pilot/pkg/features: PILOT_DEBOUNCE_AFTER 100 ms, PILOT_DEBOUNCE_MAX 10 s; pilot/pkg/xds/discovery.go, debounce.

/** `count` times, every `everyMs`, from 0. */
const every = (everyMs: number, count: number) => Array.from({ length: count }, (_, n) => n * everyMs);

const DEBOUNCED = [
  { name: 'one change', changesMs: [0], pushesMs: [100] },
  { name: 'another within the quiet time', changesMs: [0, 99], pushesMs: [199] },
  { name: 'three in a row', changesMs: [0, 60, 120], pushesMs: [220] },
  { name: 'another just after the push', changesMs: [0, 101], pushesMs: [100, 201] },
  { name: 'so many at one time', changesMs: [5, 5, 5], pushesMs: [105] },
  { name: 'no rest for 20 s: at 10 s', changesMs: every(50, 400), pushesMs: [10_000, 20_050] },
  // It is looked at 100 ms after the change that was the last at the look before: at 100, 170, 240, ..., 10 040.
  { name: 'no rest, at an odd pace', changesMs: every(70, 145), pushesMs: [10_040, 10_180] },
];

test.each(DEBOUNCED)('debounce: $name', ({ changesMs, pushesMs }) => {
  const sim = new Simulation();
  const pushed: number[] = [];
  const debounce = new Debounce(sim, 100, 10_000, () => pushed.push(sim.nowMs));
  for (const atMs of changesMs) {
    sim.queue.schedule(
      sim.event(() => debounce.onChange(), debounce),
      atMs,
    );
  }
  while (sim.step());
  expect(pushed).toEqual(pushesMs);
});

// Istio, pilot/pkg/features: PILOT_PUSH_THROTTLE = min(15 + 5 x GOMAXPROCS, 100).
test.each([
  [0.5, 20],
  [1, 20],
  [2, 25],
  [4, 35],
  [16, 95],
  [17, 100],
  [64, 100],
])('%s cores push to %s proxies at once', (cores, proxies) => {
  expect(pushThrottle(cores)).toBe(proxies);
});

describe('istiod, pilot/pkg/xds/pushqueue.go', () => {
  /** `adds`: when, and to whom. What each got, and when. */
  function deliveries(throttle: number, adds: readonly (readonly [atMs: number, proxies: string])[]): string[] {
    const sim = new Simulation();
    const seen: string[] = [];
    const queue = new PushQueue<string>(sim, throttle, 10, (proxy) => seen.push(`${sim.nowMs} ${proxy}`));
    for (const [atMs, proxies] of adds) {
      const add = () => {
        for (const proxy of proxies) queue.add(proxy);
      };
      sim.queue.schedule(sim.event(add, queue), atMs);
    }
    while (sim.step());
    return seen;
  }

  test('all at once while there is room', () => {
    expect(deliveries(3, [[0, 'abc']])).toEqual(['10 a', '10 b', '10 c']);
  });

  test('so many at a time, first come, first served', () => {
    expect(deliveries(2, [[0, 'abcde']])).toEqual(['10 a', '10 b', '20 c', '20 d', '30 e']);
  });

  test('what comes for a proxy that waits is merged', () => {
    const adds = [
      [0, 'abc'],
      [5, 'c'],
    ] as const;
    expect(deliveries(1, adds)).toEqual(['10 a', '20 b', '30 c']);
  });

  test('what comes for a proxy whose push is under way is one push more, behind the others', () => {
    const adds = [
      [0, 'abc'],
      [3, 'a'],
      [5, 'a'],
    ] as const;
    expect(deliveries(1, adds)).toEqual(['10 a', '20 b', '30 c', '40 a']);
    expect(deliveries(9, adds)).toEqual(['10 a', '10 b', '10 c', '20 a']);
  });
});

/** A workload that nobody calls loses and regains a pod every 50 ms, between these seconds. */
function churn(fromSeconds: number, toSeconds: number): object[] {
  const faults: object[] = [];
  for (let atMs = 1000 * fromSeconds; atMs < 1000 * toSeconds; atMs += 100) {
    faults.push({ at: `${atMs}ms`, for: '50ms', crash: { workload: 'noise' } });
  }
  return faults;
}

const CRASH = { at: '10s', for: '1h', crash: { workload: 'server' } };
const WITH_NOISE = {
  manifests: station('noise'),
  http: { retries: { attempts: 0 } },
  platform: { endpointDelay: '1s' },
  rate: 100,
  seconds: 30,
};

function istiod(env: Readonly<Record<string, string>>): string {
  const variables = Object.entries(env).map(([name, value]) => ({ name, value }));
  const metadata = { labels: { app: 'istiod', 'sidecar.istio.io/inject': 'false' } };
  const spec = { containers: [{ name: 'discovery', image: 'pilot', env: variables }] };
  return `---\n${JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'istiod', namespace: 'istio-system' },
    spec: { selector: { matchLabels: { app: 'istiod' } }, template: { metadata, spec } },
  })}\n`;
}

/** Refused because the caller's proxy has not heard yet: 100 a second. */
function refused({ traffic }: Seen): number {
  return traffic.flags.UF ?? 0;
}

describe('a crash is heard of', () => {
  test('after endpointDelay when nothing else changes', async () => {
    const seen = await callServer({ ...WITH_NOISE, faults: [CRASH] });
    expect(Math.abs(refused(seen) - 100)).toBeLessThanOrEqual(1);
  });

  test('when changes have come to rest, in churn', async () => {
    const seen = await callServer({ ...WITH_NOISE, faults: [CRASH, ...churn(9, 12)] });
    expect(Math.abs(refused(seen) - 295)).toBeLessThanOrEqual(2); // last change at 11.95 s
  });

  test('10 s after the first change in churn without end', async () => {
    const seen = await callServer({ ...WITH_NOISE, faults: [CRASH, ...churn(5, 29)] });
    expect(Math.abs(refused(seen) - 590)).toBeLessThanOrEqual(2); // 5 s + 0.9 s + 10 s
  });

  // Of the second of endpointDelay 0.1 s is istiod's own debounce.
  test.each([
    { env: { PILOT_DEBOUNCE_AFTER: '2s' }, churns: [], seconds: 2.9 },
    { env: { PILOT_DEBOUNCE_AFTER: '0' }, churns: churn(9, 12), seconds: 0.9 },
    { env: { PILOT_DEBOUNCE_MAX: '1s' }, churns: churn(9, 12), seconds: 0.9 },
    { env: { PILOT_ENABLE_EDS_DEBOUNCE: 'false' }, churns: churn(9, 12), seconds: 0.9 },
  ])('as istiod is told: $env', async ({ env, churns, seconds }) => {
    const seen = await callServer({
      ...WITH_NOISE,
      manifests: station('noise') + istiod(env),
      faults: [CRASH, ...churns],
    });
    expect(Math.abs(refused(seen) - 100 * seconds)).toBeLessThanOrEqual(2);
  });

  test('with other hosts of the cluster by one update, however many', async () => {
    // One EDS update of a cluster is one change of health: nothing of it is held back for a second.
    const server = { replicas: 4, policy: { loadBalancer: { simple: 'ROUND_ROBIN' } } };
    const faults = [{ at: '10s', for: '1h', crash: { workload: 'server', pods: 3 } }];
    const seen = await callServer({ ...WITH_NOISE, ...server, faults });
    expect(Math.abs(refused(seen) - 75)).toBeLessThanOrEqual(2);
  });
});

test('kube-proxy hears of each change by itself', async () => {
  const setup = {
    ...WITH_NOISE,
    replicas: 2,
    traffic: { from: 'outside', to: 'http://server/' },
    faults: [{ ...CRASH, crash: { workload: 'server', pods: 1 } }, ...churn(5, 29)],
  };
  const seen = await callServer(setup);
  const ratios = seen.report.timeline.traffic.load!.successRatio;
  expect(ratios.slice(0, 9).every((ratio) => ratio === 1)).toBe(true);
  expect(ratios[10]).toBeLessThan(0.7);
  expect(ratios.slice(11).every((ratio) => ratio === 1)).toBe(true);
});

test('a pod is given up a whole nodeLost after it vanished, whatever happened before', async () => {
  const seen = await callServer({
    platform: { nodes: { zones: ['eu-1/a', 'eu-1/b'] }, nodeLost: '10s', endpointDelay: '1s' },
    replicas: 2,
    policy: { loadBalancer: { simple: 'ROUND_ROBIN' } },
    http: { timeout: '500ms', retries: { attempts: 0 } },
    faults: [
      { at: '5s', for: '2s', zone: 'eu-1/b' },
      { at: '12s', for: '1h', zone: 'eu-1/b' },
    ],
    rate: 100,
    seconds: 30,
  });
  const ratios = seen.report.timeline.traffic.load!.successRatio;
  for (let second = 13; second < 23; second++) expect(ratios[second], `second ${second}`).toBeLessThan(0.7);
  expect(ratios.slice(24).every((ratio) => ratio === 1)).toBe(true);
});

test('startup: a pod that is hit again while it starts begins its start anew', async () => {
  const seen = await callServer({
    server: { startup: '5s', endpoints: [{}] },
    platform: { endpointDelay: '0s' },
    http: { retries: { attempts: 0 } },
    faults: [
      { at: '5s', for: '5s', crash: { workload: 'server' } },
      { at: '12s', for: '1s', crash: { workload: 'server' } },
    ],
    rate: 100,
    seconds: 30,
  });
  const ratios = seen.report.timeline.traffic.load!.successRatio;
  expect(ratios.slice(6, 18).every((ratio) => ratio === 0)).toBe(true);
  expect(ratios.slice(19).every((ratio) => ratio === 1)).toBe(true);
});
