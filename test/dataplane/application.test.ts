import { expect, test } from 'vitest';
import { station } from '../support/stations.js';
import { burst, callServer, outcome, type Seen } from './call-server.js';

// What applications do by themselves: tries, timeouts, workers, queues and work that nobody waits for any more.

/** The traffic goes to `front`, which calls `server`. Without sidecars in between. */
const FRONT = { manifests: station('front'), url: 'http://front/', seconds: 10 };

function front(call: object, more: object = {}): { workloads: object } {
  return { workloads: { front: { endpoints: [{ steps: [{ call: { to: 'http://server/', ...call } }], ...more }] } } };
}

function fromFront({ report }: Seen) {
  const rows = report.edges.filter(({ source }) => source === 'front');
  return {
    calls: rows.reduce((sum, row) => sum + row.requests, 0),
    codes: rows.map(({ codes }) => codes),
    inFlight: rows.reduce((sum, row) => sum + row.inFlight, 0),
  };
}

const takes = (wait: string) => ({ endpoints: [{ steps: [{ wait }] }] });
const FAILS = { endpoints: [{ respond: { status: 503 } }] };

test("a call's timeout is per try, and the last one fails the request with 500", async () => {
  const seen = await callServer({
    ...FRONT,
    ...front({ timeout: '100ms', retries: 2 }),
    server: takes('1s'),
    atMs: [0],
  });
  expect(outcome(seen)).toBe('500 -');
  expect(seen.traffic.latencyMs.max).toBeCloseTo(300, 6);
  expect(fromFront(seen)).toMatchObject({ calls: 3, codes: [{ 0: 3 }] });
  expect(seen.traffic.causesMs).toMatchObject({ retry: 200, timeoutWait: 100 });
});

test('tries go on at once, or after the back-off', async () => {
  const at = { ...FRONT, server: FAILS, atMs: [0] };
  const once = await callServer({ ...at, ...front({ retries: 2 }) });
  expect(once.traffic.latencyMs.max).toBe(0);
  const later = await callServer({ ...at, ...front({ retries: 2, backoff: '50ms' }) });
  expect(later.traffic.latencyMs.max).toBeCloseTo(100, 6);
  expect(fromFront(later).calls).toBe(3);
});

const FAILURES = [
  { status: 503, call: {}, tries: 3 },
  { status: 404, call: {}, tries: 1 },
  { status: 404, call: { failOn: [404] }, tries: 3 },
  { status: 503, call: { failOn: [404] }, tries: 1 },
  { status: 503, call: { expect: [503] }, tries: 1 },
];

test.each(FAILURES)('a $status with $call is tried $tries times', async ({ status, call, tries }) => {
  const server = { endpoints: [{ respond: { status } }] };
  const seen = await callServer({ ...FRONT, ...front({ retries: 2, ...call }), server, atMs: [0] });
  expect(fromFront(seen).calls).toBe(tries);
});

test('onFailure: ignore goes on as if nothing had been', async () => {
  const seen = await callServer({ ...FRONT, ...front({ onFailure: 'ignore' }), server: FAILS, rate: 10 });
  expect(outcome(seen)).toBe('200 -');
});

test('a parallel step waits for all, and then fails if one has failed', async () => {
  const steps = [
    {
      parallel: [
        { call: 'http://server/' },
        { steps: [{ wait: '30ms' }, { wait: '30ms' }] },
        { steps: [{ wait: '20ms' }] },
      ],
    },
    { wait: '1s' },
  ];
  const seen = await callServer({
    ...FRONT,
    workloads: { front: { endpoints: [{ steps }] } },
    server: FAILS,
    atMs: [0],
  });
  expect(outcome(seen)).toBe('500 -');
  expect(seen.traffic.latencyMs.max).toBeCloseTo(60, 6);
});

test('repeat runs its steps so many times, choose one of them, fail ends', async () => {
  const steps = [
    { repeat: { times: 3, steps: [{ repeat: { times: 2, steps: [{ wait: '10ms' }] } }, { call: 'http://server/' }] } },
    {
      choose: [
        { weight: 1, steps: [{ wait: '5ms' }] },
        { weight: 0.000001, steps: [{ wait: '1h' }] },
      ],
    },
    { fail: 418 },
    { wait: '1h' },
  ];
  const seen = await callServer({ ...FRONT, workloads: { front: { endpoints: [{ steps }] } }, atMs: [0] });
  expect(outcome(seen)).toBe('418 -');
  expect(seen.traffic.latencyMs.max).toBeCloseTo(65, 6);
  expect(fromFront(seen).calls).toBe(3);
});

test('one worker and two waiting places: of five at once two are refused by the application', async () => {
  const server = { workers: 1, queue: 2, ...takes('100ms') };
  const seen = await callServer({ server, http: { retries: { attempts: 0 } }, atMs: burst(5), seconds: 10 });
  expect(seen.traffic.codes).toEqual({ 200: 3, 503: 2 });
  expect(seen.traffic.flags).toEqual({});
  expect(seen.traffic.okLatencyMs.mean).toBeCloseTo(200, 6);
  expect(seen.traffic.causesMs.workerQueue).toBeCloseTo((0 + 100 + 200) / 5, 6);
  const workload = seen.report.workloads.find(({ name }) => name === 'server')!;
  expect(workload.queue.max).toBe(2);
  expect(workload.queue.mean).toBeCloseTo(0.3 / 10, 9);
  expect(workload.workerUtilization).toBeCloseTo(0.3 / 10, 9);
});

