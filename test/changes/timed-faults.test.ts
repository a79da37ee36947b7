import { expect, test } from 'vitest';
import { burst, callServer, isShare, outcome, type Seen } from '../dataplane/call-server.js';
import { deployment, station } from '../support/stations.js';

// `faults` of a scenario, each from its beginning to its end.

const takes = (wait: string) => ({ endpoints: [{ steps: [{ wait }] }] });

/** Share of the requests of each second that succeeded. */
function bySecond({ report }: Seen): readonly (number | null)[] {
  return report.timeline.traffic.load!.successRatio;
}

test('crash: reset, refused until the proxies know, back after the fault and its startup', async () => {
  const seen = await callServer({
    server: { startup: '5s', ...takes('10ms') },
    http: { retries: { attempts: 0 } },
    platform: { endpointDelay: '2s' },
    faults: [{ at: '10s', for: '10s', crash: { workload: 'server' } }],
    rate: 100,
    seconds: 40,
  });
  const ratios = bySecond(seen);
  const flags = seen.traffic.flags;
  for (let second = 0; second < 40; second++) {
    // Ready at 25 s, and listed at 27 s.
    const isUp = second < 10 || second >= 27;
    if (second === 9 || second === 27) continue; // requests under way, and one within rounding
    expect(ratios[second], `second ${second}`).toBe(isUp ? 1 : 0);
  }
  expect(flags.UC).toBe(1); // the one in hand: 10 ms at 100/s
  expect(flags.UF).toBeGreaterThanOrEqual(198); // refused for two seconds
  expect(flags.UF).toBeLessThanOrEqual(201);
  expect(flags.UH).toBeGreaterThanOrEqual(1499); // nobody is listed for 15 s
  expect(flags.UH).toBeLessThanOrEqual(1501);
});

test('crash: so many pods by ordinal, a share rounded up', async () => {
  const faults = [{ at: '0s', crash: { workload: 'server', pods: '50%' } }];
  const policy = { loadBalancer: { simple: 'ROUND_ROBIN' } };
  const http = { retries: { attempts: 0 } };
  const seen = await callServer({ faults, policy, http, replicas: 3, rate: 100, seconds: 30 });
  expect(seen.traffic.codes['503']! / seen.requests).toBeCloseTo(2 / 3, 2);
});

test('slow: a workload holds its workers longer, injected', async () => {
  const server = { workers: 1, ...takes('10ms') };
  const faults = [{ at: '5s', for: '5s', slow: { workload: 'server', by: '20ms' } }];
  const seen = await callServer({ server, faults, atMs: [1000, ...burst(2, 6000), 12_000], seconds: 15 });
  expect(seen.traffic.latencyMs.max).toBeCloseTo(60, 6);
  expect(seen.traffic.causesMs.injected).toBeCloseTo(40 / 4, 6);
  expect(seen.traffic.causesMs.workerQueue).toBeCloseTo(30 / 4, 6);
});

test('slow: delays of faults that overlap add', async () => {
  const slow = { workload: 'server', by: '20ms' };
  const faults = [
    { at: '0s', slow },
    { at: '5s', slow },
  ];
  const seen = await callServer({ faults, atMs: [1000, 6000], seconds: 10 });
  expect(seen.traffic.latencyMs.mean).toBeCloseTo(30, 6);
});

test('slow: the network from one workload to another, one way', async () => {
  const slow = { from: 'caller', to: 'server', by: '50ms' };
  const faults = [{ at: '5s', for: '5s', slow }];
  const seen = await callServer({ faults, atMs: [1000, 6000, 12_000], seconds: 15 });
  expect(seen.traffic.latencyMs.max).toBeCloseTo(50, 6);
  expect(seen.traffic.latencyMs.p50).toBeCloseTo(0, 6);
  expect(seen.traffic.causesMs.network).toBeCloseTo(50 / 3, 6);
});

test('errors: a share of the answers', async () => {
  const faults = [{ at: '50s', for: '50s', errors: { workload: 'server', status: 503, share: '20%' } }];
  const seen = await callServer({ faults, rate: 100, seconds: 200 });
  expect(isShare(seen.traffic.codes['503']!, 5000, 0.2)).toBe(true);
  const ratios = bySecond(seen);
  expect(ratios.slice(0, 50).every((ratio) => ratio === 1)).toBe(true);
  expect(ratios.slice(101).every((ratio) => ratio === 1)).toBe(true);
});

