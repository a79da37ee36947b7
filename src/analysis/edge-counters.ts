import type { CounterComparison } from './comparison-document.js';
import { edgeKey } from './edge-key.js';
import type { EdgeReport, TrafficReport } from './report-document.js';
import { sum } from './traffic-findings.js';

/** A counter that moved less, per 1000 requests and of itself, tells nothing. */
const LEAST_PER_1000 = 0.5;
const LEAST_SHARE = 0.02;
const MOST = 5;

/** What the rows of an edge counted, together. */
export type EdgeCounts = ReadonlyMap<string, number>;

/** By edge (`edgeKey`), per request of the sources that reach it. */
export function edgeCounts(
  edges: readonly EdgeReport[],
  traffic: readonly TrafficReport[],
  reaches: (traffic: string, edge: string) => boolean,
): ReadonlyMap<string, EdgeCounts> {
  const all = new Map<string, Map<string, number>>();
  for (const edge of edges) {
    const reaching = traffic.filter(({ name }) => reaches(name, edgeKey(edge)));
    const requests = sum(reaching.map((source) => source.requests));
    if (requests === 0) continue;
    const counts = all.get(edgeKey(edge)) ?? new Map<string, number>();
    all.set(edgeKey(edge), counts);
    for (const [name, count] of countsIn(edge)) counts.set(name, (counts.get(name) ?? 0) + count / requests);
  }
  return all;
}

/** Those that moved the most. */
export function movedCounters(base: EdgeCounts | undefined, candidate: EdgeCounts | undefined): CounterComparison[] {
  const names = new Set([...(base?.keys() ?? []), ...(candidate?.keys() ?? [])]);
  const per1000 = (counts: EdgeCounts | undefined, name: string) => 1000 * (counts?.get(name) ?? 0);
  return [...names]
    .map((name) => ({ name, base: per1000(base, name), candidate: per1000(candidate, name) }))
    .filter((counter) => movedBy(counter) >= Math.max(LEAST_PER_1000, LEAST_SHARE * counter.base))
    .filter((counter, i, all) => all.findIndex((other) => isEqual(other, counter)) === i) // such as calls and attempts
    .sort((a, b) => movedBy(b) - movedBy(a))
    .slice(0, MOST);
}

function isEqual(a: CounterComparison, b: CounterComparison): boolean {
  return a.base === b.base && a.candidate === b.candidate;
}

function movedBy({ base, candidate }: CounterComparison): number {
  return Math.abs(candidate - base);
}

function countsIn({ requests, attempts, retries, mirrored, flags, codes, counters }: EdgeReport) {
  return [
    ['calls', requests],
    ['attempts', attempts],
    ['retries', retries],
    ['mirrored', mirrored],
    ...Object.entries(flags).map(([flag, count]) => [`flag ${flag}`, count] as const),
    ...Object.entries(codes).map(([code, count]) => [`code ${code}`, count] as const),
    ...Object.entries(counters),
  ] as const;
}
