import { expect, test } from 'vitest';
import type { PrecisionTarget, StoppingRule } from '../../src/analysis/index.js';
import { looks } from '../../src/analysis/index.js';
import type { Crew } from '../../src/parallel/crew.js';
import { findWarmup } from '../../src/parallel/pilot.js';
import { simulate } from '../../src/parallel/simulate.js';
import { packRecording, unpackRecording } from '../../src/telemetry/index.js';
import { type Blueprint, World } from '../../src/world/index.js';
import { blueprintOf, type Given } from '../support/run.js';
import { station } from '../support/stations.js';

const SIGNAL = new AbortController().signal;
const QUIET = { onProgress: () => {}, signal: SIGNAL };

/** A single queue that nothing else costs time; 100 customers a second that it could serve. */
function queue(utilization: number, run: object, more: object = {}): Given {
  return {
    manifests: station('station'),
    spec: {
      platform: { proxyCost: 'none' },
      network: { sameZone: '0s' },
      workloads: { station: { workers: 1, endpoints: [{ steps: [{ wait: { exponential: '10ms' } }] }] } },
      traffic: [{ name: 'load', from: 'outside', rate: `${100 * utilization}/s`, to: 'http://station/', ...more }],
      run,
    },
  };
}

const P99: PrecisionTarget = { metric: 'p99', half: 0.03, unit: 'relative' };
const MEAN: PrecisionTarget = { metric: 'mean', half: 0.02, unit: 'relative' };

function playUntil(blueprint: Blueprint, rule: StoppingRule, crew: Crew | null = null) {
  const options = { version: '0.0.0', diagnostics: [], recruit: () => crew, rule, ...QUIET };
  return simulate(blueprint, options);
}

test('replications go on until every interval is as narrow as asked for', async () => {
  const blueprint = blueprintOf(queue(0.5, { duration: '100s', warmup: '10s' }));
  const rule = { targets: [P99, MEAN], least: 5, most: 1000 };
  const { report } = await playUntil(blueprint, rule);
  const { latencyMs } = report.traffic[0]!;
  expect(latencyMs.ci95.p99![1] - latencyMs.p99!).toBeLessThanOrEqual(0.03 * latencyMs.p99!);
  expect(latencyMs.ci95.mean![1] - latencyMs.mean!).toBeLessThanOrEqual(0.02 * latencyMs.mean!);
  expect(looks(rule)).toContain(report.replications);
  expect(report.precision!.map(({ metric, reached }) => [metric, reached])).toEqual([
    ['p99', true],
    ['mean', true],
  ]);
  // One look before they were not.
  const before = looks(rule)[looks(rule).indexOf(report.replications) - 1];
  if (before === undefined) throw new Error('it should take more than the least');
  const earlier = await playUntil(blueprint, { ...rule, least: before, most: before });
  expect(earlier.report.precision!.every(({ reached }) => reached)).toBe(false);
});

test('the same bytes, however many play', async () => {
  const blueprint = blueprintOf(queue(0.5, { duration: '20s', warmup: '1s' }));
  const rule = { targets: [MEAN], least: 3, most: 100 };
  const alone = await playUntil(blueprint, rule);
  for (const size of [1, 2, 5]) {
    const crew: Crew = {
      size,
      async play({ replication }) {
        return unpackRecording(packRecording(new World(blueprint, replication).run()));
      },
      async dismiss() {},
    };
    const { report, workers } = await playUntil(blueprint, rule, crew);
    expect(workers).toBe(1 + size);
    expect(JSON.stringify(report)).toBe(JSON.stringify(alone.report));
  }
});

test('what is never narrow enough ends with the most replications, and says so', async () => {
  const blueprint = blueprintOf(queue(0.5, { duration: '20s', warmup: '1s' }));
  const { report } = await playUntil(blueprint, { targets: [{ ...MEAN, half: 1e-6 }], least: 3, most: 7 });
  expect(report.replications).toBe(7);
  expect(report.precision![0]!.reached).toBe(false);
});

test('an interval that there can never be ends the run at once', async () => {
  const blueprint = blueprintOf(queue(0.5, { duration: '10s', warmup: '1s' })); // 500 requests: no interval of p99
  const { report } = await playUntil(blueprint, { targets: [P99], least: 3, most: 1000 });
  expect(report.replications).toBe(3);
  expect(report.precision![0]).toMatchObject({ half: null, reached: false });
});

test('an interval narrower than the buckets of the histogram ends the run at once', async () => {
  const blueprint = blueprintOf(queue(0.5, { duration: '60s', warmup: '1s' }));
  const { report } = await playUntil(blueprint, { targets: [{ ...P99, half: 1e-5 }], least: 3, most: 1000 });
  expect(report.replications).toBe(3);
  const [p99] = report.precision!;
  expect(p99).toMatchObject({ reached: false });
  expect(p99!.half!).toBeGreaterThan(p99!.finest);
  expect(p99!.finest).toBeGreaterThan(2 ** -11);
});

test('an M/M/1 queue that begins empty: what is found leaves nothing of the beginning', async () => {
  // At 90 % its mean time is 57, 81, 89, 93, 95, 98 ms in the first seconds (of 6000 replications), and 100 ms at last: what
  // is missing after 3 s is 0.3 % of the mean of a minute.
  for (const seed of [1, 2, 3]) {
    const pilot = await findWarmup(blueprintOf(queue(0.9, { seed })), QUIET);
    expect(pilot!.warmupMs).toBeGreaterThanOrEqual(3000);
    expect(pilot!.warmupMs).toBeLessThanOrEqual(120_000);
  }
});

test.each([
  { name: 'a queue that is hardly used', given: queue(0.1, {}) },
  { name: 'a queue under faults and stages, which come later', given: withFault() },
])('$name', async ({ given }) => {
  const pilot = await findWarmup(blueprintOf(given), QUIET);
  expect(pilot).toMatchObject({ lengthMs: 60_000 });
  expect(pilot!.warmupMs).toBeGreaterThanOrEqual(1000); // never nothing
  expect(pilot!.warmupMs).toBeLessThanOrEqual(90_000);
});

function withFault(): Given {
  const { spec, manifests } = queue(0.1, {}, { rate: undefined, stages: [{ for: '1m', rate: '10/s -> 500/s' }] });
  const faults = [{ at: '0s', for: '1m', slow: { workload: 'station', by: '1s' } }];
  return { manifests: manifests!, spec: { ...(spec as object), faults } };
}

test('an overloaded queue has no steady state', async () => {
  const pilot = await findWarmup(blueprintOf(queue(1.5, { maxInFlight: 20_000 })), QUIET);
  expect(pilot!.warmupMs).toBeNull();
});
