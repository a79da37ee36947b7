import { expect, test } from 'vitest';
import { burst, callServer, type Setup } from './call-server.js';

/** Whole ms, so that sums tell what was spent where. */
const COST = {
  preset: 'none',
  requestCpu: '1ms',
  responseCpu: '2ms',
  afterCpu: '4ms',
  mtlsCpu: '10ms',
  handshakeCpu: '100ms',
  perKiBCpu: '20ms',
};

function call(setup: Setup, cost: object = {}) {
  const platform = { proxyCost: { ...COST, ...cost } };
  return callServer({ serverSidecar: true, seconds: 100, platform, ...setup });
}
const PLAIN = { policy: { tls: { mode: 'DISABLE' } } };

function cores({ report }: Awaited<ReturnType<typeof call>>, name: string): number {
  return report.workloads.find((workload) => workload.name === name)!.cpuCores.proxy;
}

test('each proxy works on the request, on the response, and after it', async () => {
  const seen = await call({ ...PLAIN, rate: 1 });
  expect(seen.traffic.latencyMs.mean).toBeCloseTo(1 + 1 + 2 + 2, 6);
  expect(seen.traffic.causesMs.proxyCpu).toBeCloseTo(6, 6);
  for (const name of ['caller', 'server']) expect(cores(seen, name)).toBeCloseTo((seen.requests * 7) / 100_000, 9);
  expect(seen.report.capacity.vcpuPer1000Rps.proxy).toBeCloseTo(14, 3);
  expect(seen.report.capacity.vcpuPer1000Rps.gateway).toBe(0);
});

test('what is done after the response keeps the worker from the next request', async () => {
  const seen = await call({ ...PLAIN, atMs: [0, 1000, 1007], seconds: 10 });
  // The second is answered at 1006 ms: the third waits from 1007 to 1010 ms for what comes after that.
  expect(seen.traffic.latencyMs.max).toBeCloseTo(3 + 6, 6);
  expect(seen.traffic.latencyMs.p50).toBeCloseTo(6, 2);
});

test('a worker serves first come, first served', async () => {
  const seen = await call({ ...PLAIN, serverSidecar: false, atMs: burst(3), seconds: 10 }, { afterCpu: '0s' });
  // Requests at 1, 2, 3 ms; the responses come at once, and each waits for what came before.
  expect(seen.traffic.latencyMs.max).toBeCloseTo(9, 6);
  expect(seen.traffic.causesMs.proxyCpu).toBeCloseTo(seen.traffic.latencyMs.mean!, 6);
});

test('mutual TLS costs each way at both proxies, and a handshake for each connection', async () => {
  const seen = await call({ atMs: [0, 1000], seconds: 10 });
  const each = 6 + 4 * 10;
  expect(seen.traffic.latencyMs.max).toBeCloseTo(each + 200, 6);
  expect(seen.traffic.latencyMs.mean).toBeCloseTo(each + 100, 6);
  expect(seen.traffic.causesMs.network).toBeCloseTo(100, 6); // connecting is network
});

test('towards a pod without a sidecar there is no mutual TLS', async () => {
  const seen = await call({ serverSidecar: false, rate: 1 });
  expect(seen.traffic.latencyMs.mean).toBeCloseTo(3, 6);
});

test('size costs by the KiB, on the way there and back', async () => {
  const requests = [{ to: 'http://server/', size: '1KiB' }];
  const server = { endpoints: [{ respond: { size: '2KiB' } }] };
  const seen = await call({ ...PLAIN, server, traffic: { requests }, rate: 1 });
  expect(seen.traffic.latencyMs.mean).toBeCloseTo(6 + 2 * 20 + 2 * 40, 6);
});

test('two workers serve two requests at once', async () => {
  const one = await call({ ...PLAIN, serverSidecar: false, atMs: burst(40), seconds: 10 }, { afterCpu: '0s' });
  const two = await call(
    { ...PLAIN, serverSidecar: false, concurrency: 2, atMs: burst(40), seconds: 10 },
    { afterCpu: '0s' },
  );
  expect(one.traffic.latencyMs.max).toBeCloseTo(40 * 3, 6);
  // A connection belongs to a worker, drawn when it opens: seldom exactly half of them.
  expect(two.traffic.latencyMs.max).toBeGreaterThanOrEqual(20 * 3);
  expect(two.traffic.latencyMs.max).toBeLessThan(32 * 3);
});

test('a CPU limit below the workers is a quota for each period of 100 ms', async () => {
  const setup = { ...PLAIN, serverSidecar: false, atMs: burst(40), seconds: 10 };
  const cost = { requestCpu: '3ms', responseCpu: '0s', afterCpu: '0s' };
  const half = await call({ ...setup, proxyCpu: '500m' }, cost);
  // 120 ms of work, of which 50 ms are done in a period: three of them, of the first perhaps a part.
  expect(half.traffic.latencyMs.max).toBeGreaterThanOrEqual(120 + 2 * 50 - 50);
  expect(half.traffic.latencyMs.max).toBeLessThanOrEqual(3 * 100);
  expect(half.traffic.causesMs.proxyCpu).toBeCloseTo(half.traffic.latencyMs.mean!, 6);
  const shared = await call({ ...setup, concurrency: 4, proxyCpu: '1', atMs: burst(200) }, cost);
  expect(shared.traffic.latencyMs.max).toBeGreaterThanOrEqual(300);
  const seldom = await call({ ...setup, proxyCpu: '500m', atMs: [0, 1000, 2000] }, cost);
  expect(seldom.traffic.latencyMs.max).toBeCloseTo(3, 6);
});
