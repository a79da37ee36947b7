import { test } from 'vitest';
import { WORKER_QUEUE } from '../../src/telemetry/index.js';
import { station } from '../support/stations.js';
import { expectAgreement, playStation, SEEDS, samplesFor, UNIT_MS } from './agreement.js';
import { MG1 } from './mg1.js';

// M/G/1: mean wait rho / (1 - rho) x (1 + c^2) / 2. Pollaczek and Khinchine; Kleinrock, vol. 1, 5.6.
const UTILIZATION = 0.5;

/** E X^k of a lognormal of mean 1. */
function lognormalMoments(cv: number): [number, number, number, number] {
  const base = 1 + cv * cv;
  return [1, base, base ** 3, base ** 6];
}

/** E X^k of a gamma of mean 1: the shape is 1 / cv^2. */
function gammaMoments(cv: number): [number, number, number, number] {
  const square = cv * cv;
  const second = 1 + square;
  const third = second * (1 + 2 * square);
  return [1, second, third, third * (1 + 3 * square)];
}

const mean = `${UNIT_MS}ms`;
const CASES = [
  { name: 'lognormal', cv: 1.2, moments: lognormalMoments(1.2) },
  { name: 'gamma', cv: 1.4, moments: gammaMoments(1.4) },
  { name: 'gamma', cv: 0.5, moments: gammaMoments(0.5) },
].flatMap((each) => SEEDS.map((seed) => ({ ...each, seed })));

test.each(CASES)('M/G/1 with $name services of cv $cv, seed $seed: mean wait', (each) => {
  const { name, cv, moments, seed } = each;
  const workloads = { station: { workers: 1, endpoints: [{ steps: [{ wait: { [name]: { mean, cv } } }] }] } };
  const value = ((UTILIZATION / (1 - UTILIZATION)) * (1 + cv * cv)) / 2;
  const theory = { value, variance: new MG1(UTILIZATION, moments).waitVariance };
  const sent = samplesFor(theory);
  const run = playStation({ manifests: station('station'), workloads, seed, rate: UTILIZATION, requests: sent });
  const { causes, requests } = run.traffic[0]!;
  expectAgreement(causes[WORKER_QUEUE]! / requests / UNIT_MS, theory, requests);
});
