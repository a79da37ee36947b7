import type { Diagnostic } from '../diagnostics/index.js';
import { type Bound, boundCases, judgeBound } from './comparison-bounds.js';
import { type CauseContext, comparisonCauses } from './comparison-causes.js';
import { latencyParts, type ReportedSide } from './comparison-contributions.js';
import type { AttributionReport, ChangeReport, Comparison, MetricComparison } from './comparison-document.js';
import { precisionOfDifferences } from './comparison-metrics.js';
import type { PrecisionTarget } from './precision.js';
import type { Report } from './report-document.js';

export interface ComparisonDescription extends Pick<CauseContext, 'tried'> {
  /** As `compareMetrics` gives them. */
  readonly metrics: readonly MetricComparison[];
  readonly changes: readonly ChangeReport[];
  readonly attribution: readonly AttributionReport[];
  readonly targets: readonly PrecisionTarget[];
  readonly bounds: readonly Bound[];
}

/** What a manifest over others is for: no news. */
const REPLACED = 'replaced';

/** One of two variants, and all that was found about it. */
export type ComparedSide = Omit<ReportedSide, 'report'> & { readonly report: Report };

/** What the candidate makes different from the base. Both have played the same replications, at least one. */
export function comparisonOf(base: ComparedSide, candidate: ComparedSide, said: ComparisonDescription): Comparison {
  const { changes, attribution, targets, bounds } = said;
  const metrics = said.metrics.map((metric): MetricComparison => {
    const [before, after] = [base, candidate].map((side) => latencyParts(metric, side)?.causesMs ?? null);
    const isLatency = metric.unit === 'ms';
    return isLatency ? { ...metric, causesMs: { base: before!, candidate: after! } } : metric;
  });
  const judged = boundCases(bounds, metrics).map(judgeBound);
  const { scenario, seed, traffic, edges, workloads, timeline, stability, stopped } = base.report;
  return {
    base: { scenario: scenario.name, seed, traffic, edges, workloads, timeline, stability, stopped },
    metrics,
    causes: comparisonCauses(metrics, { ...said, base, candidate, bounds: judged }),
    changes,
    attribution,
    bounds: judged,
    precision: targets.length === 0 ? null : precisionOfDifferences(targets, metrics),
    introduced: without(candidate.report.diagnostics, base.report.diagnostics).filter(({ code }) => code !== REPLACED),
    resolved: without(base.report.diagnostics, candidate.report.diagnostics),
  };
}

/** The same finding in another place of a file is no new one. */
function without(found: readonly Diagnostic[], others: readonly Diagnostic[]): readonly Diagnostic[] {
  const keyOf = ({ code, message, resource }: Diagnostic) => JSON.stringify([code, message, resource]);
  const known = new Set(others.map(keyOf));
  return found.filter((diagnostic) => !known.has(keyOf(diagnostic)));
}
