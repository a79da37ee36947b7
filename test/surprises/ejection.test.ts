import { expect, test } from 'vitest';
import { callServer, isShare, outcome } from '../dataplane/call-server.js';
import { destinationRule, fails, OK, otherPods } from './documents.js';

// istio-envoy-semantics 12, continued from injected-faults.test.ts.

test('Surprise 11: by default one bad host of three is never ejected', async () => {
  const seen = await callServer({
    manifests: destinationRule('{outlierDetection: {}, loadBalancer: {simple: ROUND_ROBIN}}') + otherPods('bad', 1),
    replicas: 2,
    workloads: { bad: fails(500) },
    rate: 100,
    seconds: 60,
  });
  const failed = seen.traffic.codes['500']!;
  expect(Math.abs(failed - seen.requests / 3)).toBeLessThan(1);
  expect(seen.counter('ejections_total')).toBe(0);
  expect(seen.counter('ejections_overflow')).toBe(Math.floor(failed / 5));
});

test('Surprise 11: with `maxEjectionPercent: 50` one of three is ejected, and a second never', async () => {
  const seen = await callServer({
    manifests:
      destinationRule('outlierDetection: {maxEjectionPercent: 50, baseEjectionTime: 1h}') + otherPods('bad', 2),
    workloads: { bad: fails(500) },
    rate: 100,
    seconds: 100,
  });
  expect(seen.counter('ejections_total')).toBe(1);
  expect(seen.counter('ejections_active')).toBe(1);
  expect(seen.counter('ejections_overflow')).toBeGreaterThan(100);
  // Until the first is out both are as good as the third.
  expect(isShare(seen.traffic.codes['500']!, seen.requests, 1 / 2)).toBe(true);
});

test('Surprise 12: one pod with outlier detection is out for 30 to 40 s after five errors, well or not', async () => {
  const seen = await callServer({
    manifests: destinationRule('outlierDetection: {consecutive5xxErrors: 5, maxEjectionPercent: 100}'),
    faults: [{ at: '0s', for: '1s', errors: { workload: 'server', status: 500, share: '100%' } }],
    rate: 10,
    seconds: 100,
  });
  expect(seen.traffic.codes['500']).toBe(5);
  const refused = seen.traffic.codes['503']!;
  expect(seen.traffic.flags).toEqual({ UH: refused }); // and no panic
  expect(refused / 10).toBeGreaterThanOrEqual(29.9);
  expect(refused / 10).toBeLessThanOrEqual(40.1);
});

// Slow enough that five errors take longer than the second in which Envoy holds back a further change of health.
test('Surprise 13: out for 30 to 40 s, then 60 to 70 s, and so on up to 300 s', async () => {
  const seen = await callServer({
    manifests: destinationRule('outlierDetection: {maxEjectionPercent: 100, baseEjectionTime: 30s, interval: 10s}'),
    server: fails(500),
    traffic: { requests: [{ to: 'http://server/', expect: [500] }] }, // answered by the pod: it is in rotation
    rate: 1,
    seconds: 3000,
  });
  expect(seen.traffic.codes['500']).toBe(5 * seen.counter('ejections_total')); // each time it takes five more
  const { stepSeconds, traffic } = seen.report.timeline;
  const inRotation = traffic.load!.successRatio.flatMap((ratio, step) => (ratio! > 0 ? [step * stepSeconds] : []));
  const gaps = inRotation.slice(1).map((at, i) => at - inRotation[i]!);
  const outSeconds = gaps.filter((seconds) => seconds > stepSeconds);
  expect(outSeconds.length).toBeGreaterThan(11);
  outSeconds.forEach((seconds, i) => {
    const least = Math.min(30 * (i + 1), 300);
    expect(seconds).toBeGreaterThanOrEqual(least - stepSeconds);
    expect(seconds).toBeLessThanOrEqual(least + 10 + stepSeconds);
  });
});

