import { MECHANISMS, type Mechanism, type Recording } from '../telemetry/index.js';
import { type EdgeShare, edgeShares } from './edge-shares.js';
import type { CauseReport, TrafficReport } from './report-document.js';

/** What the recordings do not know: where a setting was written. */
export interface Reach {
  /** Where the setting stands that makes an edge spend time on a mechanism; null: nobody wrote it. */
  writtenAt(source: string, destination: string, mechanism: Mechanism): { file: string; line: number } | null;
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
    return shares.flatMap(({ source, destination, ms: spent }) => {
      const ms = (report.causesMs[mechanism] * spent[i]!) / whole;
      if (ms < NEGLIGIBLE_MS) return [];
      const place = reach.writtenAt(source, destination, mechanism);
      const edge = { source, destination };
      return { traffic: report.name, edge, mechanism, ms, file: place?.file ?? null, line: place?.line ?? null };
    });
  });
}
