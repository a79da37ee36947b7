import type { WorkloadPolicies } from '../../effective-security.js';
import type { Attribute, AuthorizationPolicy, AuthorizationRule, Condition } from '../../security.js';

/** What ztunnel knows of a connection. */
const KNOWN: ReadonlySet<Attribute> = new Set<Attribute>([
  'source.ip',
  'source.namespace',
  'source.principal',
  'source.serviceAccount',
  'destination.ip',
  'destination.port',
]);

/** Whether a condition looks at what ztunnel does not know: HTTP, the client behind other proxies, server names. */
export function isBeyondZtunnel({ attribute }: Condition): boolean {
  return !KNOWN.has(attribute);
}

/**
 * What of a workload's policies its ztunnel enforces: DENY and ALLOW, on connections. It knows no tokens. An ALLOW rule
 * that asks for more does not exist; of a DENY rule that condition is left out, so that it matches more.
 * Source: Istio 1.31, pilot/pkg/serviceregistry/ambient/authorization.go, `handleRule`.
 */
export function ztunnelPolicies(policies: WorkloadPolicies | null): WorkloadPolicies | null {
  const allow = (policies?.allow ?? []).map(withoutRules);
  const deny = (policies?.deny ?? []).filter(({ action }) => action === 'deny').map(withoutConditions); // CUSTOM is none
  return deny.length + allow.length === 0 ? null : { tokens: [], custom: [], audit: [], deny, allow };
}

function withoutRules(policy: AuthorizationPolicy): AuthorizationPolicy {
  const isKnown = ({ from, to, when }: AuthorizationRule) =>
    ![...from.flat(), ...to.flat(), ...when].some(isBeyondZtunnel);
  return { ...policy, rules: policy.rules.filter(isKnown) };
}

function withoutConditions(policy: AuthorizationPolicy): AuthorizationPolicy {
  const known = (conditions: readonly Condition[]) => conditions.filter((condition) => !isBeyondZtunnel(condition));
  const rules = policy.rules.map((rule) => ({
    ...rule,
    from: rule.from.map(known),
    to: rule.to.map(known),
    when: known(rule.when),
  }));
  return { ...policy, rules };
}