test('errors: shares of faults that overlap are independent coins', async () => {
  const faults = [
    { at: '0s', errors: { workload: 'server', status: 503, share: '50%' } },
    { at: '0s', errors: { workload: 'server', status: 500, share: '50%' } },
  ];
  const seen = await callServer({ faults, rate: 100, seconds: 100 });
  expect(isShare(seen.traffic.codes['503']!, seen.requests, 0.5)).toBe(true);
  expect(isShare(seen.traffic.codes['500']!, seen.requests, 0.25)).toBe(true);
});

test('cpu: speed is scaled, waits are not', async () => {
  const server = { threads: 1, endpoints: [{ steps: [{ cpu: '10ms' }, { wait: '10ms' }] }] };
  const faults = [
    { at: '5s', for: '10s', cpu: { workload: 'server', to: '50%' } },
    { at: '10s', for: '5s', cpu: { workload: 'server', to: '50%' } },
  ];
  for (const [atMs, expectedMs] of [
    [1000, 20],
    [6000, 30],
    [11_000, 50],
    [16_000, 20],
  ] as const) {
    const seen = await callServer({ server, faults, atMs: [atMs], seconds: 20 });
    expect(seen.traffic.latencyMs.max, `at ${atMs} ms`).toBeCloseTo(expectedMs, 6);
  }
});

test('cpu: work under way goes on at the new speed', async () => {
  const server = { threads: 1, endpoints: [{ steps: [{ cpu: '100ms' }] }] };
  const faults = [{ at: '1s', for: '100ms', cpu: { workload: 'server', to: '50%' } }];
  const seen = await callServer({ server, faults, atMs: [950], seconds: 2 });
  // 50 ms at full speed, 50 ms of work in 100 ms.
  expect(seen.traffic.latencyMs.max).toBeCloseTo(150, 6);
});

test('partition: packets are lost, so that connecting times out and nothing is refused', async () => {
  const policy = { connectionPool: { tcp: { connectTimeout: '1s' } } };
  const faults = [{ at: '5s', for: '20s', partition: { between: ['caller', 'server'] } }];
  const http = { retries: { attempts: 0 } };
  const idle = { ...policy, connectionPool: { ...policy.connectionPool, http: { idleTimeout: '1s' } } };
  const seen = await callServer({ policy: idle, faults, http, atMs: [1000, 6000, 10_000, 30_000], seconds: 40 });
  expect(seen.traffic.codes).toEqual({ 200: 2, 503: 2 });
  expect(seen.traffic.flags).toEqual({ UF: 2 });
  expect(seen.traffic.latencyMs.max).toBeCloseTo(1000, 6);
});

test('partition: what is on a kept connection is sent again until it is over', async () => {
  const faults = [{ at: '5s', for: '5s', partition: { between: ['caller', 'server'] } }];
  const seen = await callServer({ faults, atMs: [1000, 6000], seconds: 40 });
  expect(outcome(seen)).toBe('200 -');
  // After 200, 400, 800, 1600 and 3200 ms more.
  expect(seen.traffic.latencyMs.max).toBeCloseTo(6200, 6);
});

test('partition: a connection is tried again after 1, 2, 4 s', async () => {
  const faults = [{ at: '5s', for: '2s', partition: { between: ['caller', 'server'] } }];
  const seen = await callServer({ faults, atMs: [5500], seconds: 40 });
  expect(outcome(seen)).toBe('200 -');
  expect(seen.traffic.latencyMs.max).toBeCloseTo(3000, 6);
});

const ZONES = { platform: { nodes: { zones: ['eu-1/a', 'eu-1/b'] }, nodeLost: '10s', endpointDelay: '1s' } };