test('a worker is held through waits and calls', async () => {
  const frontWorkers = {
    front: { workers: 1, endpoints: [{ steps: [{ call: 'http://server/' }, { wait: '50ms' }] }] },
  };
  const seen = await callServer({ ...FRONT, workloads: frontWorkers, server: takes('50ms'), atMs: burst(3) });
  expect(seen.traffic.latencyMs.max).toBeCloseTo(300, 6);
});

const ABANDONED = [
  { abandoned: 'finish', cores: 1, below: 10 }, // 100 ms of CPU for each of 10 a second, whoever waits
  { abandoned: 'stop', cores: 0.2, below: 0 }, // until the reset, after 20 ms
];

test.each(ABANDONED)('abandoned: $abandoned, work and calls of a request that nobody waits for', async (each) => {
  const { abandoned, cores, below } = each;
  const steps = [{ cpu: '100ms' }, { call: 'http://bottom/' }];
  const seen = await callServer({
    manifests: station('front') + station('bottom'),
    workloads: {
      front: { endpoints: [{ steps: [{ call: { to: 'http://server/', timeout: '20ms' } }] }] },
      bottom: { endpoints: [{}] },
    },
    server: { abandoned, threads: 4, endpoints: [{ steps }] },
    url: 'http://front/',
    rate: 10,
    seconds: 100,
  });
  expect(outcome(seen)).toBe('500 -');
  const used = seen.report.workloads.find(({ name }) => name === 'server')!.cpuCores.app;
  expect(used).toBeCloseTo(cores, 1);
  const row = seen.report.edges.find(({ destination }) => destination === 'bottom');
  expect((row?.requests ?? 0) / 100).toBeCloseTo(below, 0);
});

test('an abandoned request in the queue is served all the same, or leaves it', async () => {
  const at = { ...FRONT, atMs: [0, 10, 200] };
  const call = front({ timeout: '50ms', onFailure: 'ignore' });
  const finish = await callServer({ ...at, ...call, server: { workers: 1, abandoned: 'finish', ...takes('120ms') } });
  // The second begins at 120 ms and ends at 240 ms: the third waits for it, and beyond its timeout.
  expect(fromFront(finish).codes).toEqual([{ 0: 3 }]);
  const stop = await callServer({ ...at, ...call, server: { workers: 1, abandoned: 'stop', ...takes('45ms') } });
  expect(fromFront(stop).codes).toEqual([{ 0: 1, 200: 2 }]);
});

test('headers travel on with every call; a step sets and removes some', async () => {
  const rules = [
    {
      match: [{ headers: { user: { exact: 'jason' }, added: { exact: 'x' } }, withoutHeaders: { secret: {} } }],
      directResponse: { status: 299 },
    },
    { route: [{ destination: { host: 'server' } }] },
  ];
  const seen = await callServer({
    manifests: station('front', { sidecar: true }),
    workloads: {
      front: {
        endpoints: [
          { steps: [{ call: { to: 'http://server/', headers: { added: 'x', secret: null }, failOn: [200] } }] },
        ],
      },
    },
    http: rules,
    url: 'http://front/',
    rate: 1,
    seconds: 10,
    traffic: { requests: [{ to: 'http://front/', headers: { user: 'jason', secret: 'y' } }] },
  });
  expect(outcome(seen)).toBe('200 -');
  const row = seen.report.edges.find(({ source }) => source === 'front')!;
  expect(row.codes).toEqual({ 299: seen.requests });
});

test('no endpoint takes it: 404; without a word on the workload: 200', async () => {
  const server = { endpoints: [{ match: { path: { prefix: '/api' } } }] };
  expect(outcome(await callServer({ server, rate: 1, seconds: 5 }))).toBe('404 -');
  const seen = await callServer({ manifests: station('silent'), url: 'http://silent/', rate: 1, seconds: 5 });
  expect(outcome(seen)).toBe('200 -');
  expect(seen.report.diagnostics.map(({ code }) => code)).toContain('no-behaviour');
});

test('CPU: jobs share the threads', async () => {
  const busy = { endpoints: [{ steps: [{ cpu: '50ms' }] }] };
  const shared = await callServer({ server: { threads: 1, ...busy }, atMs: burst(4), seconds: 10 });
  expect(shared.traffic.latencyMs.mean).toBeCloseTo(200, 6);
  expect(shared.traffic.causesMs).toMatchObject({ service: 50, cpuWait: 150 });
  const threads = await callServer({ server: { threads: 4, ...busy }, atMs: burst(4), seconds: 10 });
  expect(threads.traffic.latencyMs.mean).toBeCloseTo(50, 6);
});
