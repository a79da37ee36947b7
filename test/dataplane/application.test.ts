import { expect, test } from 'vitest';
import { manifest, station } from '../support/stations.js';
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

/** The service on a port of another protocol beside port 80. */
function alsoAt(name: string, app: string, port: number, portName: string): string {
  return manifest('v1', 'Service', name, { selector: { app }, ports: [{ name: portName, port, targetPort: 80 }] });
}

const PORTS =
  alsoAt('front-grpc', 'front', 7070, 'grpc') +
  alsoAt('front-tcp', 'front', 5432, 'tcp') +
  alsoAt('server-grpc', 'server', 7070, 'grpc') +
  alsoAt('server-tcp', 'server', 5432, 'tcp');
const FRONT_AS = { http: 'http://front/', grpc: 'grpc://front-grpc:7070/pkg.Front/Get', tcp: 'tcp://front-tcp:5432' };
const SERVER_AS = {
  http: 'http://server/',
  grpc: 'grpc://server-grpc:7070/pkg.Server/Get',
  tcp: 'tcp://server-tcp:5432',
};
const HANDED_ON = { http: { fail: '500', ignore: '200' }, grpc: { fail: 'grpc:13', ignore: 'grpc:0' } };

// Between protocols as elsewhere: Envoy, source/common/grpc/status.cc, Utility::grpcToHttpStatus and httpToGrpcStatus.
const FORWARDED = [
  { asked: 'http', asks: 'http', ends: 503, forward: '503' },
  { asked: 'http', asks: 'http', ends: 504, forward: '504' },
  { asked: 'http', asks: 'http', ends: 404, more: { failOn: [404] }, forward: '404' },
  { asked: 'http', asks: 'http', ends: 302, more: { failOn: [302] }, forward: '302' },
  { asked: 'grpc', asks: 'grpc', ends: 'NOT_FOUND', forward: 'grpc:5' },
  { asked: 'grpc', asks: 'grpc', ends: 'UNAVAILABLE', forward: 'grpc:14' },
  { asked: 'http', asks: 'grpc', ends: 'UNAVAILABLE', forward: '503' },
  { asked: 'http', asks: 'grpc', ends: 'DEADLINE_EXCEEDED', forward: '504' },
  { asked: 'http', asks: 'grpc', ends: 'NOT_FOUND', forward: '404' },
  { asked: 'http', asks: 'grpc', ends: 'INTERNAL', forward: '500' },
  { asked: 'grpc', asks: 'http', ends: 503, forward: 'grpc:14' },
  { asked: 'grpc', asks: 'http', ends: 504, forward: 'grpc:14' },
  { asked: 'grpc', asks: 'http', ends: 403, more: { failOn: [403] }, forward: 'grpc:7' },
  { asked: 'grpc', asks: 'http', ends: 500, forward: 'grpc:2' },
  { asked: 'http', asks: 'tcp', ends: 503, forward: '500' },
  { asked: 'grpc', asks: 'tcp', ends: 503, forward: 'grpc:13' },
] as const;

test.each(FORWARDED)('$asks that ends with $ends is answered to $asked as $forward', async (row) => {
  const { asked, asks, ends } = row;
  const call = { to: SERVER_AS[asks], ...('more' in row ? row.more : {}) };
  const server = { endpoints: [{ respond: { errors: { [ends]: '100%' } } }] };
  const expected = { ...HANDED_ON[asked], forward: row.forward };
  for (const [onFailure, answer] of Object.entries(expected)) {
    const manifests = FRONT.manifests + PORTS;
    const setup = { ...front({ ...call, onFailure }), manifests, url: FRONT_AS[asked], server, rate: 1, seconds: 3 };
    const { traffic } = await callServer({ ...FRONT, ...setup });
    expect([onFailure, ...Object.keys(traffic.codes)]).toEqual([onFailure, answer]);
  }
});

test.each(['fail', 'forward'])('to an exchange over TCP any failure of a call is a reset: %s', async (onFailure) => {
  const manifests = FRONT.manifests + PORTS;
  const setup = { ...front({ onFailure }), manifests, url: FRONT_AS.tcp, server: FAILS, rate: 1, seconds: 3 };
  expect(Object.keys((await callServer({ ...FRONT, ...setup })).traffic.codes)).toEqual(['tcp:reset']);
});

const UNANSWERED = [
  { what: "the application's own timeout", call: { timeout: '50ms' }, setup: { server: takes('1s') } },
  {
    what: 'a connection that is refused',
    call: {},
    setup: { faults: [{ at: '0s', crash: { workload: 'server' } }] },
  },
];

test.each(UNANSWERED)('$what has no status to forward: 500, and 13 for gRPC', async ({ call, setup }) => {
  const at = { ...FRONT, manifests: FRONT.manifests + PORTS, ...front({ ...call, onFailure: 'forward' }), ...setup };
  expect(outcome(await callServer({ ...at, rate: 1 }))).toBe('500 -');
  expect(outcome(await callServer({ ...at, rate: 1, url: FRONT_AS.grpc }))).toBe('grpc:13 -');
});

test('of several tries the last one is forwarded', async () => {
  const errors = (status: number) => ({ errors: { workload: 'server', status, share: '100%' } });
  const faults = [
    { at: '0s', for: '5ms', ...errors(503) },
    { at: '5ms', ...errors(504) },
  ];
  const call = { onFailure: 'forward', retries: 1, backoff: '10ms' };
  expect(outcome(await callServer({ ...FRONT, ...front(call), faults, atMs: [0] }))).toBe('504 -');
});

test('a status that the step expects is no failure, and not forwarded', async () => {
  const call = { onFailure: 'forward', expect: [503] };
  expect(outcome(await callServer({ ...FRONT, ...front(call), server: FAILS, rate: 1 }))).toBe('200 -');
});

const to = (name: string, onFailure: string) => ({ call: { to: `http://${name}/`, onFailure } });
const late = (name: string, onFailure: string) => ({ steps: [{ wait: '9ms' }, to(name, onFailure)] });
const BRANCHES = [
  { branches: [late('server', 'forward'), to('other', 'forward')], expected: '503 -' },
  { branches: [to('other', 'forward'), late('server', 'forward')], expected: '504 -' },
  { branches: [to('server', 'ignore'), to('other', 'forward')], expected: '504 -' },
  { branches: [to('server', 'fail'), to('other', 'forward')], expected: '500 -' },
];

test.each(BRANCHES)('of branches $branches the first that failed in file order is forwarded', async (row) => {
  const seen = await callServer({
    manifests: station('front') + station('other'),
    workloads: {
      front: { endpoints: [{ steps: [{ parallel: row.branches }] }] },
      other: { endpoints: [{ respond: { status: 504 } }] },
    },
    server: FAILS,
    url: 'http://front/',
    atMs: [0],
  });
  expect(outcome(seen)).toBe(row.expected);
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
