import { test } from 'vitest';
import { play } from '../support/run.js';
import { station, virtualService } from '../support/stations.js';
import { expectAgreement, SEEDS, samplesFor } from './agreement.js';

// n tries of at most tau each at an exponential service of rate mu: success 1 - e^(-n mu tau), mean
// (1 - e^(-n mu tau)) / mu, tries (1 - q^n) / (1 - q) with q = e^(-mu tau): memoryless, so the same as one try of n tau.
const MEAN_MS = 100;
const TRY_MS = 150;
const TRIES = 3;
const LATE = Math.exp(-TRY_MS / MEAN_MS);
/** Base 1 ms: the first wait is 0, the second 0 or 1 ms (Envoy draws whole ms below the interval). */
const BACK_OFF_MS = LATE ** 2 * 0.5;

test.each(SEEDS)('per-try timeouts of an exponential service, seed %i', (seed) => {
  const lost = LATE ** TRIES;
  const success = { value: 1 - lost, variance: lost * (1 - lost) };
  const whole = TRIES * TRY_MS;
  // E min(X, t)^2 = 2 m (m - (m + t) e^(-t/m)).
  const square = 2 * MEAN_MS * (MEAN_MS - (MEAN_MS + whole) * Math.exp(-whole / MEAN_MS));
  const mean = MEAN_MS * (1 - lost);
  const latency = { value: mean + BACK_OFF_MS, variance: square - mean * mean };
  const meanTries = (1 - lost) / (1 - LATE);
  const triesSquare = 1 - LATE + 4 * LATE * (1 - LATE) + 9 * LATE ** 2;
  const tries = { value: meanTries, variance: triesSquare - meanTries ** 2 };
  const samples = 3 * samplesFor(success, latency, tries);
  const retries = { attempts: TRIES - 1, perTryTimeout: `${TRY_MS}ms`, retryOn: '5xx', backoff: '1ms' };
  const { traffic, edges } = play({
    manifests:
      station('caller', { sidecar: true }) +
      station('server', { sidecar: true }) +
      virtualService('server', { retries }),
    spec: {
      platform: { proxyCost: 'none' },
      network: { sameZone: '0s' },
      workloads: {
        caller: { endpoints: [] },
        server: { endpoints: [{ steps: [{ wait: { exponential: `${MEAN_MS}ms` } }] }] },
      },
      traffic: [{ name: 'load', from: { workload: 'caller' }, rate: '100/s', to: 'http://server/' }],
      run: { duration: `${samples / 100}s`, warmup: '0s', seed },
    },
  });
  const { requests, succeeded, latency: seen } = traffic[0]!;
  expectAgreement(succeeded / requests, success, requests);
  expectAgreement(seen.meanMs!, latency, requests);
  const attempts = edges.reduce((sum, edge) => sum + edge.attempts, 0);
  expectAgreement(attempts / requests, tries, requests);
});
