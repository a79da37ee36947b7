import { test } from 'vitest';
import { station } from '../support/stations.js';
import { expectAgreement, playStation, SEEDS, samplesFor, UNIT_MS } from './agreement.js';
import { type Move, pairChain, perCount } from './markov.js';

// M/G/1 with processor sharing: the mean time in the system is 1 / (1 - rho) whatever the services are distributed like.
// Kleinrock, Queueing Systems, vol. 2, 4.4. The spread of its estimate does hang on them: services of two phases are a
// chain of pairs, the requests that are in the one and in the other.
const UTILIZATION = 0.6;
const MOST = 60;
const MEAN_MS = UNIT_MS;

const share = (part: number, other: number) => part / Math.max(1, part + other);

/** Two exponential phases of mean 1/2, one after the other: a gamma of cv sqrt(1/2). */
const ERLANG: readonly Move[] = [
  { by: [1, 0], counts: 1, rate: () => UTILIZATION },
  { by: [-1, 1], counts: 0, rate: (first, second) => 2 * share(first, second) },
  { by: [0, -1], counts: 0, rate: (first, second) => 2 * share(second, first) },
];

/** Half of the requests are short, mean 0.4, half long, mean 1.6. */
const [SHORT, LONG] = [0.4, 1.6];
const MIXED: readonly Move[] = [
  { by: [1, 0], counts: 1, rate: () => UTILIZATION / 2 },
  { by: [0, 1], counts: 1, rate: () => UTILIZATION / 2 },
  { by: [-1, 0], counts: 0, rate: (short, long) => share(short, long) / SHORT },
  { by: [0, -1], counts: 0, rate: (short, long) => share(long, short) / LONG },
];

const mixture = [SHORT, LONG].map((mean) => ({ weight: 1, exponential: `${mean * MEAN_MS}ms` }));
const CASES = [
  { name: 'even', cpu: { gamma: { mean: `${MEAN_MS}ms`, cv: Math.SQRT1_2 } }, moves: ERLANG },
  { name: 'uneven', cpu: { mixture }, moves: MIXED },
].flatMap((each) => SEEDS.map((seed) => ({ ...each, seed })));

test.each(CASES)('M/G/1-PS, $name services, seed $seed: mean time in the system', ({ cpu, moves, seed }) => {
  const { variance } = perCount(pairChain({ most: MOST, moves, earns: (first, second) => first + second }));
  const theory = { value: 1 / (1 - UTILIZATION), variance };
  const workloads = { station: { threads: 1, endpoints: [{ steps: [{ cpu }] }] } };
  const requests = samplesFor(theory);
  const run = playStation({ manifests: station('station'), workloads, seed, rate: UTILIZATION, requests });
  const { latency } = run.traffic[0]!;
  expectAgreement(latency.meanMs! / UNIT_MS, theory, latency.count);
});

// Given its own service x a request stays x / (1 - rho): the long ones four times as long as the short ones.
test.each(SEEDS)('M/G/1-PS, seed %i: time in the system by length of service', (seed) => {
  const theories = [0, 1].map((kind) => {
    const moves = MIXED.map((move) => ({ ...move, counts: move.by[kind] === 1 ? 1 : 0 }));
    const { variance } = perCount(pairChain({ most: MOST, moves, earns: (...present) => present[kind]! }));
    return { value: [SHORT, LONG][kind]! / (1 - UTILIZATION), variance };
  });
  const endpoints = [SHORT, LONG].map((mean, kind) => ({
    match: { path: `/${kind}` },
    steps: [{ cpu: { exponential: `${mean * MEAN_MS}ms` } }],
  }));
  const run = playStation({
    manifests: station('station'),
    workloads: { station: { threads: 1, endpoints } },
    seed,
    rate: UTILIZATION / 2,
    requests: samplesFor(...theories),
    to: ['http://station/0', 'http://station/1'],
  });
  run.traffic.forEach(({ latency }, kind) => {
    expectAgreement(latency.meanMs! / UNIT_MS, theories[kind]!, latency.count);
  });
});
