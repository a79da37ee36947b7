import { test } from 'vitest';
import { station } from '../support/stations.js';
import { expectAgreement, playStation, SEEDS, samplesFor, UNIT_MS } from './agreement.js';
import { pairChain, perCount } from './markov.js';

// Two M/M/1 stations one after the other: mean time 1 / (mu1 - lambda) + 1 / (mu2 - lambda). J. R. Jackson, 1957;
// Kleinrock, Queueing Systems, vol. 1, 4.8.
const ARRIVAL = 0.6;
const RATES = [1, 1.25] as const;

test.each(SEEDS)('two M/M/1 in tandem, seed %i: mean time in the system', (seed) => {
  const chain = pairChain({
    most: 50,
    moves: [
      { by: [1, 0], counts: 1, rate: () => ARRIVAL },
      { by: [-1, 1], counts: 0, rate: () => RATES[0] },
      { by: [0, -1], counts: 0, rate: () => RATES[1] },
    ],
    earns: (first, second) => first + second,
  });
  const value = RATES.reduce((sum, rate) => sum + 1 / (rate - ARRIVAL), 0);
  const theory = { value, variance: perCount(chain).variance };
  const [first, second] = RATES.map((rate) => ({
    workers: 1,
    endpoints: [{ steps: [{ wait: { exponential: `${UNIT_MS / rate}ms` } }] }],
  }));
  const calls = [{ call: 'http://first/' }, { call: 'http://second/' }];
  const { traffic } = playStation({
    manifests: station('station') + station('first') + station('second'),
    workloads: { station: { endpoints: [{ steps: calls }] }, first: first!, second: second! },
    seed,
    rate: ARRIVAL,
    requests: samplesFor(theory),
  });
  const { latency } = traffic[0]!;
  expectAgreement(latency.meanMs! / UNIT_MS, theory, latency.count);
});
