import type { DestinationRule } from '../policies.js';
import { sameLabels } from './labels.js';

/**
 * Adds a rule to those of the same namespace and host, oldest first. It is merged into each of them that has the same
 * workload selector and is exported to no other namespaces than the new one; otherwise it stands beside them.
 * Source: Istio 1.31, pilot/pkg/model/destination_rule.go, `mergeDestinationRule`.
 */
export function addRule(rules: DestinationRule[], added: DestinationRule): void {
  let isMerged = false;
  for (const [i, rule] of rules.entries()) {
    if (!sameSelector(rule, added) || !includes(added.exportTo, rule.exportTo)) continue;
    rules[i] = merge(rule, added);
    isMerged = true;
  }
  if (!isMerged) rules.push(added);
}

/** The older rule with the newer one's subsets; a subset name that is there already and a second policy are dropped. */
function merge(older: DestinationRule, newer: DestinationRule): DestinationRule {
  const names = new Set(older.subsets.map((subset) => subset.name));
  const more = newer.subsets.filter((subset) => !names.has(subset.name));
  return { ...older, policy: older.policy ?? newer.policy, subsets: [...older.subsets, ...more] };
}

function sameSelector(a: DestinationRule, b: DestinationRule): boolean {
  if (a.workloadSelector === null || b.workloadSelector === null) return a.workloadSelector === b.workloadSelector;
  return sameLabels(a.workloadSelector, b.workloadSelector);
}

function includes(wider: readonly string[], narrower: readonly string[]): boolean {
  const all = new Set(exported(wider));
  return exported(narrower).every((entry) => all.has(entry));
}

function exported(exportTo: readonly string[]): readonly string[] {
  return exportTo.length === 0 ? ['*'] : exportTo;
}
