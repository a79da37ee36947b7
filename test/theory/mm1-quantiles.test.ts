import { test } from 'vitest';
import { station } from '../support/stations.js';
import { expectAgreement, playStation, SEEDS, samplesFor, UNIT_MS } from './agreement.js';
import { mm1TailVariance } from './tails.js';

// M/M/1: the time in the system is exponential, so its q-quantile is -ln(1 - q) / (1 - rho). Kleinrock, vol. 1, 5.5.
const UTILIZATION = 0.6;
const QUANTILES = [0.5, 0.9, 0.99].map((q) => {
  const value = -Math.log(1 - q) / (1 - UTILIZATION);
  const density = (1 - q) * (1 - UTILIZATION);
  return { q, value, variance: mm1TailVariance(UTILIZATION, value) / (density * density) };
});

test.each(SEEDS)('M/M/1, seed %i: quantiles of the time in the system', (seed) => {
  const workloads = { station: { workers: 1, endpoints: [{ steps: [{ wait: { exponential: `${UNIT_MS}ms` } }] }] } };
  const requests = samplesFor(...QUANTILES);
  const run = playStation({ manifests: station('station'), workloads, seed, rate: UTILIZATION, requests });
  const { latency } = run.traffic[0]!;
  for (const theory of QUANTILES) {
    expectAgreement(latency.quantileMs(theory.q)! / UNIT_MS, theory, latency.count);
  }
});
