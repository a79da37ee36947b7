import { test } from 'vitest';
import { WORKER_QUEUE } from '../../src/telemetry/index.js';
import { station } from '../support/stations.js';
import { expectAgreement, playStation, SEEDS, samplesFor, UNIT_MS } from './agreement.js';
import { MG1 } from './mg1.js';

// M/D/1: mean wait rho / (2 (1 - rho)). Kleinrock, Queueing Systems, vol. 1, 5.6.
const UTILIZATION = 0.8;
const THEORY = {
  value: UTILIZATION / (2 * (1 - UTILIZATION)),
  variance: new MG1(UTILIZATION, [1, 1, 1, 1]).waitVariance,
};

test.each(SEEDS)('M/D/1 at 0.8, seed %i: mean wait', (seed) => {
  const workloads = { station: { workers: 1, endpoints: [{ steps: [{ wait: `${UNIT_MS}ms` }] }] } };
  const sent = samplesFor(THEORY);
  const run = playStation({ manifests: station('station'), workloads, seed, rate: UTILIZATION, requests: sent });
  const { causes, requests } = run.traffic[0]!;
  expectAgreement(causes[WORKER_QUEUE]! / requests / UNIT_MS, THEORY, requests);
});
