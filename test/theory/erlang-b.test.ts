import { test } from 'vitest';
import { station } from '../support/stations.js';
import { expectAgreement, playStation, SEEDS, samplesFor, UNIT_MS } from './agreement.js';
import { erlangB } from './erlang.js';
import { birthDeath, perCount } from './markov.js';

// M/M/c/c: an arrival that finds all servers busy is lost, with Erlang's B. Kleinrock, Queueing Systems, vol. 1, 3.6.
const SERVERS = 10;
const OFFERED = 10;
const THEORY = {
  value: erlangB(OFFERED, SERVERS),
  variance: perCount(
    birthDeath({
      arrival: OFFERED,
      departure: (present) => present,
      room: SERVERS,
      earns: () => 0,
      refused: { earns: 1, counts: 1 },
    }),
  ).variance,
};

test.each(SEEDS)('M/M/10/10, seed %i: share that is turned away', (seed) => {
  const endpoints = [{ steps: [{ wait: { exponential: `${UNIT_MS}ms` } }] }];
  const workloads = { station: { workers: SERVERS, queue: 0, endpoints } };
  const run = playStation({
    manifests: station('station'),
    workloads,
    seed,
    rate: OFFERED,
    requests: samplesFor(THEORY),
  });
  const { codes, requests } = run.traffic[0]!;
  expectAgreement(codes.counts.get(503)! / requests, THEORY, requests);
});
