import { expect, test } from 'vitest';
import { student975 } from '../../src/analysis/index.js';
import { reportOf } from '../support/run.js';
import { station } from '../support/stations.js';

function run(replications: number, seconds: number) {
  return reportOf({
    manifests: station('s'),
    spec: {
      network: { sameZone: '0s' },
      workloads: {
        s: {
          workers: 1,
          endpoints: [{ steps: [{ wait: { exponential: '10ms' } }], respond: { errors: { 500: '1%' } } }],
        },
      },
      traffic: [{ name: 't', from: 'outside', rate: '50/s', to: 'http://s/' }],
      objectives: ['p99 < 1s', 'success >= 90%'],
      run: { duration: `${seconds}s`, warmup: '1s', replications, seed: 3 },
    },
  });
}

test('estimates are pooled, and intervals come from the replications around them', async () => {
  const report = await run(4, 60);
  const traffic = report.traffic[0]!;
  const { replicates } = traffic;
  expect(replicates).toHaveLength(4);
  const requests = replicates.reduce((sum, each) => sum + each.requests, 0);
  expect(traffic.requests).toBe(requests);
  const pooled = replicates.reduce((sum, each) => sum + each.requests * each.meanMs!, 0) / requests;
  expect(traffic.latencyMs.mean).toBeCloseTo(pooled, 9);
  const squares = replicates.reduce((sum, each) => sum + (each.meanMs! - pooled) ** 2, 0);
  const half = student975(3) * Math.sqrt(squares / 3 / 4);
  expect(traffic.latencyMs.ci95.mean![0]).toBeCloseTo(pooled - half, 9);
  expect(traffic.latencyMs.ci95.mean![1]).toBeCloseTo(pooled + half, 9);
  expect(traffic.ratePerSecond).toBeCloseTo(requests / 4 / 60, 9);
  expect(new Set(replicates.map(({ meanMs }) => meanMs)).size).toBe(4);
});

test('a quantile has an interval only with ten samples beyond it in every replication', async () => {
  const { latencyMs } = (await run(3, 60)).traffic[0]!; // some 3000 requests each
  expect(latencyMs.ci95.p99).not.toBeNull();
  expect(latencyMs.ci95.p999).toBeNull();
  expect(latencyMs.p999).not.toBeNull();
});

test('one replication has no intervals, and its objectives are undecided', async () => {
  const report = await run(1, 60);
  const { success, latencyMs } = report.traffic[0]!;
  expect(success.ci95).toBeNull();
  expect(Object.values(latencyMs.ci95).every((interval) => interval === null)).toBe(true);
  expect(report.objectives.map(({ verdict, pass }) => [verdict, pass])).toEqual([
    ['undecided', true],
    ['undecided', true],
  ]);
});

test('more replications leave the first ones as they were', async () => {
  const [few, many] = [await run(2, 20), await run(4, 20)];
  expect(many.traffic[0]!.replicates.slice(0, 2)).toEqual(few.traffic[0]!.replicates);
});
