import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DisturbanceSpec, stabilityOf } from '../../src/analysis/index.js';
import { newVector, type Recording, TrafficRecorder } from '../../src/telemetry/index.js';

const SECONDS = 100;
const FAULT: DisturbanceSpec = {
  calmFromMs: 0,
  firstMs: 30_000,
  lastMs: 40_000,
  steadyUntilMs: 100_000,
  noLessUntilMs: 100_000,
};

/** What a source sees in one second. */
interface Second {
  readonly requests?: number;
  readonly success?: number;
  readonly ms?: number;
}
const WELL: Required<Second> = { requests: 100, success: 1, ms: 10 };
const LOST: Second = { success: 0, ms: 1000 };

/** Exponential latencies, and failures by coins. */
function recordingOf(at: (second: number) => Second, seed: number, levels: readonly number[] = []): Recording {
  const recorder = new TrafficRecorder(1000 * SECONDS, 1000);
  const random = mulberry32(seed);
  for (let second = 0; second < SECONDS; second++) {
    const { requests, success, ms } = { ...WELL, ...at(second) };
    for (let n = 0; n < requests; n++) {
      const atMs = 1000 * (second + n / requests);
      recorder.end(recorder.arrive(atMs), -ms * Math.log(1 - random()), random() < success, 200, 0, newVector());
    }
  }
  const { requests: arrived } = recorder;
  const empty = { events: 0, hops: 0, edges: [], aroundFaults: null, levels, workloads: [] };
  return { replication: 0, traffic: [recorder], arrived, observedMs: 1000 * SECONDS, stopped: null, ...empty };
}

function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const OPEN = [{ name: 'load', kind: 'open' }] as const;
const CLOSED = [{ name: 'load', kind: 'closed' }] as const;

/** A pattern in [0, 30), lost in [30, 40), then another one. */
const thereafter =
  (then: (since: number) => Second, before: Second = {}) =>
  (second: number) =>
    second < 30 ? before : second < 40 ? LOST : { ...before, ...then(second - 40) };

const since = (seconds: number, from: Second, then: Second = {}) => thereafter((s) => (s < seconds ? from : then));

