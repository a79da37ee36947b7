import type { CauseComparison, Comparison, MetricComparison } from '../../analysis/index.js';

/** What people read first; all else is in report.json. */
const SHOWN: ReadonlySet<MetricComparison['name']> = new Set(['success', 'mean', 'p50', 'p90', 'p99', 'cost']);
const EXPLAINED: ReadonlySet<MetricComparison['name']> = new Set(['success', 'mean', 'p99', 'cost', 'load']);

/** The loads that moved the most; those of hundreds of services nobody reads. */
const LOADS_MAX = 10;

/** The rows of a table: figures of sources, the cost, and the loads that are not surely the same. */
export function shownMetrics(comparison: Comparison): readonly MetricComparison[] {
  const loads = new Set(movedLoads(comparison).slice(0, LOADS_MAX));
  return comparison.metrics.filter((metric) => SHOWN.has(metric.name) || loads.has(metric));
}

/** What a table leaves out, in words; null: nothing. */
export function hiddenLoads(comparison: Comparison): string | null {
  const steady = comparison.metrics.filter(
    ({ name, verdict, workload }) => name === 'load' && workload === null && verdict === 'same',
  ).length;
  const more = movedLoads(comparison).length - LOADS_MAX;
  const texts = [
    ...(more > 0 ? [`${more} more loads differ or are undecided, in report.json`] : []),
    ...(steady > 0 ? [`the load of ${steady} ${steady === 1 ? 'service' : 'services'} does not change`] : []),
  ];
  return texts.length === 0 ? null : texts.join('; ');
}

function movedLoads({ metrics }: Comparison): readonly MetricComparison[] {
  const moved = ({ base, candidate, difference }: MetricComparison) =>
    Math.abs(difference ?? 0) / Math.max(base ?? 0, candidate ?? 0, 1e-9);
  return metrics
    .filter(({ name, verdict }) => name === 'load' && verdict !== 'same')
    .sort((a, b) => moved(b) - moved(a));
}

/** A figure that differs, and why. */
export interface Explanation {
  readonly metric: MetricComparison;
  readonly causes: readonly CauseComparison[];
}

/** Those with causes: success, mean and p99 of the sources, then cost and loads. */
export function explanations(comparison: Comparison): readonly Explanation[] {
  const { causes } = comparison;
  return shownMetrics(comparison)
    .filter(({ name, workload }) => EXPLAINED.has(name) && workload === null)
    .map((metric) => ({ metric, causes: causes.filter((cause) => isOf(cause, metric)) }))
    .filter((explanation) => explanation.causes.length > 0);
}

function isOf(cause: CauseComparison, { name, traffic, service }: MetricComparison): boolean {
  if (cause.metric !== name || cause.traffic !== traffic) return false;
  return name !== 'load' || cause.workload === service;
}
