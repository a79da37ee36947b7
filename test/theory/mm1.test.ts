import { expect, test } from 'vitest';
import { station } from '../support/stations.js';
import { expectAgreement, playStation, SEEDS, samplesFor, UNIT_MS } from './agreement.js';
import { birthDeath, perCount } from './markov.js';
import { MG1 } from './mg1.js';

// M/M/1: mean time in the system 1 / (1 - rho). Kleinrock, Queueing Systems, vol. 1, 3.2.
const CASES = [0.5, 0.8].flatMap((utilization) => SEEDS.map((seed) => ({ utilization, seed })));

test.each(CASES)('M/M/1 at $utilization, seed $seed: mean time in the system', ({ utilization, seed }) => {
  const workloads = { station: { workers: 1, endpoints: [{ steps: [{ wait: { exponential: `${UNIT_MS}ms` } }] }] } };
  const theory = { value: 1 / (1 - utilization), variance: new MG1(utilization, [1, 2, 6, 24]).sojournVariance };
  const requests = samplesFor(theory);
  const { traffic } = playStation({ manifests: station('station'), workloads, seed, rate: utilization, requests });
  const { latency } = traffic[0]!;
  expectAgreement(latency.meanMs! / UNIT_MS, theory, latency.count);
});

test('two ways to the variance of the mean agree', () => {
  const room = 300;
  const chain = birthDeath({ arrival: 0.8, departure: () => 1, room, earns: (present) => present });
  const { mean, variance } = perCount(chain);
  expect(mean).toBeCloseTo(5, 9);
  expect(variance).toBeCloseTo(new MG1(0.8, [1, 2, 6, 24]).sojournVariance, 6);
});
