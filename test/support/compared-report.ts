import type { Comparison, MetricComparison, Report } from '../../src/analysis/index.js';
import { HOSTILE_NAMES, sampleReport } from './report.js';
import { hostileReport } from './report-variants.js';

/** A report as `compare` would write it, made by hand: every verdict, every kind of cause. `names`: of what a user wrote. */
export function comparedReport(names: readonly string[] = [], report: Report = sampleReport()): Report {
  const name = (i: number, otherwise: string) => names[i % names.length] ?? otherwise;
  const traffic = report.traffic[0]!.name;
  const { causesMs } = report.traffic[0]!;
  const metric = (over: Partial<MetricComparison>): MetricComparison => ({
    name: 'p99',
    traffic,
    service: null,
    workload: null,
    unit: 'ms',
    base: 100,
    candidate: 120,
    difference: 20,
    ci95: [15, 25],
    verdict: 'worse',
    noLargerThan: null,
    moreReplications: null,
    causesMs: null,
    ...over,
  });
  const none = { traffic: null, difference: 0, ci95: [0, 0] as const, verdict: 'same', noLargerThan: 0.1 } as const;
  const metrics = [
    metric({ name: 'success', unit: 'ratio', base: 0.999, candidate: 0.99, difference: -0.009, ci95: [-0.01, -0.008] }),
    metric({
      name: 'mean',
      verdict: 'better',
      difference: -5,
      ci95: [-6, -4],
      causesMs: { base: causesMs, candidate: causesMs },
    }),
    metric({ name: 'p50', verdict: 'undecided', difference: 2, ci95: [-2, 6], moreReplications: 31 }),
    metric({ name: 'p90', verdict: 'same', difference: 0.2, ci95: [-0.4, 0.6], noLargerThan: 1 }),
    metric({ causesMs: { base: causesMs, candidate: causesMs } }),
    metric({ name: 'p999', ci95: null, verdict: null }),
    metric({ ...none, name: 'cost', unit: 'cores', base: 12, candidate: 12 }),
    metric({
      ...none,
      name: 'load',
      unit: 'perSecond',
      service: name(1, 'reviews'),
      verdict: 'more',
      difference: 3,
      ci95: [2, 4],
    }),
    metric({ ...none, name: 'load', unit: 'perSecond', service: 'ratings' }),
  ];
  const change = {
    resource: `VirtualService/default/${name(0, 'reviews')}`,
    path: name(3, 'spec.http[0].timeout'),
    before: null,
    after: name(4, '1s'),
    file: name(2, 'k8s/reviews.yaml'),
    line: 14,
    lastLine: 14,
  };
  const gone = { ...change, path: null, before: name(5, '{}'), after: null };
  const edge = { source: name(1, 'productpage-v1'), destination: name(2, 'reviews') };
  const cause = { edge, workload: null, change, foundBy: 'only', file: change.file, line: 14 } as const;
  const counters = [{ name: name(6, 'upstream_rq_timeout'), base: 0.2, candidate: 31 }];
  const comparison: Comparison = {
    base: { ...report, scenario: report.scenario.name },
    metrics,
    causes: [
      {
        ...cause,
        metric: 'success',
        traffic,
        mechanism: name(0, 'UT'),
        baseMs: null,
        candidateMs: null,
        base: 0,
        candidate: 0.009,
        counters,
      },
      {
        ...cause,
        metric: 'p99',
        traffic,
        mechanism: 'timeoutWait',
        baseMs: 1,
        candidateMs: 19,
        base: 1,
        candidate: 19,
        counters,
      },
      {
        ...cause,
        metric: 'p99',
        traffic,
        mechanism: 'retry',
        baseMs: 4,
        candidateMs: 2,
        base: 4,
        candidate: 2,
        counters: [],
        change: null,
        foundBy: null,
        file: null,
        line: null,
      },
      {
        ...cause,
        metric: 'load',
        traffic: null,
        workload: name(1, 'reviews'),
        mechanism: 'retry',
        baseMs: null,
        candidateMs: null,
        base: 1,
        candidate: 4,
        counters,
        foundBy: 'likeness',
      },
    ],
    changes: [change, gone],
    attribution: [0, 1].map((index) => ({
      change: index,
      metric: 'p99',
      traffic,
      service: null,
      workload: null,
      alone: { difference: 20 * index, ci95: [1, 40] },
      last: { difference: null, ci95: null },
    })),
    bounds: (['failed', 'held', 'undecided'] as const).map((verdict) => ({
      name: name(7, 'p99 > +10%'),
      metric: 'p99',
      traffic,
      service: null,
      bound: 10,
      unit: 'ms',
      difference: 20,
      ci95: [15, 25],
      verdict,
    })),
    precision: null,
    introduced: report.diagnostics.slice(0, 2),
    resolved: report.diagnostics.slice(0, 1),
  };
  return { ...report, comparison };
}

/** The same, every name of it one that would act in HTML, Markdown, XML or a terminal. */
export function hostileComparedReport(): Report {
  return comparedReport(HOSTILE_NAMES, { ...hostileReport(), stopped: null });
}
