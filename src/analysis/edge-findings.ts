import { compareText } from '../diagnostics/index.js';
import { EDGE_COUNTERS, type EdgeRow, type Recording } from '../telemetry/index.js';
import { countsOf } from './counts.js';
import type { Naming } from './findings.js';
import { ratioInterval } from './intervals.js';
import { latencyOf } from './latency.js';
import type { Counts, EdgeReport } from './report-document.js';
import { sum } from './traffic-findings.js';

/** The same row of every replication; an edge that nothing used is left out. */
export function edgeReports(recordings: readonly Recording[], naming: Naming): EdgeReport[] {
  const rows = new Map<string, EdgeRow[]>();
  for (const { edges } of recordings) {
    for (const row of edges) {
      const key = JSON.stringify([row.name.source, row.name.destination, row.name.workload]);
      const same = rows.get(key);
      if (same === undefined) rows.set(key, [row]);
      else same.push(row);
    }
  }
  const reports = [...rows.values()].filter((same) => same.some(isUsed)).map((same) => edgeReport(same, naming));
  return reports.sort(
    (a, b) =>
      compareText(a.source, b.source) ||
      compareText(a.destination, b.destination) ||
      compareNullable(a.workload, b.workload) ||
      compareNullable(a.version, b.version),
  );
}

function isUsed({ calls, attempts, mirrored }: EdgeRow): boolean {
  return calls > 0 || attempts > 0 || mirrored > 0;
}

function edgeReport(rows: readonly EdgeRow[], naming: Naming): EdgeReport {
  const { source, destination, workload, version, proxied } = rows[0]!.name;
  const calls = sum(rows.map((row) => row.calls));
  const succeeded = sum(rows.map((row) => row.succeeded));
  const ratios = rows.flatMap((row) => (row.calls === 0 ? [] : [row.succeeded / row.calls]));
  return {
    source,
    destination,
    workload,
    version,
    requests: calls,
    attempts: sum(rows.map((row) => row.attempts)),
    retries: sum(rows.map((row) => row.retries)),
    mirrored: sum(rows.map((row) => row.mirrored)),
    inFlight: sum(rows.map((row) => row.inFlight)),
    success: {
      ratio: calls === 0 ? null : succeeded / calls,
      ci95: calls === 0 ? null : ratioInterval(succeeded, calls, ratios),
    },
    latencyMs: latencyOf(rows.map(({ latency }) => latency)),
    codes: countsOf(
      rows.map(({ codes }) => codes),
      (status) => [naming.code(status)],
    ),
    flags: countsOf(
      rows.map(({ flags }) => flags),
      naming.flags,
    ),
    counters: proxied ? countersOf(rows) : {},
  };
}

function countersOf(rows: readonly EdgeRow[]): Counts {
  return Object.fromEntries(
    EDGE_COUNTERS.map((name, i) => [name, sum(rows.map(({ counters }) => counters[i]!))] as const).sort(([a], [b]) =>
      compareText(a, b),
    ),
  );
}

function compareNullable(a: string | null, b: string | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1;
  return compareText(a, b);
}