test('Surprise 13: back from an ejection a host gets its full share at once, until another five errors', async () => {
  const policy = `
outlierDetection: {maxEjectionPercent: 50, baseEjectionTime: 10s}
loadBalancer: {simple: ROUND_ROBIN}`;
  const seen = await callServer({
    manifests: destinationRule(policy) + otherPods('bad', 1),
    workloads: { bad: fails(500) },
    rate: 5,
    seconds: 300,
  });
  const ejections = seen.counter('ejections_total');
  expect(ejections).toBeGreaterThan(4);
  expect(seen.traffic.codes['500']).toBe(5 * ejections);
  // Five errors are every other one of nine or ten requests: they stand in at most three seconds, side by side.
  const { traffic, stepSeconds } = seen.report.timeline;
  expect(stepSeconds).toBe(1);
  expect(traffic.load!.successRatio.filter((ratio) => ratio! < 1).length).toBeLessThanOrEqual(3 * ejections);
});

// A run of r errors that each come with probability p takes (1 - p^r) / ((1 - p) p^r) requests on average; its variance:
// Feller, An Introduction to Probability Theory, volume 1, XIII.7.
const RUNS = [
  { p: 0.5, mean: 62, seconds: 1000 }, // measured 68.6 +- 6
  { p: 0.3, mean: 586.4, seconds: 5000 },
  { p: 0.2, mean: 3905, seconds: 10_000 },
];

test.each(RUNS)(
  'Surprise 14: a pod that fails with $p is ejected after $mean requests',
  async ({ p, mean, seconds }) => {
    const seen = await callServer({
      manifests: destinationRule('outlierDetection: {maxEjectionPercent: 100, baseEjectionTime: 1ms, interval: 1ms}'),
      server: { endpoints: [{ respond: { errors: { 500: `${100 * p}%` } } }] },
      rate: 100,
      seconds,
    });
    const run = p ** 5;
    const variance = (1 - 11 * (1 - p) * run - p ** 11) / ((1 - p) * run) ** 2;
    expect((1 - run) / ((1 - p) * run)).toBeCloseTo(mean, -1);
    const ejections = seen.counter('ejections_total');
    expect(ejections).toBeGreaterThan(200);
    const deviation = Math.abs(seen.attempts / ejections - (1 - run) / ((1 - p) * run));
    expect(deviation).toBeLessThan(3.3 * Math.sqrt(variance / ejections));
  },
);

const EACH_FOR_ITSELF = {
  manifests: destinationRule('outlierDetection: {consecutive5xxErrors: 5, baseEjectionTime: 1h}') + otherPods('bad', 1),
  callers: 20,
  replicas: 9,
  workloads: { bad: fails(500) },
  rate: 500,
  seconds: 20,
};

test('Surprise 15: each of 20 clients has to meet five errors itself', async () => {
  const seen = await callServer(EACH_FOR_ITSELF);
  expect(seen.traffic.codes['500']).toBe(20 * 5);
  expect(seen.counter('ejections_total')).toBe(20);
  expect(seen.counter('ejections_active')).toBe(20);
  const { traffic } = seen.report.timeline;
  const hurt = traffic.load!.successRatio.filter((ratio) => ratio! < 1);
  expect(hurt.length).toBeGreaterThan(1); // not all at the same time
});

test('Surprise 15: a client that starts anew starts from zero', async () => {
  const faults = [{ at: '10s', for: '100ms', crash: { workload: 'caller', pods: 5 } }];
  const seen = await callServer({ ...EACH_FOR_ITSELF, faults, seconds: 40 });
  expect(seen.traffic.codes['500']).toBe((20 + 5) * 5);
  expect(seen.counter('ejections_total')).toBe(25);
  expect(seen.counter('ejections_active')).toBe(20);
});

// Measured: two hosts that fail within a second of each other; the second goes on for a second after its ejection.
test('a health change within a second of another reaches the balancer a second later', async () => {
  const seen = await callServer({
    manifests:
      destinationRule('outlierDetection: {maxEjectionPercent: 100, baseEjectionTime: 1h}') + otherPods('bad', 2),
    workloads: { bad: fails(500), server: OK },
    rate: 100,
    seconds: 20,
  });
  // The first is out at its fifth error, and the second gets half of the traffic until a second after its own.
  expect(seen.counter('ejections_total')).toBe(2);
  const late = seen.traffic.codes['500']! - 10;
  expect(late).toBeGreaterThan(25);
  expect(late).toBeLessThan(75);
  expect(outcome(seen)).toBe('200|500 -');
});
