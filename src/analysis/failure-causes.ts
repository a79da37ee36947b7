import { edgeKey, edgeOf } from './edge-key.js';
import type { EdgeReport, TrafficReport } from './report-document.js';
import { sum } from './traffic-findings.js';

/** What fails on one edge: calls per request of the sources that reach it, and what their answers say. */
export interface EdgeFailures {
  readonly source: string;
  readonly destination: string;
  readonly failed: number;
  /** Response flags and codes of failed calls, per request. */
  readonly signs: ReadonlyMap<string, number>;
  /** The same by workload that the calls ended at. */
  readonly failedAt: ReadonlyMap<string, number>;
}

/** The server's own proxy refuses what is beyond its limits; its caller sees no flag. */
const INBOUND_OVERFLOW = 'UO (inbound)';
/** Delays are no failures, and whatever was tried again stands under the flag of the last try. */
const NO_FAILURE = new Set(['DI']);
/** An edge fails because of what lies behind it when that fails about as often. */
const SAME = 0.5;
/** Of calls that failed without a flag or code. */
const UNSIGNED = 'failed';
/** Of all requests; less is chance. */
const LEAST = 1e-5;

export type ByEdge = ReadonlyMap<string, EdgeFailures>;

/** `reaches`: whether requests of a source use an edge. */
export function edgeFailures(
  edges: readonly EdgeReport[],
  traffic: readonly TrafficReport[],
  reaches: (traffic: string, edge: string) => boolean,
): ByEdge {
  const found = new Map<
    string,
    EdgeFailures & { failed: number; signs: Map<string, number>; failedAt: Map<string, number> }
  >();
  for (const { source, destination, workload, requests: calls, success, flags, codes, counters } of edges) {
    const key = edgeKey({ source, destination });
    const requests = sum(traffic.map((each) => (reaches(each.name, key) ? each.requests : 0)));
    if (requests === 0) continue;
    const row = found.get(key) ?? { source, destination, failed: 0, signs: new Map(), failedAt: new Map() };
    found.set(key, row);
    const failed = (calls * (1 - (success.ratio ?? 1))) / requests;
    row.failed += failed;
    add(row.failedAt, workload ?? '', failed);
    for (const [flag, count] of Object.entries(flags))
      if (!NO_FAILURE.has(flag)) add(row.signs, flag, count / requests);
    const refused = counters.inbound_rq_overflow ?? 0;
    if (refused > 0) add(row.signs, INBOUND_OVERFLOW, refused / requests);
    for (const [code, count] of Object.entries(codes)) if (!isGood(code)) add(row.signs, code, count / requests);
  }
  return found;
}

/** One edge that fails more, or less, than it did. */
export interface FailureChange {
  readonly source: string;
  readonly destination: string;
  /** The flag, else the code, that moved the most. */
  readonly sign: string;
  /** Calls with that sign, per request. */
  readonly base: number;
  readonly candidate: number;
}

/**
 * The edges at which failures begin: those that fail more than they did (`direction` 1) or less (-1), but not those whose
 * failures come from behind them.
 */
export function failureChanges(base: ByEdge, candidate: ByEdge, direction: number): readonly FailureChange[] {
  const moved = (of: (edges: ByEdge) => number) => direction * (of(candidate) - of(base));
  const keys = [...new Set([...base.keys(), ...candidate.keys()])];
  const failedOn = (key: string) => moved((edges) => edges.get(key)?.failed ?? 0);
  const failing = keys.filter((key) => failedOn(key) > LEAST);
  const begins = failing.filter((key) => {
    const { failedAt } = (candidate.get(key) ?? base.get(key))!;
    const behind = sum(failing.filter((other) => failedAt.has(edgeOf(other).source)).map(failedOn));
    return behind < SAME * failedOn(key);
  });
  return (begins.length > 0 ? begins : failing).map((key) => {
    const [before, after] = [base.get(key), candidate.get(key)];
    const sign = signOf(before, after, direction);
    const shareOf = (edge: EdgeFailures | undefined) => (sign === UNSIGNED ? edge?.failed : edge?.signs.get(sign)) ?? 0;
    return { ...edgeOf(key), sign, base: shareOf(before), candidate: shareOf(after) };
  });
}

/** Flags say more than codes, where they moved as much. */
function signOf(before: EdgeFailures | undefined, after: EdgeFailures | undefined, direction: number): string {
  const names = [...new Set([...(before?.signs.keys() ?? []), ...(after?.signs.keys() ?? [])])];
  const moved = (name: string) => direction * ((after?.signs.get(name) ?? 0) - (before?.signs.get(name) ?? 0));
  const weight = (name: string) => moved(name) * (/^[A-Z]/.test(name) ? 1 / SAME : 1);
  return names.sort((a, b) => weight(b) - weight(a))[0] ?? UNSIGNED;
}

function add(counts: Map<string, number>, name: string, count: number): void {
  counts.set(name, (counts.get(name) ?? 0) + count);
}

function isGood(code: string): boolean {
  return /^[23]\d\d$/.test(code) || code === 'grpc:0' || code === 'tcp:ok';
}
