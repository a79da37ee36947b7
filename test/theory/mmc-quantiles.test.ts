import { test } from 'vitest';
import { station } from '../support/stations.js';
import { expectAgreement, playStation, SEEDS, samplesFor, UNIT_MS } from './agreement.js';
import { erlangC } from './erlang.js';
import { mmcTailVariance } from './tails.js';

// M/M/c: an arrival waits with probability C, and then exponentially with rate c mu - lambda; its service is independent
// of that. Kleinrock, Queueing Systems, vol. 1, 3.5 and 5.5.
const SERVERS = 4;
const OFFERED = 2.8;
const WAITS = erlangC(OFFERED, SERVERS);
const DRAIN = SERVERS - OFFERED; // rate at which the wait falls, not 1

/** P(wait + service > t). */
function tail(t: number): number {
  const both = (DRAIN * Math.exp(-t) - Math.exp(-DRAIN * t)) / (DRAIN - 1);
  return (1 - WAITS) * Math.exp(-t) + WAITS * both;
}

function density(t: number): number {
  const both = (DRAIN * (Math.exp(-t) - Math.exp(-DRAIN * t))) / (DRAIN - 1);
  return (1 - WAITS) * Math.exp(-t) + WAITS * both;
}

function quantile(q: number): number {
  let [low, high] = [0, 100];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (tail(middle) > 1 - q) low = middle;
    else high = middle;
  }
  return low;
}

const QUANTILES = [0.5, 0.99].map((q) => {
  const value = quantile(q);
  return { q, value, variance: mmcTailVariance(OFFERED, SERVERS, value) / density(value) ** 2 };
});

test.each(SEEDS)('M/M/4 at 0.7, seed %i: quantiles of the time in the system', (seed) => {
  const wait = { exponential: `${UNIT_MS}ms` };
  const workloads = { station: { workers: SERVERS, endpoints: [{ steps: [{ wait }] }] } };
  const requests = samplesFor(...QUANTILES);
  const run = playStation({ manifests: station('station'), workloads, seed, rate: OFFERED, requests });
  const { latency } = run.traffic[0]!;
  for (const theory of QUANTILES) {
    expectAgreement(latency.quantileMs(theory.q)! / UNIT_MS, theory, latency.count);
  }
});
