import { expect, test } from 'vitest';
import { reportOf } from '../support/run.js';
import { station } from '../support/stations.js';
import { UNIT_MS } from './agreement.js';

// M/M/1 at 90 %: busy periods outlast the windows of the timeline by far, and latencies wander for seconds. A fault that
// does nothing must not be blamed for it.
test.each([1, 2, 3, 4, 5, 6])('nothing is found after a fault that does nothing, seed %i', async (seed) => {
  const { stability } = await reportOf({
    manifests: station('server'),
    spec: {
      platform: { proxyCost: 'none' },
      workloads: { server: { workers: 1, endpoints: [{ steps: [{ wait: { exponential: `${UNIT_MS}ms` } }] }] } },
      traffic: [{ name: 'load', from: 'outside', rate: `${900 / UNIT_MS}/s`, to: 'http://server/' }],
      faults: [{ at: '30s', for: '1s', slow: { workload: 'server', by: '1us' } }],
      run: { duration: '100s', warmup: '60s', replications: 3, seed },
    },
  });
  expect(stability).toEqual({ verdict: 'recovered', afterSeconds: 0, reason: null, loop: null });
});
