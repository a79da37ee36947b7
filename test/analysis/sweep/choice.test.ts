import { expect, test } from 'vitest';
import type { StabilityVerdict } from '../../../src/analysis/index.js';
import { type PointSketch, sweepFrom } from '../../support/sweep.js';

const held = { pass: true };
const missed = { pass: false };

function choiceOf(sketches: readonly Omit<PointSketch, 'values'>[]) {
  const values = sketches.map((_, i) => String(i + 1));
  return sweepFrom(
    [{ path: 'a', values }],
    sketches.map((sketch, i) => ({ ...sketch, values: [values[i]!] })),
  ).choice;
}

const after = (verdict: StabilityVerdict) => ({
  verdict,
  afterSeconds: verdict === 'recovered' ? 3 : null,
  reason: null,
  loop: null,
});

const CHOICES: {
  what: string;
  points: Omit<PointSketch, 'values'>[];
  best: number | null;
  indistinct?: number[];
  unknown?: number[];
}[] = [
  {
    what: 'the cheapest of those at which every objective holds',
    points: [
      { vcpu: 1, objective: missed },
      { vcpu: 3, p99Ms: 20, objective: held },
      { vcpu: 2, p99Ms: 90, objective: held },
    ],
    best: 3,
  },
  {
    what: 'of equal cost that with the fewest pods',
    points: [
      { pods: 8, p99Ms: 20, objective: held },
      { pods: 6, p99Ms: 90, objective: held },
    ],
    best: 2,
  },
  {
    what: 'of equal cost and pods the fastest',
    points: [
      { p99Ms: 60, objective: held },
      { p99Ms: 50, objective: held },
      { p99Ms: 55, objective: held },
    ],
    best: 2,
  },
  {
    what: 'a cost that differs by less than 1 % decides nothing',
    points: [
      { vcpu: 2, p99Ms: 60, objective: held },
      { vcpu: 2.019, p99Ms: 50, objective: held },
    ],
    best: 2,
  },
  {
    what: 'a cost that differs by more does',
    points: [
      { vcpu: 2, p99Ms: 60, objective: held },
      { vcpu: 2.021, p99Ms: 50, objective: held },
    ],
    best: 1,
  },
  {
    what: 'the more load is carried, the better',
    points: [
      { ratePerSecond: 100, vcpu: 1, objective: held },
      { ratePerSecond: 200, vcpu: 2, objective: held },
      { ratePerSecond: 300, vcpu: 1, objective: missed },
    ],
    best: 2,
  },
  {
    // Replications differ from one another by 4 %, but these from one to the other in both directions.
    what: 'a p99 whose paired interval holds 0 cannot be told from the best',
    points: [
      { p99Ms: 50, p99Replicates: [49, 51, 50, 48, 52], objective: held },
      { p99Ms: 52, p99Replicates: [51, 49, 56, 54, 50], objective: held },
    ],
    best: 1,
    indistinct: [2],
    unknown: [2],
  },
  {
    what: 'a p99 that is higher in every replication by about as much can',
    points: [
      { p99Ms: 50, p99Replicates: [40, 45, 50, 55, 60], objective: held },
      { p99Ms: 52, p99Replicates: [42, 47.1, 51.9, 57, 62], objective: held },
    ],
    best: 1,
  },
  {
    what: 'of equal p99 the most successful',
    points: [
      { success: 0.99, objective: held },
      { success: 0.999, objective: held },
    ],
    best: 2,
  },
  { what: 'the first of equals', points: [{ objective: held }, { objective: held }], best: 1, indistinct: [2] },
  { what: 'none when no objective holds', points: [{ objective: missed }, { objective: missed }], best: null },
  { what: 'none that was stopped', points: [{ stopped: true }, { stopped: true }], best: null },
  {
    what: 'what was stopped is not best',
    points: [{ vcpu: 1, stopped: true, objective: held }, { objective: held }],
    best: 2,
  },
  {
    what: 'without objectives the most successful, however dear',
    points: [
      { success: 0.99, vcpu: 1, p99Ms: 10 },
      { success: 0.999, vcpu: 9 },
    ],
    best: 2,
  },
  {
    what: 'without objectives of equal success the fastest',
    points: [
      { p99Ms: 60, vcpu: 1 },
      { p99Ms: 50, vcpu: 3 },
    ],
    best: 2,
  },
  ...(['down', 'degraded', 'undecided'] as const).map((verdict) => ({
    what: `what recovers before what is ${verdict}, however much it carries`,
    points: [
      { ratePerSecond: 300, stability: after(verdict), objective: held },
      { ratePerSecond: 100, stability: after('recovered'), objective: held },
    ],
    best: 2,
  })),
  {
    what: 'what may recover before what does not, without objectives too',
    points: [
      { success: 0.999, stability: after('down') },
      { success: 0.99, stability: after('undecided') },
    ],
    best: 2,
  },
  {
    what: 'of those that recover no matter how fast the most load',
    points: [
      {
        ratePerSecond: 100,
        stability: { verdict: 'recovered', afterSeconds: 0, reason: null, loop: null },
        objective: held,
      },
      {
        ratePerSecond: 200,
        stability: { verdict: 'recovered', afterSeconds: 30, reason: null, loop: null },
        objective: held,
      },
    ],
    best: 2,
  },
  {
    what: 'what turns most away is not the cheapest: cost is that of what succeeds',
    points: [
      { vcpu: 1.4, success: 0.59, objective: held },
      { vcpu: 2, success: 0.99, objective: held },
    ],
    best: 2,
  },
  {
    what: 'what is held before what is undecided, however cheap',
    points: [
      { vcpu: 1, objective: { pass: true, verdict: 'undecided' } },
      { vcpu: 2, objective: held },
    ],
    best: 2,
  },
  {
    what: 'what answers nobody has no cost, and is not best for it',
    points: [
      { vcpu: 0, success: 0, objective: held },
      { vcpu: 2, objective: held },
    ],
    best: 2,
  },
  { what: 'a point without figures is the worst', points: [{ p99Ms: null }, { p99Ms: 50 }], best: 2 },
];

test.each(CHOICES)('$what', ({ points, best, indistinct = [], unknown = [] }) => {
  expect(choiceOf(points)).toMatchObject({ best, indistinct, unknown });
});

test.each([
  { verdict: 'held' as const, decided: true },
  { verdict: 'undecided' as const, decided: false },
])('an objective that is $verdict by its interval: decided $decided', ({ verdict, decided }) => {
  expect(choiceOf([{ objective: { pass: true, verdict } }]).decided).toBe(decided);
});

test('without objectives nothing is decided or undecided', () => {
  expect(choiceOf([{}]).decided).toBeNull();
});

test('the nearest misses by the least, and was not stopped', () => {
  const { nearest, holding } = choiceOf([
    { objective: { pass: false, measured: 140 } },
    { objective: { pass: false, measured: 120 } },
    { objective: { pass: false, measured: 101 }, stopped: true },
  ]);
  expect({ nearest, holding }).toEqual({ nearest: 2, holding: [] });
});

test('the rule speaks of faults only where some end', () => {
  expect(choiceOf([{}]).rule).not.toContain('recover');
  expect(choiceOf([{ stability: after('down') }, {}]).rule).toContain('of all points: those that recover from their');
});
