import { expect, test } from 'vitest';
import type { ObjectiveReport } from '../../src/analysis/index.js';
import { objectivesByState, verdictOf } from '../../src/report/verdict.js';
import { sampleReport } from '../support/report.js';

const [FAILED, MET, HELD] = sampleReport().objectives as [ObjectiveReport, ObjectiveReport, ObjectiveReport];
const MISSED: ObjectiveReport = { ...MET, pass: false };
const STOPPED = { reason: 'more than 1000000 requests in flight', atSeconds: 42 };

// An objective passes by its estimate (the exit code); its verdict says whether the interval agrees.
test.each([
  { objectives: [], stopped: null, tone: 'none', headline: 'No objectives were set' },
  { objectives: [HELD], stopped: null, tone: 'held', headline: 'The objective held' },
  { objectives: [HELD, HELD], stopped: null, tone: 'held', headline: 'All 2 objectives held' },
  { objectives: [HELD, MET], stopped: null, tone: 'undecided', headline: '1 of 2 objectives met, but undecided' },
  { objectives: [MISSED], stopped: null, tone: 'failed', headline: '1 of 1 objective failed' },
  { objectives: [MET, FAILED, HELD], stopped: STOPPED, tone: 'failed', headline: '1 of 3 objectives failed' },
  { objectives: [HELD], stopped: STOPPED, tone: 'failed', headline: 'The run was stopped early' },
])('$headline', ({ objectives, stopped, tone, headline }) => {
  expect(verdictOf(sampleReport({ objectives, stopped }))).toMatchObject({ tone, headline });
});

test('says what a reader must know before trusting the figures', () => {
  const { notes } = verdictOf(
    sampleReport({
      stopped: STOPPED,
      complete: false,
      stability: { verdict: 'down', afterSeconds: null, reason: null, loop: 'retries of productpage-v1' },
    }),
  );
  expect(notes).toHaveLength(3);
  expect(notes.join(' ')).toMatch(/stopped at 42 s.*stayed down.*retries of productpage-v1.*not modelled/);
});

test('failures come first, otherwise the order of the scenario stays', () => {
  const second: ObjectiveReport = { ...HELD, name: 'second' };
  expect(objectivesByState([HELD, MET, second, MISSED, FAILED])).toEqual([FAILED, MISSED, MET, HELD, second]);
});

test('says how precise the figures are, where that was asked for', () => {
  const p99 = {
    traffic: 'shoppers',
    metric: 'p99',
    unit: 'relative',
    asked: 0.01,
    half: 0.009,
    finest: 0.001,
    reached: true,
  } as const;
  const mean = { ...p99, metric: 'mean', unit: 'ms', asked: 2, half: 2.5, reached: false } as const;
  const tooFine = { ...p99, asked: 0.0005, half: 0.0015, reached: false } as const;
  const none = { ...p99, half: null, reached: false };
  const noteOf = (...precision: (typeof p99 | typeof mean | typeof tooFine | typeof none)[]) =>
    verdictOf(sampleReport({ precision, replications: 12, complete: true, stability: null })).notes.join();
  expect(noteOf(p99)).toBe(
    'As precise as asked for after 12 replications: p99 of shoppers ±0.90 % (asked for ±1.00 %).',
  );
  expect(noteOf(p99, mean)).toBe(
    'Not as precise as asked for after 12 replications: mean of shoppers ±2.50 ms (asked for ±2.00 ms).',
  );
  expect(noteOf(tooFine)).toContain('±0.15 % (asked for ±0.05 %; quantiles are known to ±0.10 %)');
  expect(noteOf(none)).toContain('p99 of shoppers has no interval, a replication has too few requests');
});
