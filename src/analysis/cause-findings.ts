import { MECHANISMS, type Recording } from '../telemetry/index.js';
import { type EdgeShare, edgeShares, mostOf } from './edge-shares.js';
import type { CauseReport, TrafficReport } from './report-document.js';

/** What the recordings do not know. */
export interface Reach {
  /**
   * Where the setting stands that has an effect on an edge: a mechanism of latency, a response flag or code, a reason for calls,
   * a counter. Null: nobody wrote it.
   */
  writtenAt(edge: AskedEdge, effect: string): { readonly file: string; readonly line: number } | null;
  /** Whether the application at the source goes on when its calls of the destination fail. */
  ignores(source: string, destination: string): boolean;
}

/** `workload`: where the calls end that are asked about; null: wherever. */
export interface AskedEdge {
  readonly source: string;
  readonly destination: string;
  readonly workload: string | null;
}

const MOST = 20;
const NEGLIGIBLE_MS = 1e-6;

/**
 * Splits each mechanism's part of a source's mean latency over the edges, in proportion to what its sampled requests
 * spent there on their critical paths: the parts add up to `causesMs`.
 */
export function causesOf(
  traffic: readonly TrafficReport[],
  recordings: readonly Recording[],
  reach: Reach,
): CauseReport[] {
  const causes = traffic.flatMap((report, index) =>
    trafficCauses(report, edgeShares(recordings.map((recording) => recording.traffic[index]!)), reach),
  );
  return causes.sort((a, b) => b.ms - a.ms).slice(0, MOST);
}

function trafficCauses(report: TrafficReport, shares: readonly EdgeShare[], reach: Reach): CauseReport[] {
  return MECHANISMS.flatMap((mechanism, i) => {
    let whole = 0;
    for (const { ms } of shares) whole += ms[i]!;
    if (whole <= 0) return [];
    return shares.flatMap((share) => {
      const { source, destination, ms: spent } = share;
      const ms = (report.causesMs[mechanism] * spent[i]!) / whole;
      if (ms < NEGLIGIBLE_MS) return [];
      const place = reach.writtenAt({ source, destination, workload: mostOf(share, i) }, mechanism);
      const edge = { source, destination };
      return { traffic: report.name, edge, mechanism, ms, file: place?.file ?? null, line: place?.line ?? null };
    });
  });
}
