import { expect, test } from 'vitest';
import type { Interval, LatencyMs, ObjectiveSpec, TrafficReport } from '../../src/analysis/index.js';
import { judgeObjectives } from '../../src/analysis/objectives.js';
import { latency, trafficReport } from '../support/report.js';

function objective(parts: Partial<ObjectiveSpec>): ObjectiveSpec {
  const defaults = {
    name: 'as written',
    traffic: null,
    metric: 'p99',
    ok: false,
    comparator: '<',
    unit: 'ms',
  } as const;
  return { ...defaults, target: 100, ...parts };
}

/** Traffic with a p99 of 90 ms and this interval. */
function traffic(ci95: Interval | null, p99: number | null = 90): TrafficReport {
  const around = latency(30);
  const latencyMs: LatencyMs = { ...around, p99, ci95: { ...around.ci95, p99: ci95 } };
  return { ...trafficReport('web'), latencyMs, okLatencyMs: { ...latencyMs, p99: 60 } };
}

const VERDICTS: readonly {
  comparator: ObjectiveSpec['comparator'];
  target: number;
  ci95: Interval | null;
  pass: boolean;
  verdict: string;
}[] = [
  { comparator: '<', target: 100, ci95: [85, 95], pass: true, verdict: 'held' },
  { comparator: '<', target: 92, ci95: [85, 95], pass: true, verdict: 'undecided' },
  { comparator: '<', target: 88, ci95: [85, 95], pass: false, verdict: 'undecided' },
  { comparator: '<', target: 80, ci95: [85, 95], pass: false, verdict: 'failed' },
  { comparator: '<', target: 90, ci95: [85, 95], pass: false, verdict: 'undecided' },
  { comparator: '<', target: 90, ci95: [90, 90], pass: false, verdict: 'failed' },
  { comparator: '<=', target: 90, ci95: [85, 90], pass: true, verdict: 'held' },
  { comparator: '<=', target: 90 - 2e-12, ci95: [85, 90], pass: true, verdict: 'held' }, // the same, but for sums of times
  { comparator: '<=', target: 90 - 1e-6, ci95: [90, 90], pass: false, verdict: 'failed' },
  { comparator: '>', target: 90, ci95: [85, 95], pass: false, verdict: 'undecided' },
  { comparator: '>=', target: 80, ci95: [85, 95], pass: true, verdict: 'held' },
  { comparator: '<', target: 100, ci95: null, pass: true, verdict: 'undecided' },
  { comparator: '<', target: 80, ci95: null, pass: false, verdict: 'undecided' },
];

test.each(VERDICTS)('p99 $comparator $target with $ci95: $verdict', ({ comparator, target, ci95, pass, verdict }) => {
  const [judged] = judgeObjectives([objective({ comparator, target })], [traffic(ci95)]);
  expect(judged).toMatchObject({ pass, verdict, measured: 90, ci95 });
});

test('no data is failed', () => {
  const [judged] = judgeObjectives([objective({})], [traffic(null, null)]);
  expect(judged).toMatchObject({ pass: false, verdict: 'failed', measured: null });
});

test('without traffic there is a row for each source, with it one', () => {
  const sources = [traffic(null), { ...traffic(null), name: 'batch' }];
  const rows = judgeObjectives([objective({}), objective({ traffic: 'batch' })], sources);
  expect(rows.map((row) => row.traffic)).toEqual(['web', 'batch', 'batch']);
});

test('of the succeeded, of all, and the ratio', () => {
  const web = { ...traffic([85, 95]), success: { ratio: 0.995, ci95: [0.994, 0.996] as const } };
  const rows = judgeObjectives(
    [
      objective({ ok: true }),
      objective({ metric: 'success', comparator: '>=', unit: 'ratio', target: 0.99 }),
      objective({ metric: 'max' }),
    ],
    [web],
  );
  expect(rows[0]).toMatchObject({ metric: 'ok.p99', measured: 60 });
  expect(rows[1]).toMatchObject({ metric: 'success', measured: 0.995, verdict: 'held' });
  expect(rows[2]).toMatchObject({ metric: 'max', ci95: null, verdict: 'undecided' });
});
