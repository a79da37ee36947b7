import type { DestinationRule } from '../policies.js';
import { sameLabels } from './labels.js';

/**
 * Adds a rule to those of the same namespace and host. It is merged into those that are exported to the same namespaces,
 * or to fewer of those that it names, unless both select other workloads; where nobody wrote whom to export to, that is
 * another thing than everybody. Whether it stands beside them as well is for the last of them to say.
 * Source: Istio 1.31, pilot/pkg/model/destination_rule.go, `mergeDestinationRule`.
 */
export function addRule(rules: DestinationRule[], added: DestinationRule): void {
  let standsAlone = true;
  for (const [i, rule] of rules.entries()) {
    const isWider = includes(added.exportTo, rule.exportTo);
    const isSame = isWider && includes(rule.exportTo, added.exportTo);
    standsAlone = !isSame;
    if (!isSame && !(isWider && rule.exportTo.length > 0)) continue;
    const selectors = [rule.workloadSelector, added.workloadSelector].filter((selector) => selector !== null);
    if (selectors.length === 2 && !sameLabels(selectors[0]!, selectors[1]!)) {
      standsAlone = true;
      continue;
    }
    if (selectors.length !== 1) standsAlone = false;
    rules[i] = merge(rule, added);
  }
  if (standsAlone) rules.push(added);
}

/** The older rule with the newer one's subsets; a subset name that is there already and a second policy are dropped. */
function merge(older: DestinationRule, newer: DestinationRule): DestinationRule {
  const names = new Set(older.subsets.map((subset) => subset.name));
  const more = newer.subsets.filter((subset) => !names.has(subset.name));
  return { ...older, policy: older.policy ?? newer.policy, subsets: [...older.subsets, ...more] };
}

function includes(wider: readonly string[], narrower: readonly string[]): boolean {
  const all = new Set(wider);
  return narrower.every((entry) => all.has(entry));
}
