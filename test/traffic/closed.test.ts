import { expect, test } from 'vitest';
import { play } from '../support/run.js';
import { station } from '../support/stations.js';

const S = { workloads: { s: { workers: 1, endpoints: [{ steps: [{ wait: '10ms' }] }] } } };

function closed(fields: object, more: object = {}) {
  return {
    manifests: station('s'),
    spec: {
      network: { sameZone: '0s' },
      ...S,
      traffic: [{ name: 't', from: 'outside', closed: fields, to: 'http://s/' }],
      run: { duration: '20s', warmup: '0s' },
      ...more,
    },
  };
}

test('one user thinks first, sends, waits, and thinks again', () => {
  const { traffic } = play(closed({ users: 1, think: '90ms' }));
  expect(traffic[0]!.requests).toBe(200);
  expect(traffic[0]!.latency.meanMs).toBeCloseTo(10, 9);
});

test('users who do not think keep the server busy', () => {
  const { traffic, workloads } = play(closed({ users: 3 }));
  expect(traffic[0]!.requests).toBe(2000 + 2); // one of them at once, two more wait
  expect(workloads[0]!.busyWorkersMs / 20_000).toBeCloseTo(1, 3);
});

test('lockstep: all send together when the last answer is in', () => {
  const { traffic } = play(closed({ users: 3, think: '70ms', lockstep: true }));
  expect(traffic[0]!.requests).toBe(3 * 200);
  expect(traffic[0]!.latency.meanMs).toBeCloseTo(20, 9);
});

test('stages: users come one by one, and a user too many leaves after its answer', () => {
  const stages = [
    { for: '10s', users: '1 -> 11' },
    { for: '10s', users: '11 -> 1' },
  ];
  const { traffic } = play(closed({ stages, think: '990ms' }));
  // A user sends once a second or less; on average there are 6.
  expect(traffic[0]!.requests).toBeGreaterThan(100);
  expect(traffic[0]!.requests).toBeLessThan(130);
});

test('answers that take no time do not stop the clock', () => {
  const faults = [{ at: '5s', for: '5s', crash: { workload: 's' } }];
  const { traffic, events } = play(closed({ users: 2 }, { faults, platform: { endpointDelay: '1s' } }));
  const { requests, succeeded } = traffic[0]!;
  expect(succeeded).toBeGreaterThan(900);
  expect(requests).toBeGreaterThan(succeeded);
  expect(events).toBeLessThan(1_000_000);
});
