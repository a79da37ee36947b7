import { describe, expect, test } from 'vitest';
import { warmth } from '../../src/dataplane/warmup.js';
import { World } from '../../src/world/index.js';
import { blueprintOf } from '../support/run.js';
import { destinationRule, station } from '../support/stations.js';

const ENTRY = (weights: readonly number[]) =>
  `---\n${JSON.stringify({
    apiVersion: 'networking.istio.io/v1',
    kind: 'ServiceEntry',
    metadata: { name: 'api' },
    spec: {
      hosts: ['api.example.com'],
      ports: [{ number: 80, name: 'http', protocol: 'HTTP' }],
      resolution: 'STATIC',
      endpoints: weights.map((weight, i) => ({ address: `10.0.0.${i}`, weight })),
    },
  })}\n`;

interface Played {
  readonly rate: string;
  readonly wait: string;
  readonly seconds: number;
  readonly arrivals?: string;
}

/** How many requests each endpoint received; each takes `wait`. */
function received(loadBalancer: object, weights: readonly number[], { rate, wait, seconds, arrivals }: Played) {
  const world = new World(
    blueprintOf({
      manifests: [
        station('caller', { sidecar: true }),
        ENTRY(weights),
        destinationRule('api.example.com', { loadBalancer }),
      ].join(''),
      spec: {
        platform: { proxyCost: 'none' },
        network: { sameZone: '0s' },
        workloads: { caller: { endpoints: [] }, 'api.example.com': { endpoints: [{ steps: [{ wait }] }] } },
        traffic: [
          {
            name: 'load',
            from: { workload: 'caller' },
            rate,
            arrivals: arrivals ?? 'poisson',
            to: 'http://api.example.com/',
          },
        ],
        run: { duration: `${seconds}s`, warmup: '0s', drain: '1h', replications: 1 },
      },
    }),
    0,
  );
  world.run();
  const hits = world.pods.at(-1)!.map((pod) => pod.received);
  const all = hits.reduce((sum, count) => sum + count, 0);
  return hits.map((count) => count / all);
}

// Envoy, source/extensions/load_balancing_policies/common/load_balancer_impl.cc; what Envoy 1.40 did beside it.
describe('unequal weights of endpoints', () => {
  const idle = { rate: '100/s', wait: '1ms', seconds: 60, arrivals: 'constant' };
  const busy = { rate: '100/s', wait: '50ms', seconds: 1000 };
  test.each([
    { simple: 'ROUND_ROBIN', weights: [3, 2, 1], load: idle, shares: [0.5, 0.333, 0.167] },
    { simple: 'ROUND_ROBIN', weights: [3, 1], load: busy, shares: [0.75, 0.25] },
    { simple: 'LEAST_REQUEST', weights: [3, 1], load: idle, shares: [0.75, 0.25] },
    { simple: 'LEAST_REQUEST', weights: [3, 1], load: busy, shares: [0.649, 0.351] }, // measured: not 75/25
    { simple: 'RANDOM', weights: [3, 1], load: busy, shares: [0.5, 0.5] },
    { simple: 'LEAST_REQUEST', weights: [2, 2], load: idle, shares: [0.5, 0.5] },
  ])('$simple $weights: $shares', ({ simple, weights, load, shares }) => {
    const seen = received({ simple }, weights, load);
    seen.forEach((share, i) => {
      expect(Math.abs(share - shares[i]!)).toBeLessThan(0.01);
    });
  });
});

// Envoy, applySlowStartFactor; the figures of its documentation's formula.
describe('the part of its weight that a newcomer has', () => {
  test.each([
    { aggression: 1, seconds: 0, part: 0.1 },
    { aggression: 1, seconds: 6, part: 0.1 },
    { aggression: 1, seconds: 30, part: 0.5 },
    { aggression: 2, seconds: 30, part: Math.SQRT1_2 },
    { aggression: 1, seconds: 60, part: 1 },
    { aggression: 2, seconds: 600, part: 1 },
  ])('window 60 s, aggression $aggression: $part after $seconds s', ({ aggression, seconds, part }) => {
    expect(warmth({ windowMs: 60_000, leastShare: 0.1, aggression }, 1000 * seconds)).toBeCloseTo(part, 4);
  });
});
