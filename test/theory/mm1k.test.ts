import { test } from 'vitest';
import { station } from '../support/stations.js';
import { expectAgreement, playStation, SEEDS, samplesFor, UNIT_MS } from './agreement.js';
import { birthDeath, perCount } from './markov.js';

// M/M/1/K: P(n) proportional to rho^n, n <= K. Kleinrock, Queueing Systems, vol. 1, 3.6.
const CASES = [
  { utilization: 1.2, room: 20 },
  { utilization: 0.9, room: 5 },
].flatMap((each) => SEEDS.map((seed) => ({ ...each, seed })));

test.each(CASES)('M/M/1/$room at $utilization, seed $seed: share turned away, time of the others', (each) => {
  const { utilization, room, seed } = each;
  const weights = Array.from({ length: room + 1 }, (_, n) => utilization ** n);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const lost = weights[room]! / total;
  const present = weights.reduce((sum, weight, n) => sum + (n * weight) / total, 0);
  const common = { arrival: utilization, departure: () => 1, room };
  const refusals = perCount(birthDeath({ ...common, earns: () => 0, refused: { earns: 1, counts: 1 } }));
  const loss = { value: lost, variance: refusals.variance };
  const stays = perCount(birthDeath({ ...common, earns: (n) => n, refused: { earns: 0, counts: 0 } }));
  const stay = { value: present / (utilization * (1 - lost)), variance: stays.variance }; // Little's law, of those let in

  const endpoints = [{ steps: [{ wait: { exponential: `${UNIT_MS}ms` } }] }];
  const workloads = { station: { workers: 1, queue: room - 1, endpoints } };
  const sent = Math.max(samplesFor(loss), samplesFor(stay) / (1 - lost));
  const run = playStation({ manifests: station('station'), workloads, seed, rate: utilization, requests: sent });
  const { codes, okLatency, requests } = run.traffic[0]!;
  expectAgreement(codes.counts.get(503)! / requests, loss, requests);
  expectAgreement(okLatency.meanMs! / UNIT_MS, stay, okLatency.count);
});
