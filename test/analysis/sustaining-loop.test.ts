import { expect, test } from 'vitest';
import { loopText, sustainingLoop } from '../../src/analysis/index.js';
import { COUNTER, type EdgeMeter, type Recording, TrafficRecorder } from '../../src/telemetry/index.js';

const SPAN = { calmFromMs: 0, firstMs: 10_000, lastMs: 20_000, steadyUntilMs: 40_000, noLessUntilMs: 40_000 };
const REQUESTS = 100; // in each half

interface Seen {
  readonly calls: number;
  readonly succeeded?: number;
  readonly attempts?: number;
  readonly counters?: Partial<Record<keyof typeof COUNTER, number>>;
}

function meter(edge: string, { calls, succeeded = 0, attempts = calls, counters = {} }: Seen): EdgeMeter {
  const [source, destination] = edge.split(' ') as [string, string];
  const counts = new Float64Array(Object.keys(COUNTER).length);
  for (const [name, count] of Object.entries(counters)) counts[COUNTER[name as keyof typeof COUNTER]] = count;
  const name = { source, destination, workload: destination, version: null, proxied: true };
  return { name, calls, succeeded, attempts, counters: counts };
}

/** Before, every request made one call along each edge. */
function recordingOf(after: Readonly<Record<string, Seen>>): Recording {
  const recorder = new TrafficRecorder(40_000, 1000);
  for (let n = 0; n < REQUESTS; n++) {
    recorder.arrive(n);
    recorder.arrive(20_000 + n);
  }
  const edges = Object.entries(after);
  const aroundFaults = {
    before: edges.map(([edge]) => meter(edge, { calls: REQUESTS, succeeded: REQUESTS })),
    after: edges.map(([edge, seen]) => meter(edge, seen)),
  };
  const empty = { events: 0, hops: 0, edges: [], levels: [], workloads: [], observedMs: 40_000, stopped: null };
  return { replication: 0, traffic: [recorder], arrived: 2 * REQUESTS, aroundFaults, ...empty };
}

const NOWHERE = { writtenAt: () => null, ignores: () => false };
const textOf = (after: Readonly<Record<string, Seen>>) => {
  const loop = sustainingLoop([recordingOf(after), recordingOf(after)], SPAN, NOWHERE);
  return loop && loopText(loop);
};

test.each([
  {
    what: 'tries that end late',
    after: { 'a b': { calls: 100, attempts: 400, counters: { upstream_rq_per_try_timeout: 396 } } },
    expected: 'retries x timeouts on a → b: 4.0 attempts a call, 99 % time out',
  },
  {
    what: 'tries that find a full pool',
    after: { 'a b': { calls: 100, attempts: 300, counters: { upstream_rq_pending_overflow: 150 } } },
    expected: 'retries x overflow on a → b: 3.0 attempts a call, 50 % meet a limit',
  },
  {
    what: 'tries that fail otherwise',
    after: { 'a b': { calls: 100, attempts: 250, succeeded: 10 } },
    expected: 'retries x failures on a → b: 2.5 attempts a call, 90 % of the calls fail',
  },
  {
    what: 'the edge with the most of them, not what follows from it',
    after: {
      'a b': { calls: 100, attempts: 130 },
      'b c': { calls: 130, attempts: 520, counters: { upstream_rq_timeout: 520 } },
      'c d': { calls: 520, attempts: 520, counters: { upstream_rq_timeout: 520 } },
    },
    expected: 'retries x timeouts on b → c: 4.0 attempts a call, 100 % time out',
  },
  {
    what: 'an application that calls again',
    after: { 'a b': { calls: 300, succeeded: 3 } },
    expected: 'repeated calls x failures on a → b: 3.0 times as many calls for a request as before, 99 % of them fail',
  },
  {
    what: 'timeouts alone',
    after: { 'a b': { calls: 100, counters: { upstream_rq_timeout: 60 } } },
    expected: 'timeouts on a → b: 60 % of the attempts time out',
  },
  { what: 'more calls that succeed', after: { 'a b': { calls: 300, succeeded: 300 } }, expected: null },
  { what: 'nothing', after: {}, expected: null },
  { what: 'edges that nobody uses', after: { 'a b': { calls: 0 } }, expected: null },
])('$what', ({ after, expected }) => {
  expect(textOf(after)).toBe(expected);
});

test('names each line once', () => {
  const after = { 'a b': { calls: 1, attempts: 2, counters: { upstream_rq_timeout: 2 } } };
  const loop = sustainingLoop([recordingOf(after)], SPAN, {
    writtenAt: () => ({ file: 'x.yaml', line: 7 }),
    ignores: () => false,
  })!;
  expect(loop.settings).toEqual([{ file: 'x.yaml', line: 7 }]);
  expect(loopText(loop)).toMatch(/ \(x\.yaml:7\)$/);
});

test('without an ended fault nothing is known', () => {
  expect(sustainingLoop([{ ...recordingOf({}), aroundFaults: null }], SPAN, NOWHERE)).toBeNull();
});