test('zone: pods vanish, requests hang until their timeouts, and leave EDS after a while', async () => {
  const seen = await callServer({
    ...ZONES,
    replicas: 2,
    http: { timeout: '500ms' },
    policy: { loadBalancer: { simple: 'ROUND_ROBIN' } },
    faults: [{ at: '20s', for: '40s', zone: 'eu-1/b' }],
    rate: 100,
    seconds: 100,
  });
  const ratios = bySecond(seen);
  expect(seen.traffic.flags.UC).toBeUndefined(); // nobody is told
  expect(ratios.slice(0, 19).every((ratio) => ratio === 1)).toBe(true);
  for (const ratio of ratios.slice(21, 29)) expect(ratio).toBeCloseTo(0.5, 1);
  expect(ratios.slice(32).every((ratio) => ratio === 1)).toBe(true);
  expect(seen.traffic.flags).toEqual({ UT: seen.traffic.codes['504'] });
});

test('zone, how: crash: refusals at once', async () => {
  const seen = await callServer({
    ...ZONES,
    replicas: 2,
    http: { timeout: '500ms', retries: { attempts: 0 } },
    policy: { loadBalancer: { simple: 'ROUND_ROBIN' } },
    faults: [{ at: '20s', for: '40s', zone: 'eu-1/b', how: 'crash' }],
    rate: 100,
    seconds: 100,
  });
  expect(seen.traffic.flags.UT).toBeUndefined();
  expect(seen.traffic.flags.UF).toBeGreaterThanOrEqual(49);
  expect(seen.traffic.flags.UF).toBeLessThanOrEqual(51);
  expect(
    bySecond(seen)
      .slice(22)
      .every((ratio) => ratio === 1),
  ).toBe(true);
});

test('zone: sources there send nothing, uncounted', async () => {
  const faults = [{ at: '20s', for: '40s', zone: 'eu-1/b' }];
  const traffic = { from: { outside: true, zone: 'eu-1/b' } };
  const seen = await callServer({ ...ZONES, faults, traffic, rate: 100, seconds: 100 });
  expect(Math.abs(seen.requests - 6000)).toBeLessThanOrEqual(2);
  const rates = seen.report.timeline.traffic.load!.ratePerSecond;
  expect(rates.slice(21, 59).every((rate) => rate === 0)).toBe(true);
});

test('drain: no new requests once the proxies know, and what is in hand is finished', async () => {
  const seen = await callServer({
    server: takes('2s'),
    manifests: deployment('other', { app: 'server', labels: { kind: 'other' } }),
    workloads: { other: { endpoints: [{}] } },
    platform: { endpointDelay: '1s' },
    faults: [{ at: '10s', drain: { workload: 'server' } }],
    rate: 10,
    seconds: 60,
  });
  expect(outcome(seen)).toBe('200 -');
  const row = seen.edges.find(({ workload }) => workload === 'server')!;
  expect(row.attempts).toBeLessThan(60);
});

test('faults that hold the same pod: it is back when the last is over', async () => {
  const seen = await callServer({
    http: { retries: { attempts: 0 } },
    platform: { endpointDelay: '0s' },
    faults: [
      { at: '5s', for: '10s', crash: { workload: 'server' } },
      { at: '10s', for: '10s', crash: { workload: 'server' } },
    ],
    rate: 10,
    seconds: 30,
  });
  const ratios = bySecond(seen);
  expect(ratios.slice(0, 5).every((ratio) => ratio === 1)).toBe(true);
  expect(ratios.slice(6, 20).every((ratio) => ratio === 0)).toBe(true);
  expect(ratios.slice(21).every((ratio) => ratio === 1)).toBe(true);
});

test('a crashed caller: what it asked for is dropped, and the rest of the mesh goes on', async () => {
  const seen = await callServer({
    manifests: station('front', { replicas: 2 }),
    workloads: { front: { endpoints: [{ steps: [{ call: 'http://server/' }] }] } },
    server: takes('100ms'),
    url: 'http://front/',
    faults: [{ at: '10s', for: '5s', crash: { workload: 'front', pods: 1 } }],
    platform: { endpointDelay: '1s' },
    rate: 50,
    seconds: 40,
    http: { timeout: '10s' },
  });
  expect(
    bySecond(seen)
      .slice(18)
      .every((ratio) => ratio === 1),
  ).toBe(true);
  expect(seen.traffic.inFlight).toBe(0);
});
