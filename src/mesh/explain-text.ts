import { policyLines } from './explain/admission-text.js';
import { clusterLines, endpointLines } from './explain/cluster-text.js';
import { outcomeLines } from './explain/outcome-text.js';
import { ruleLines } from './explain/rule-text.js';
import { counted, entry, source, visible } from './explain/words.js';
import type { ExplainedHost } from './explain.js';

/**
 * The explanation for people, in lines of at most 96 columns unless a single word is longer. Every value is followed by
 * where it was written, or by `(default)`.
 */
export function renderExplainedHost(explained: ExplainedHost): string {
  const { caller, callerKind, host, port, istioVersion, outcome, rules, clusters } = explained;
  const blocks = [
    [
      `${visible(caller)} (${callerKind}) calls ${visible(host)}:${port}, Istio ${istioVersion.join('.')}`,
      ...waypointLines(explained),
      ...policyLines(explained.policies, 'judged'),
      ...outcomeLines(outcome),
      ...(outcome.kind === 'passthrough' && outcome.service !== null ? endpointLines(explained.endpoints) : []),
    ],
    ...rules.map((rule, i) => ruleLines(rule, i + 1)),
    ...clusters.map(clusterLines),
  ];
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function waypointLines({ waypoint }: ExplainedHost): readonly string[] {
  if (waypoint === undefined) return [];
  const { name, replicas, origin } = waypoint;
  return entry('over', `the waypoint ${visible(name)}, ${counted(replicas, 'pod')}, which does this ${source(origin)}`);
}
