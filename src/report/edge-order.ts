import type { EdgeReport, Report } from '../analysis/index.js';
import { compareText } from '../diagnostics/index.js';

/** Calls of an edge that did not succeed, still open ones among them. */
export function failedCalls(edge: EdgeReport): number {
  return edge.success.ratio === null ? 0 : Math.round(edge.requests * (1 - edge.success.ratio));
}

/** Edges with the worst first: by failed calls, then by p99, then by name. */
export function worstEdgesFirst(edges: readonly EdgeReport[]): readonly EdgeReport[] {
  return [...edges].sort(
    (a, b) =>
      failedCalls(b) - failedCalls(a) ||
      (b.latencyMs.p99 ?? -1) - (a.latencyMs.p99 ?? -1) ||
      compareText(edgeName(a), edgeName(b)),
  );
}

/** `productpage-v1 → reviews (reviews-v2)`; without a workload the call was refused before one was picked. */
export function edgeName(edge: EdgeReport): string {
  const workload = edge.workload === null || edge.workload === edge.destination ? '' : ` (${edge.workload})`;
  return `${edge.source} → ${edge.destination}${workload}`;
}

/** Seconds in which counted requests arrive, all replications together: what turns an edge's counts into rates. */
export function countedSeconds(report: Report): number {
  return (report.simulatedSeconds - report.warmupSeconds) * report.replications;
}
