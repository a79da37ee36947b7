import type { EffectiveHost } from './effective.js';
import { clusterLines, endpointLines } from './explain/cluster-text.js';
import { destinationLines, ruleLines } from './explain/rule-text.js';
import { entry, visible } from './explain/words.js';
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
      ...outcomeLines(outcome),
      ...(outcome.kind === 'passthrough' && outcome.service !== null ? endpointLines(explained.endpoints) : []),
    ],
    ...rules.map((rule, i) => ruleLines(rule, i + 1)),
    ...clusters.map(clusterLines),
  ];
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function outcomeLines(outcome: EffectiveHost): readonly string[] {
  switch (outcome.kind) {
    case 'routes':
      return [
        ...entry('domain', visible(outcome.domain)),
        ...(outcome.service === null ? [] : entry('service', visible(outcome.service.host))),
        ...(outcome.httpsRedirect ? entry('redirect', '301 to https for every plaintext request') : []),
      ];
    case 'tcp':
      return [...entry('TCP', 'connections, not requests'), ...destinationLines(outcome.destinations)];
    case 'passthrough':
      return entry('passes', 'to the address itself: no timeout, no retries, no limits, no subsets');
    case 'blocked':
      return entry('blocked', '502: unknown host, and the outbound policy is REGISTRY_ONLY');
    case 'no-route':
      return entry('no route', '404, flag NR: no virtual host has this domain');
    case 'no-listener':
      return entry('refused', 'nobody listens on that port');
  }
}
