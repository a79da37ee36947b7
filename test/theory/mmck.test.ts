import { test } from 'vitest';
import { WORKER_QUEUE } from '../../src/telemetry/index.js';
import { station } from '../support/stations.js';
import { expectAgreement, playStation, SEEDS, samplesFor, UNIT_MS } from './agreement.js';
import { birthDeath, perCount } from './markov.js';

// M/M/c/K as a birth-death process: P(n) proportional to the product of lambda / min(i, c). Kleinrock, vol. 1, 3.8.
const SERVERS = 4;
const ROOM = 8;
const OFFERED = 4;

test.each(SEEDS)('M/M/4/8, seed %i: share turned away, wait of the others', (seed) => {
  const weights = [1];
  for (let n = 1; n <= ROOM; n++) weights.push((weights[n - 1]! * OFFERED) / Math.min(n, SERVERS));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const lost = weights[ROOM]! / total;
  const waiting = weights.reduce((sum, weight, n) => sum + (Math.max(0, n - SERVERS) * weight) / total, 0);
  const common = { arrival: OFFERED, departure: (n: number) => Math.min(n, SERVERS), room: ROOM };
  const refusals = perCount(birthDeath({ ...common, earns: () => 0, refused: { earns: 1, counts: 1 } }));
  const loss = { value: lost, variance: refusals.variance };
  const waits = perCount(
    birthDeath({ ...common, earns: (n) => Math.max(0, n - SERVERS), refused: { earns: 0, counts: 0 } }),
  );
  const wait = { value: waiting / (OFFERED * (1 - lost)), variance: waits.variance };

  const endpoints = [{ steps: [{ wait: { exponential: `${UNIT_MS}ms` } }] }];
  const workloads = { station: { workers: SERVERS, queue: ROOM - SERVERS, endpoints } };
  const sent = Math.max(samplesFor(loss), samplesFor(wait) / (1 - lost));
  const run = playStation({ manifests: station('station'), workloads, seed, rate: OFFERED, requests: sent });
  const { codes, okLatency, causes, requests } = run.traffic[0]!;
  expectAgreement(codes.counts.get(503)! / requests, loss, requests);
  expectAgreement(causes[WORKER_QUEUE]! / okLatency.count / UNIT_MS, wait, okLatency.count);
});
