import type { CauseComparison, Comparison, MetricComparison } from '../../analysis/index.js';

/** What people read first; all else is in report.json. */
const SHOWN: ReadonlySet<MetricComparison['name']> = new Set(['success', 'mean', 'p50', 'p90', 'p99', 'cost']);
const EXPLAINED: ReadonlySet<MetricComparison['name']> = new Set(['success', 'mean', 'p99', 'cost', 'load']);

/** The rows of a table: figures of sources, the cost, and the loads that are not surely the same. */
export function shownMetrics({ metrics }: Comparison): readonly MetricComparison[] {
  return metrics.filter((metric) => SHOWN.has(metric.name) || (metric.name === 'load' && metric.verdict !== 'same'));
}

/** How many loads a table leaves out. */
export function steadyLoads({ metrics }: Comparison): number {
  return metrics.filter(({ name, verdict, workload }) => name === 'load' && workload === null && verdict === 'same')
    .length;
}

/** A figure that differs, and why. */
export interface Explanation {
  readonly metric: MetricComparison;
  readonly causes: readonly CauseComparison[];
}

/** Those with causes: success, mean and p99 of the sources, then cost and loads. */
export function explanations({ metrics, causes }: Comparison): readonly Explanation[] {
  return metrics
    .filter(({ name, workload }) => EXPLAINED.has(name) && workload === null)
    .map((metric) => ({ metric, causes: causes.filter((cause) => isOf(cause, metric)) }))
    .filter((explanation) => explanation.causes.length > 0);
}

function isOf(cause: CauseComparison, { name, traffic, service }: MetricComparison): boolean {
  if (cause.metric !== name || cause.traffic !== traffic) return false;
  return name !== 'load' || cause.workload === service;
}
