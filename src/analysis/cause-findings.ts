import {
  addVector,
  type EdgeRow,
  MECHANISMS,
  type Mechanism,
  newVector,
  type Recording,
  type Vector,
} from '../telemetry/index.js';
import type { CauseReport, TrafficReport } from './report-document.js';

/** What the recordings do not know: where traffic enters, and where a setting was written. */
export interface Reach {
  /** The source of the first edges of a traffic source: a gateway, a workload, or its own name. */
  entryOf(traffic: string): string;
  /** Where the setting stands that makes an edge spend time on a mechanism; null: nobody wrote it. */
  writtenAt(source: string, destination: string, mechanism: Mechanism): { file: string; line: number } | null;
}

const MOST = 20;
const NEGLIGIBLE_MS = 1e-6;

interface EdgeShare {
  readonly source: string;
  readonly destination: string;
  /** Its own ms, without what the calls below it took. */
  readonly own: Vector;
}

/**
 * Splits each mechanism's part of the mean latency over the edges that the traffic reaches, in proportion to what their
 * calls spent on it themselves. What a call spent itself is what it took less what the calls below it took: exact along
 * a chain; where calls run in parallel, the ones that were not waited for count too.
 */
export function causesOf(
  traffic: readonly TrafficReport[],
  recordings: readonly Recording[],
  reach: Reach,
): CauseReport[] {
  const flows = flowsOf(recordings.flatMap(({ edges }) => edges));
  const causes = traffic.flatMap((report) =>
    trafficCauses(report, edgeShares(flows, reach.entryOf(report.name)), reach),
  );
  return causes.sort((a, b) => b.ms - a.ms).slice(0, MOST);
}

function trafficCauses(report: TrafficReport, shares: readonly EdgeShare[], reach: Reach): CauseReport[] {
  return MECHANISMS.flatMap((mechanism, i) => {
    let whole = 0;
    for (const { own } of shares) whole += own[i]!;
    if (whole <= 0) return [];
    return shares.flatMap(({ source, destination, own }) => {
      const ms = (report.causesMs[mechanism] * own[i]!) / whole;
      if (ms < NEGLIGIBLE_MS) return [];
      const place = reach.writtenAt(source, destination, mechanism);
      const edge = { source, destination };
      return { traffic: report.name, edge, mechanism, ms, file: place?.file ?? null, line: place?.line ?? null };
    });
  });
}

/** What the rows say of the workloads that they begin and end at. */
interface Flows {
  readonly from: ReadonlyMap<string, readonly EdgeRow[]>;
  /** By workload: the vectors of all calls that it makes, and how many calls it gets. */
  readonly below: ReadonlyMap<string, Vector>;
  readonly received: ReadonlyMap<string, number>;
}

function flowsOf(rows: readonly EdgeRow[]): Flows {
  const from = new Map<string, EdgeRow[]>();
  const below = new Map<string, Vector>();
  const received = new Map<string, number>();
  for (const row of rows) {
    const { source, workload } = row.name;
    from.set(source, [...(from.get(source) ?? []), row]);
    const sum = below.get(source) ?? newVector();
    addVector(sum, row.causes);
    below.set(source, sum);
    if (workload !== null) received.set(workload, (received.get(workload) ?? 0) + row.calls);
  }
  return { from, below, received };
}

/** The edges below `entry`, the rows of each added up. */
function edgeShares(flows: Flows, entry: string): EdgeShare[] {
  const shares = new Map<string, EdgeShare>();
  const pending = [entry];
  const seen = new Set(pending);
  for (let source = pending.pop(); source !== undefined; source = pending.pop()) {
    for (const row of flows.from.get(source) ?? []) {
      addOwn(shares, row, flows);
      const { workload } = row.name;
      if (workload === null || seen.has(workload)) continue;
      seen.add(workload);
      pending.push(workload);
    }
  }
  return [...shares.values()];
}

function addOwn(shares: Map<string, EdgeShare>, row: EdgeRow, { below, received }: Flows): void {
  const { source, destination, workload } = row.name;
  const key = JSON.stringify([source, destination]);
  const share = shares.get(key) ?? { source, destination, own: newVector() };
  shares.set(key, share);
  const nested = workload === null ? undefined : below.get(workload);
  const calls = workload === null ? 0 : (received.get(workload) ?? 0);
  const part = calls === 0 ? 0 : row.calls / calls;
  for (let i = 0; i < MECHANISMS.length; i++) {
    share.own[i]! += Math.max(0, row.causes[i]! - part * (nested?.[i] ?? 0));
  }
}
