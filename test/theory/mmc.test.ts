import { test } from 'vitest';
import { WORKER_QUEUE } from '../../src/telemetry/index.js';
import { station } from '../support/stations.js';
import { expectAgreement, playStation, SEEDS, samplesFor, UNIT_MS } from './agreement.js';
import { erlangC } from './erlang.js';
import { birthDeath, perCount } from './markov.js';

// M/M/c: mean wait C / (c mu - lambda), with Erlang's C. Kleinrock, Queueing Systems, vol. 1, 3.5.
const SERVERS = 4;
const OFFERED = 2.8;
const THEORY = {
  value: erlangC(OFFERED, SERVERS) / (SERVERS - OFFERED),
  variance: perCount(
    birthDeath({
      arrival: OFFERED,
      departure: (present) => Math.min(present, SERVERS),
      room: 200,
      earns: (present) => Math.max(0, present - SERVERS),
    }),
  ).variance,
};

test.each(SEEDS)('M/M/4 at 0.7, seed %i: mean wait', (seed) => {
  const wait = { exponential: `${UNIT_MS}ms` };
  const workloads = { station: { workers: SERVERS, endpoints: [{ steps: [{ wait }] }] } };
  const sent = samplesFor(THEORY);
  const run = playStation({ manifests: station('station'), workloads, seed, rate: OFFERED, requests: sent });
  const { causes, requests } = run.traffic[0]!;
  expectAgreement(causes[WORKER_QUEUE]! / requests / UNIT_MS, THEORY, requests);
});
