import { test } from 'vitest';
import { station } from '../support/stations.js';
import { expectAgreement, playStation, SEEDS, samplesFor, UNIT_MS } from './agreement.js';
import { pairChain, perCount } from './markov.js';

// Two M/M/1 stations that each get a part of every request: mean time until both parts are done
// (12 - rho) / 8 x 1 / (1 - rho). Nelson and Tantawi, IEEE Transactions on Computers 37 (1988), exact for two.
const UTILIZATION = 0.6;

test.each(SEEDS)('fork and join of two M/M/1, seed %i: mean time in the system', (seed) => {
  const chain = pairChain({
    most: 60,
    moves: [
      { by: [1, 1], counts: 1, rate: () => UTILIZATION },
      { by: [-1, 0], counts: 0, rate: () => 1 },
      { by: [0, -1], counts: 0, rate: () => 1 },
    ],
    earns: Math.max, // first come, first served in both: so many requests lack a part
  });
  const theory = { value: (12 - UTILIZATION) / 8 / (1 - UTILIZATION), variance: perCount(chain).variance };
  const part = { workers: 1, endpoints: [{ steps: [{ wait: { exponential: `${UNIT_MS}ms` } }] }] };
  const calls = [{ call: 'http://left/' }, { call: 'http://right/' }];
  const { traffic } = playStation({
    manifests: station('station') + station('left') + station('right'),
    workloads: { station: { endpoints: [{ steps: [{ parallel: calls }] }] }, left: part, right: part },
    seed,
    rate: UTILIZATION,
    requests: samplesFor(theory),
  });
  const { latency } = traffic[0]!;
  expectAgreement(latency.meanMs! / UNIT_MS, theory, latency.count);
});
