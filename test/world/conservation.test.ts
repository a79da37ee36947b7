import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Counts, EdgeReport, Report, TrafficReport } from '../../src/analysis/index.js';
import { renderJson } from '../../src/report/index.js';
import { World } from '../../src/world/index.js';
import { randomMesh } from '../support/random-mesh.js';
import { blueprintOf, reportOf } from '../support/run.js';

/** A failure prints the seed and the path that replay it, and the smallest mesh that it was shrunk to. */
const RUNS = { seed: 20_261_122, numRuns: 150 };

const total = (counts: Counts) => Object.values(counts).reduce((sum, count) => sum + count, 0);
const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);

test('what goes in comes out: random meshes', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(randomMesh({ load: 'any' }), async ({ given }) => {
      const report = await reportOf(given);
      for (const traffic of report.traffic) expectTraffic(traffic);
      expectEdges(report.edges);
      expectWorkloads(report);
      expectNothingNegative(report);
    }),
    RUNS,
  );
});

test('the same seed gives the same bytes: random meshes', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(randomMesh({ load: 'any' }), async ({ given }) => {
      expect(renderJson(await reportOf(given))).toBe(renderJson(await reportOf(given)));
    }),
    { ...RUNS, numRuns: 40 },
  );
});

// Packets that are lost for good leave behind whoever waits for them without a timeout.
test('when traffic has ended everything has been given back: random meshes', { timeout: 120_000 }, () => {
  fc.assert(
    fc.property(randomMesh({ load: 'replay', without: ['faults'] }), ({ given }) => {
      const world = new World(blueprintOf(given), 0);
      world.run();
      const { plane } = world;
      const live = {
        calls: plane.calls.live,
        attempts: plane.attempts.live,
        strands: plane.strands.live,
        resets: plane.resets.live,
        requests: sum(world.sources.map(({ requests }) => requests.live)),
      };
      expect(live).toEqual({ calls: 0, attempts: 0, strands: 0, resets: 0, requests: 0 });
      expect(plane.attempts.all.filter(({ atServer }) => atServer)).toEqual([]);
      for (const pod of world.pods.flat()) {
        expect([pod.busy.now, pod.queued.now, pod.cpu?.jobs ?? 0]).toEqual([0, 0, 0]);
        for (const cluster of pod.proxy?.clusters ?? []) {
          const held = cluster === undefined ? [0, 0, 0] : [cluster.active, cluster.pending, cluster.retries];
          expect(held).toEqual([0, 0, 0]);
        }
      }
    }),
    RUNS,
  );
});

function expectTraffic(traffic: TrafficReport): void {
  const { requests, started, inFlight, codes, latencyMs, causesMs, histogram, success, okLatencyMs } = traffic;
  expect(total(codes) + inFlight).toBe(requests);
  expect(sum(histogram.counts)).toBe(requests);
  expect(started).toBeLessThanOrEqual(requests);
  if (requests === 0) return;
  expect(Math.abs(sum(Object.values(causesMs)) - latencyMs.mean!)).toBeLessThanOrEqual(1e-6 * latencyMs.mean! + 1e-9);
  const ordered = [latencyMs.p50!, latencyMs.p90!, latencyMs.p95!, latencyMs.p99!, latencyMs.p999!, latencyMs.max!];
  expect([...ordered].sort((a, b) => a - b)).toEqual(ordered);
  expect(success.ratio! * requests).toBeCloseTo(codes['200'] ?? 0, 6);
  if (okLatencyMs.max !== null) expect(okLatencyMs.max).toBeLessThanOrEqual(latencyMs.max!);
}

/** A call counts on the row where it ended, so that the identities hold for the rows of (source, destination) together. */
function expectEdges(edges: readonly EdgeReport[]): void {
  const names = edges.map(({ source, destination }) => `${source} -> ${destination}`);
  for (const name of new Set(names)) {
    const rows = edges.filter((_, i) => names[i] === name);
    const calls = sum(rows.map(({ requests }) => requests));
    const ended = sum(rows.map(({ codes }) => total(codes)));
    const inFlight = sum(rows.map((row) => row.inFlight));
    expect(ended + inFlight, name).toBe(calls);
    const reached = sum(rows.map((row) => (row.workload === null ? 0 : row.requests)));
    const picked = sum(rows.map(({ attempts, retries }) => attempts - retries));
    expect(picked, name).toBeGreaterThanOrEqual(reached);
    expect(picked, name).toBeLessThanOrEqual(calls);
    for (const row of rows) {
      if (row.success.ratio !== null)
        expect(row.success.ratio * row.requests).toBeLessThanOrEqual(total(row.codes) + 1e-6);
      if (row.workload === null) expect([row.attempts, row.retries, row.mirrored]).toEqual([0, 0, 0]);
    }
  }
}

function expectWorkloads({ workloads, simulatedSeconds, warmupSeconds }: Report): void {
  // A CPU quota is given for 100 ms: the observed time may hold the best part of one period more.
  const most = 1 + 0.1 / (simulatedSeconds - warmupSeconds);
  for (const { name, utilization, workerUtilization } of workloads) {
    expect(utilization ?? 0, name).toBeLessThanOrEqual(most);
    expect(workerUtilization ?? 0, name).toBeLessThanOrEqual(1 + 1e-9);
  }
}

function expectNothingNegative(value: unknown, path = 'report'): void {
  if (typeof value === 'number') expect(value >= 0 && Number.isFinite(value), `${path} is ${value}`).toBe(true);
  else if (Array.isArray(value))
    value.forEach((each, i) => {
      expectNothingNegative(each, `${path}[${i}]`);
    });
  else if (typeof value === 'object' && value !== null) {
    for (const [key, each] of Object.entries(value)) if (key !== 'ci95') expectNothingNegative(each, `${path}.${key}`);
  }
}