describe('one replication', () => {
  test.each([
    { what: 'well at once', at: since(0, {}), verdict: 'recovered', seconds: 0 },
    { what: 'lost for 7 s', at: since(7, LOST), verdict: 'recovered', seconds: 7 },
    { what: 'half of them lost for 20 s', at: since(20, { success: 0.5 }), verdict: 'recovered', seconds: 20 },
    { what: 'slow for 5 s', at: since(5, { ms: 40 }), verdict: 'recovered', seconds: 5 },
    { what: 'lost to the end', at: since(60, LOST), verdict: 'down', seconds: null },
    { what: 'a tenth of them lost to the end', at: since(60, { success: 0.9 }), verdict: 'degraded', seconds: null },
    { what: 'three times as slow to the end', at: since(60, { ms: 30 }), verdict: 'degraded', seconds: null },
    { what: 'thirty times as slow to the end', at: since(60, { ms: 300 }), verdict: 'down', seconds: null },
    { what: 'lost, then a tenth', at: since(20, LOST, { success: 0.9 }), verdict: 'degraded', seconds: null },
    { what: 'well, then lost', at: since(30, {}, LOST), verdict: 'down', seconds: null },
    { what: 'well until just before the end', at: since(59, {}, LOST), verdict: 'undecided', seconds: null },
    { what: 'well only just before the end', at: since(58, LOST, {}), verdict: 'undecided', seconds: null },
    {
      what: 'still getting better',
      at: thereafter((s) => ({ ms: 1000 - 10 * s })),
      verdict: 'undecided',
      seconds: null,
    },
    {
      what: 'still getting worse',
      at: thereafter((s) => ({ success: 1 - s / 120 })),
      verdict: 'undecided',
      seconds: null,
    },
    {
      what: 'one bad second long after',
      at: thereafter((s) => (s === 45 ? { success: 0.8 } : {})),
      verdict: 'recovered',
      seconds: 0,
    },
    { what: 'no better before', at: thereafter(() => ({}), { success: 0.6 }), verdict: 'recovered', seconds: 0 },
    { what: 'a tenth of the load', at: thereafter(() => ({ requests: 10 })), verdict: 'undecided', seconds: null },
    {
      what: 'thrice the load, and as well',
      at: thereafter(() => ({ requests: 300 })),
      verdict: 'recovered',
      seconds: 0,
    },
    {
      what: 'next to nothing sent',
      at: (s: number) => ({ requests: s % 4 === 0 ? 1 : 0 }),
      verdict: 'undecided',
      seconds: null,
    },
  ])('$what: $verdict', ({ at, verdict, seconds }) => {
    for (const seed of [1, 2, 3]) {
      const found = stabilityOf([recordingOf(at, seed)], OPEN, FAULT);
      expect(found.verdict, `seed ${seed}`).toBe(verdict);
      if (seconds === null) expect(found.afterSeconds).toBeNull();
      else expect(Math.abs(found.afterSeconds! - seconds)).toBeLessThanOrEqual(seconds === 0 ? 2 : 1);
    }
  });

  test.each([
    { what: 'an end that stands on no step', spec: { lastMs: 39_400 }, at: since(7, LOST), seconds: 7.6 },
    { what: 'an end on a step', spec: {}, at: since(7, LOST), seconds: 7 },
  ])('$what: $seconds s', ({ spec, at, seconds }) => {
    const found = stabilityOf([recordingOf(at, 1)], OPEN, { ...FAULT, ...spec });
    expect(found.afterSeconds).toBeCloseTo(seconds, 9);
  });

  test.each([
    { what: 'nothing before', spec: { calmFromMs: 30_000 } },
    { what: 'nothing after', spec: { steadyUntilMs: 40_000, noLessUntilMs: 40_000 } },
    { what: 'too little after', spec: { steadyUntilMs: 44_000, noLessUntilMs: 44_000 } },
  ])('$what to judge by: undecided', ({ spec }) => {
    const found = stabilityOf([recordingOf(since(0, {}), 1)], OPEN, { ...FAULT, ...spec });
    expect(found).toMatchObject({ verdict: 'undecided', afterSeconds: null });
  });

  test('more load is no damage: as well under it has recovered, worse is undecided', () => {
    const spec = { ...FAULT, steadyUntilMs: 40_000 };
    const more = (ms: number) =>
      recordingOf(
        thereafter(() => ({ requests: 200, ms })),
        1,
      );
    expect(stabilityOf([more(10)], OPEN, spec).verdict).toBe('recovered');
    expect(stabilityOf([more(20)], OPEN, spec).verdict).toBe('undecided');
  });

  test('users who wait for answers that do not come send nothing: down', () => {
    const at = thereafter(() => ({ requests: 0 }));
    expect(stabilityOf([recordingOf(at, 1)], CLOSED, FAULT).verdict).toBe('down');
  });
});

describe('what is under way', () => {
  const levelled = (level: (second: number) => number) => Array.from({ length: SECONDS }, (_, second) => level(second));
  const noise = mulberry32(1);
  const near = (level: number) => level + 6 * (noise() - 0.5);

  test.each<{ what: string; after: (since: number) => number; verdict: string; reason: string | null }>([
    { what: 'stays', after: () => near(400), verdict: 'down', reason: null },
    { what: 'grows', after: (s) => near(400 + 20 * s), verdict: 'down', reason: null },
    { what: 'is what it was', after: () => near(10), verdict: 'down', reason: null },
    { what: 'fell long ago', after: (s) => near(Math.max(100, 1000 - 60 * s)), verdict: 'down', reason: null },
    { what: 'falls fast', after: (s) => near(700 - 10 * s), verdict: 'undecided', reason: 'draining' },
    { what: 'falls slowly', after: (s) => near(700 - s / 2), verdict: 'undecided', reason: 'draining' },
  ])('lost to the end, and it $what: $verdict', ({ after, verdict, reason }) => {
    const levels = levelled((second) => (second < 40 ? near(10) : after(second - 40)));
    const found = stabilityOf([recordingOf(since(60, LOST), 1, levels)], OPEN, FAULT);
    expect(found).toMatchObject({ verdict, reason });
  });

  test('ever more of it before the faults is no state to return to', () => {
    const levels = levelled((second) => near(10 + 5 * second));
    const found = stabilityOf([recordingOf(since(0, {}), 1, levels)], OPEN, FAULT);
    expect(found).toMatchObject({ verdict: 'undecided', reason: 'failingBefore' });
  });
});

