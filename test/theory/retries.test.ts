import { expect, test } from 'vitest';
import { play } from '../support/run.js';
import { station, virtualService } from '../support/stations.js';
import { expectAgreement, SEEDS, samplesFor } from './agreement.js';

// n independent tries of which each fails with probability p: success 1 - p^n, tries (1 - p^n) / (1 - p).
const FAILS = 0.3;
const TRIES = 3;
const RETRIES = { attempts: TRIES - 1, retryOn: '5xx' };

test.each(SEEDS)('retries through two sidecars, seed %i: success and tries per call', (seed) => {
  const lost = FAILS ** TRIES;
  const success = { value: 1 - lost, variance: lost * (1 - lost) };
  const mean = (1 - lost) / (1 - FAILS);
  const shares = Array.from({ length: TRIES }, (_, i) => FAILS ** i * (i < TRIES - 1 ? 1 - FAILS : 1));
  const square = shares.reduce((sum, share, i) => sum + share * (i + 1) ** 2, 0);
  const tries = { value: mean, variance: square - mean * mean };
  const samples = 10 * samplesFor(success, tries); // cheap: far narrower than need be
  const { traffic, edges } = play({
    manifests:
      station('caller', { sidecar: true }) +
      station('server', { sidecar: true, replicas: 3 }) +
      virtualService('server', { retries: RETRIES }),
    spec: {
      platform: { proxyCost: 'none' },
      workloads: {
        caller: { endpoints: [] },
        server: { endpoints: [{ respond: { errors: { 500: `${100 * FAILS}%` } } }] },
      },
      traffic: [{ name: 'load', from: { workload: 'caller' }, rate: '100/s', to: 'http://server/' }],
      run: { duration: `${samples / 100}s`, warmup: '0s', seed },
    },
  });
  const { requests, succeeded } = traffic[0]!;
  expectAgreement(succeeded / requests, success, requests);
  const attempts = edges.reduce((sum, edge) => sum + edge.attempts, 0);
  expectAgreement(attempts / requests, tries, requests);
});

test('four tiers that each try three times send 81 requests to a bottom that fails', () => {
  const tiers = ['one', 'two', 'three', 'four', 'bottom'];
  const workloads = tiers.map((name, i) => {
    const next = tiers[i + 1];
    const steps = next === undefined ? [{ fail: 500 }] : [{ call: `http://${next}/` }];
    return [name, { endpoints: [{ steps }] }];
  });
  const { edges, traffic } = play({
    manifests: tiers
      .map((name) => station(name, { sidecar: true }) + virtualService(name, { retries: RETRIES }))
      .join(''),
    spec: {
      platform: { proxyCost: 'none' },
      workloads: Object.fromEntries(workloads),
      traffic: [{ name: 'load', from: 'outside', rate: '1/s', arrivals: 'constant', to: 'http://one/' }],
      run: { duration: '20s', warmup: '0s', drain: '1h' },
    },
  });
  const bottom = edges.filter(({ name }) => name.destination === 'bottom');
  expect(bottom.reduce((sum, edge) => sum + edge.attempts, 0) / traffic[0]!.requests).toBe(81);
});
