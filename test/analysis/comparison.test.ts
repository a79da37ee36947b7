import { expect, test } from 'vitest';
import { judgeDifference } from '../../src/analysis/comparison-verdict.js';
import {
  type Bound,
  boundCases,
  type Interval,
  isSettled,
  judgeBound,
  type MetricComparison,
} from '../../src/analysis/index.js';
import { partsOf } from '../../src/analysis/latency-parts.js';
import { likeliest } from '../../src/analysis/responsible-change.js';
import { packRecording, unpackRecording } from '../../src/telemetry/index.js';
import { play } from '../support/run.js';
import { destinationRule, station, virtualService } from '../support/stations.js';

const MS = { unit: 'ms', wanted: 'less', replications: 10, asked: null, finest: 0 } as const;

// Of a base of 100 ms less than 1 ms is negligible.
const VERDICTS = [
  { what: 'all of the interval above zero', difference: 5, ci95: [3, 7], expected: 'worse' },
  { what: 'all of it below', difference: -5, ci95: [-7, -3], expected: 'better' },
  { what: 'all of it negligible', difference: 0.2, ci95: [-0.4, 0.9], expected: 'same' },
  { what: 'negligible, though certain', difference: 0.5, ci95: [0.4, 0.6], expected: 'same' },
  { what: 'zero and more than negligible in it', difference: 1, ci95: [-2, 4], expected: 'undecided' },
] as const;

test.each(VERDICTS)('verdict: $what: $expected', ({ difference, ci95, expected }) => {
  const judged = judgeDifference({ base: 100, candidate: 100 + difference, difference, ci95 }, MS);
  expect(judged.verdict).toBe(expected);
});

test('which way is good: less latency, more success, neither of a load', () => {
  const risen = { base: 0.9, candidate: 0.95, difference: 0.05, ci95: [0.04, 0.06] as const };
  expect(judgeDifference(risen, { ...MS, unit: 'ratio', wanted: 'more' }).verdict).toBe('better');
  expect(judgeDifference(risen, { ...MS, unit: 'perSecond', wanted: 'neither' }).verdict).toBe('more');
  expect(judgeDifference(risen, MS).verdict).toBe('worse');
});

test('undecided: how many more replications would decide, as intervals narrow with their root', () => {
  // Half of the interval is 4; at a difference of 2 it must become 2: four times as many.
  const judged = judgeDifference({ base: 100, candidate: 102, difference: 2, ci95: [-2, 6] }, MS);
  expect(judged).toEqual({ verdict: 'undecided', noLargerThan: null, moreReplications: 30 });
});

test('undecided: what the buckets of a histogram leave open does not narrow', () => {
  const interval = { base: 100, candidate: 102, difference: 2, ci95: [-2, 6] as const };
  // 1 of 4 stays: 3 must become 1, which takes nine times as many.
  expect(judgeDifference(interval, { ...MS, finest: 1 }).moreReplications).toBe(80);
  expect(judgeDifference(interval, { ...MS, finest: 2 }).moreReplications).toBeNull();
});

test('as narrow as asked for: no difference larger than the interval reaches', () => {
  const judged = judgeDifference({ base: 100, candidate: 102, difference: 2, ci95: [-2, 6] }, { ...MS, asked: 5 });
  expect(judged).toEqual({ verdict: 'same', noLargerThan: 6, moreReplications: null });
});

function metric(difference: number, ci95: Interval | null): MetricComparison {
  const subject = { name: 'p99', traffic: 'load', service: null, workload: null, unit: 'ms' } as const;
  const judged = { verdict: null, noLargerThan: null, moreReplications: null, causesMs: null };
  return { ...subject, base: 100, candidate: 100 + difference, difference, ci95, ...judged };
}

const BOUND: Bound = {
  name: 'p99 > +10%',
  metric: 'p99',
  traffic: null,
  service: null,
  side: 'above',
  amount: 0.1,
  unit: 'relative',
};

const BOUNDS = [
  { what: 'far past it', difference: 15, ci95: [12, 18], verdict: 'failed', settled: true },
  {
    what: 'past it, the bound in the interval, no change not',
    difference: 15,
    ci95: [5, 25],
    verdict: 'failed',
    settled: false,
  },
  { what: 'past it, no change in the interval', difference: 15, ci95: [-5, 35], verdict: 'undecided', settled: false },
  { what: 'within, the interval past it', difference: 8, ci95: [4, 12], verdict: 'undecided', settled: false },
  { what: 'all within', difference: 8, ci95: [7, 9], verdict: 'held', settled: true },
  { what: 'better', difference: -8, ci95: [-9, -7], verdict: 'held', settled: true },
  { what: 'without an interval', difference: 50, ci95: null, verdict: 'undecided', settled: false },
] as const;

