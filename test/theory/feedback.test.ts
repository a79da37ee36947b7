import { test } from 'vitest';
import { station } from '../support/stations.js';
import { expectAgreement, playStation, SEEDS, samplesFor, UNIT_MS } from './agreement.js';
import { birthDeath, perCount } from './markov.js';

// M/M/1 where a request that has been served comes back to the end of the queue with probability p: mean time
// 1 / (mu (1 - p) - lambda). Kleinrock, Queueing Systems, vol. 1, 4.8. Here it comes back as the caller's next try.
const ARRIVAL = 0.4;
const BACK = 0.3;

test.each(SEEDS)('M/M/1 with feedback, seed %i: mean time in the system', (seed) => {
  const chain = birthDeath({ arrival: ARRIVAL, departure: () => 1 - BACK, room: 200, earns: (present) => present });
  const theory = { value: 1 / (1 - BACK - ARRIVAL), variance: perCount(chain).variance };
  const served = {
    steps: [{ wait: { exponential: `${UNIT_MS}ms` } }],
    respond: { errors: { 500: `${100 * BACK}%` } },
  };
  const { traffic } = playStation({
    manifests: station('station') + station('server'),
    workloads: {
      station: { endpoints: [{ steps: [{ call: { to: 'http://server/', retries: 100 } }] }] },
      server: { workers: 1, endpoints: [served] },
    },
    seed,
    rate: ARRIVAL,
    requests: samplesFor(theory),
  });
  const { latency } = traffic[0]!;
  expectAgreement(latency.meanMs! / UNIT_MS, theory, latency.count);
});
