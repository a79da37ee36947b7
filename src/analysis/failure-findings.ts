import type { Recording } from '../telemetry/index.js';
import type { Reach } from './cause-findings.js';
import { reachOfSources } from './comparison-contributions.js';
import { edgeKey } from './edge-key.js';
import { edgeFailures, failureChanges } from './failure-causes.js';
import type { EdgeReport, FailureReport, TrafficReport } from './report-document.js';

const MOST_OF_A_SOURCE = 4;

/** Where the failures of each source begin, the most frequent first; those that the caller's application ignores do not count. */
export function failuresOf(
  traffic: readonly TrafficReport[],
  edges: readonly EdgeReport[],
  recordings: readonly Recording[],
  reach: Reach,
): FailureReport[] {
  const reaches = reachOfSources([{ recordings, sources: traffic.map(({ name }) => name) }]);
  return traffic.flatMap(({ name }) => {
    const own = edges.filter((edge) => reaches(name, edgeKey(edge)) && !reach.ignores(edge.source, edge.destination));
    const begun = failureChanges(new Map(), edgeFailures(own, traffic, reaches), 1);
    const sorted = [...begun].sort((a, b) => b.candidate - a.candidate).slice(0, MOST_OF_A_SOURCE);
    return sorted.map(({ source, destination, sign, candidate }): FailureReport => {
      const place = reach.writtenAt({ source, destination, workload: null }, sign);
      const edge = { source, destination };
      return { traffic: name, edge, sign, perRequest: candidate, file: place?.file ?? null, line: place?.line ?? null };
    });
  });
}
