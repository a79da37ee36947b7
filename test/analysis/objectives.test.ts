import { expect, test } from 'vitest';
import type { Interval } from '../../src/analysis/index.js';
import { judgeObjectives, type ObjectiveSpec } from '../../src/analysis/objectives.js';
import { latency, trafficReport } from '../support/report.js';

const P99: ObjectiveSpec = {
  name: 'p99 < 100ms',
  traffic: null,
  metric: 'p99',
  ok: false,
  comparator: '<',
  unit: 'ms',
  target: 100,
};

const CASES: { measured: number | null; ci95: Interval | null; pass: boolean; verdict: string }[] = [
  { measured: 80, ci95: [70, 90], pass: true, verdict: 'held' },
  { measured: 80, ci95: [70, 120], pass: true, verdict: 'undecided' },
  { measured: 110, ci95: [90, 130], pass: false, verdict: 'undecided' },
  { measured: 120, ci95: [110, 130], pass: false, verdict: 'failed' },
  { measured: 80, ci95: null, pass: true, verdict: 'undecided' },
  { measured: null, ci95: null, pass: false, verdict: 'failed' },
  { measured: 100, ci95: [100, 100], pass: false, verdict: 'failed' },
];

test.each(CASES)('$measured with the interval $ci95 is $verdict', ({ measured, ci95, pass, verdict }) => {
  const base = latency(1);
  const latencyMs = { ...base, p99: measured, ci95: { ...base.ci95, p99: ci95 } };
  const [judged] = judgeObjectives([P99], [{ ...trafficReport('t'), latencyMs }]);
  expect(judged).toMatchObject({ pass, verdict, measured });
});

test('without a source it is held against each, with one against that', () => {
  const traffic = [trafficReport('a'), trafficReport('b')];
  expect(judgeObjectives([P99], traffic).map((each) => each.traffic)).toEqual(['a', 'b']);
  expect(judgeObjectives([{ ...P99, traffic: 'b' }], traffic).map((each) => each.traffic)).toEqual(['b']);
});