test.each(BOUNDS)('a bound of +10 %: $what: $verdict', ({ difference, ci95, verdict, settled }) => {
  const [each] = boundCases([BOUND], [metric(difference, ci95)]);
  expect(judgeBound(each!)).toMatchObject({ verdict, bound: 10, traffic: 'load' });
  expect(isSettled(each!)).toBe(settled);
});

test('a bound is about all sources, unless it names one', () => {
  const others = ['a', 'b'].map((traffic) => ({ ...metric(1, [0, 2]), traffic }));
  expect(boundCases([BOUND], others)).toHaveLength(2);
  expect(boundCases([{ ...BOUND, traffic: 'b' }], others).map(({ metric: { traffic } }) => traffic)).toEqual(['b']);
});

const SHOP = {
  manifests:
    station('front', { sidecar: true, cpu: 1 }) +
    station('back', { sidecar: true, replicas: 2 }) +
    virtualService('back', { timeout: '40ms', retries: { attempts: 2, retryOn: '5xx', perTryTimeout: '15ms' } }) +
    destinationRule('back', { connectionPool: { tcp: { maxConnections: 2 } } }),
  spec: {
    workloads: {
      front: {
        endpoints: [
          { steps: [{ cpu: { exponential: '3ms' } }, { call: { to: 'http://back/', onFailure: 'ignore' } }] },
        ],
      },
      back: {
        workers: 2,
        endpoints: [
          { steps: [{ wait: { lognormal: { median: '5ms', p99: '40ms' } } }], respond: { errors: { 503: '10%' } } },
        ],
      },
    },
    traffic: [{ name: 'load', from: 'outside', rate: '150/s', to: 'http://front/' }],
    run: { duration: '60s', warmup: '5s', seed: 1, replications: 2 },
  },
};

test.each([null, 0.5, 0.9, 0.95, 0.99, 0.999])('what a latency is made of adds up to it: quantile %s', (q) => {
  const recorders = [0, 1].map((replication) => play(SHOP, replication).traffic[0]!);
  const { causesMs, parts } = partsOf(recorders, q)!;
  const [a, b] = recorders;
  a!.latency.merge(b!.latency);
  const value = q === null ? a!.latency.meanMs! : a!.latency.quantileMs(q)!;
  const sum = (values: readonly number[]) => values.reduce((total, each) => total + each, 0);
  expect(sum(Object.values(causesMs)) / value).toBeCloseTo(1, 9);
  expect(sum(parts.map(({ ms }) => ms)) / value).toBeCloseTo(1, 9);
  for (const [mechanism, ms] of Object.entries(causesMs)) {
    expect(sum(parts.filter((part) => part.mechanism === mechanism).map((part) => part.ms))).toBeCloseTo(ms, 9);
  }
  // Requests that are slow are slow by trying again and waiting in vain.
  if (q === 0.999)
    expect(causesMs.retry + causesMs.timeoutWait + causesMs.workerQueue).toBeGreaterThan(causesMs.network);
});

test('what was played by another thread decomposes into the same', () => {
  const recording = play(SHOP);
  const copy = unpackRecording(structuredClone(packRecording(recording)));
  expect(partsOf([copy.traffic[0]!], 0.99)).toEqual(partsOf([recording.traffic[0]!], 0.99));
});

const change = (resource: string, path: string | null, after: string | null) => ({
  resource,
  path,
  before: null,
  after,
  file: 'a.yaml',
  line: 1,
  lastLine: 1,
});
const CHANGES = [
  change('VirtualService/default/stock', 'spec.http[0].timeout', '1s'),
  change('VirtualService/default/prices', 'spec.http[0].retries.attempts', '5'),
  change('DestinationRule/default/stock', 'spec.trafficPolicy.connectionPool.tcp.maxConnections', '1'),
  change('VirtualService/default/stock', 'spec.http[0].fault', '{delay: {fixedDelay: 1s}}'),
];

test.each([
  ['timeoutWait', 'stock', 0],
  ['UT', 'stock', 0],
  ['retry', 'prices', 1],
  ['UO', 'stock', 2],
  ['poolWait', 'stock', 2],
  ['injected', 'stock', 3],
] as const)('the likeliest change behind %s on the way to %s', (mechanism, destination, expected) => {
  expect(likeliest(CHANGES, { mechanism, edge: { source: 'front', destination }, workload: null })).toBe(
    CHANGES[expected],
  );
});

test('no change is likely that has nothing to do with it', () => {
  expect(
    likeliest([CHANGES[3]!], { mechanism: 'proxyCpu', edge: { source: 'a', destination: 'b' }, workload: null }),
  ).toBeNull();
});