test.each([
  { what: 'most of its requests failed', success: 0.4, verdict: 'undecided', reason: 'failingBefore' },
  { what: 'many of them did', success: 0.6, verdict: 'recovered', reason: null },
])('as before, when $what: $verdict', ({ success, verdict, reason }) => {
  const recording = recordingOf(
    thereafter(() => ({}), { success }),
    1,
  );
  expect(stabilityOf([recording], OPEN, FAULT)).toMatchObject({ verdict, reason, each: [{ verdict, reason }] });
});

test.each([
  { what: 'still getting better', at: thereafter((s) => ({ ms: 1000 - 10 * s })), reason: 'moving' },
  { what: 'a tenth of the load', at: thereafter(() => ({ requests: 10 })), reason: 'otherLoad' },
  { what: 'next to nothing sent', at: (s: number) => ({ requests: s % 4 === 0 ? 1 : 0 }), reason: 'tooLittle' },
])('it says why it is undecided: $what', ({ at, reason }) => {
  expect(stabilityOf([recordingOf(at, 1)], OPEN, FAULT)).toMatchObject({ verdict: 'undecided', reason });
});

describe('several replications', () => {
  const well = since(0, {});
  const down = since(60, LOST);

  test.each([
    { what: 'all recover', all: [well, well, well], verdict: 'recovered' },
    { what: 'none does', all: [down, down, down], verdict: 'down' },
    { what: 'one of three does not', all: [well, down, well], verdict: 'undecided', reason: 'disagree' },
    { what: 'one of three does', all: [down, down, well], verdict: 'undecided', reason: 'disagree' },
  ])('$what: $verdict', ({ all, verdict, reason = null }) => {
    const found = stabilityOf(
      all.map((at, i) => recordingOf(at, i)),
      OPEN,
      FAULT,
    );
    expect(found).toMatchObject({ verdict, reason });
    expect(found.each.map((each) => each.verdict)).toEqual(all.map((at) => (at === well ? 'recovered' : 'down')));
  });

  test('it has recovered when the last of them has', () => {
    const all = [3, 9, 5].map((seconds, i) => recordingOf(since(seconds, LOST), i));
    expect(stabilityOf(all, OPEN, FAULT)).toMatchObject({ verdict: 'recovered', afterSeconds: 9 });
  });

  test('a run that drowned is judged up to there', () => {
    const stopped = { reason: 'more than 10 requests in flight', atSeconds: 70 };
    const all = [1, 2].map((seed) => ({ ...recordingOf((s) => (s < 70 ? down(s) : { requests: 0 }), seed), stopped }));
    expect(stabilityOf(all, OPEN, FAULT).verdict).toBe('down');
  });
});

// What scatters by itself is no damage: three quantities of which each is tested at some three deviations.
test('whatever a mesh is like, it has recovered when it is like that again', () => {
  const like = fc.record({
    requests: fc.integer({ min: 20, max: 200 }),
    success: fc.double({ min: 0.6, max: 1, noNaN: true }),
    ms: fc.double({ min: 0.1, max: 1e4, noNaN: true }),
  });
  fc.assert(
    fc.property(like, fc.integer({ min: 1, max: 1e6 }), (state, seed) => {
      const all = [seed, seed + 1, seed + 2].map((each) =>
        recordingOf(
          thereafter(() => ({}), state),
          each,
        ),
      );
      expect(stabilityOf(all, OPEN, FAULT).verdict).toBe('recovered');
    }),
    { numRuns: 60, seed: 1 },
  );
});

test('the verdict is the same in whatever unit latencies are', () => {
  const shape = since(20, LOST, { success: 0.9, ms: 30 });
  const scaled = (factor: number) =>
    stabilityOf([recordingOf((s) => ({ ...shape(s), ms: factor * (shape(s).ms ?? WELL.ms) }), 1)], OPEN, FAULT);
  expect(scaled(1024)).toEqual(scaled(1));
});
