import type { AuthorizationVerdict, RequestFacts, TokenVerdict, WorkloadPolicies } from '../../effective-security.js';
import type { AuthorizationPolicy, AuthorizationRule, Condition } from '../../security.js';
import { holds, isHttpOnly, isUnknown, type Judged } from './condition.js';

/**
 * Judges a request in the order of the filters: a DENY policy that matches denies; without any ALLOW policy all else is
 * allowed; with some, only what one of them matches. What a CUSTOM policy's provider answers is not known: it is taken to
 * allow. AUDIT decides nothing.
 * Source: Istio 1.31, pilot/pkg/security/authz/builder/builder.go.
 */
export function authorize(
  { deny, allow }: Pick<WorkloadPolicies, 'deny' | 'allow'>,
  facts: RequestFacts,
  token: TokenVerdict,
): AuthorizationVerdict {
  const guessed = new Set<Condition>();
  const verified = token.kind === 'valid' ? token : null;
  const matches = (policy: AuthorizationPolicy) =>
    policy.rules.some((rule) =>
      matchesRule(rule, policy, { ...facts, verified, namespace: policy.namespace }, guessed),
    );
  const denies = deny.find(matches) ?? null;
  if (denies !== null) return { allowed: false, by: denies, guessed: [...guessed] };
  const allows = allow.find(matches) ?? null;
  return { allowed: allow.length === 0 || allows !== null, by: allows, guessed: [...guessed] };
}

/**
 * On TCP an ALLOW rule that asks what only HTTP knows does not exist; of any other rule the condition is left out, so that
 * it matches more. Source: as above, model/model.go, `checkError`.
 */
function matchesRule(
  rule: AuthorizationRule,
  { action }: AuthorizationPolicy,
  judged: Judged,
  guessed: Set<Condition>,
): boolean {
  const isTcp = judged.http === null;
  const all = [...rule.from.flat(), ...rule.to.flat(), ...rule.when];
  if (isTcp && action === 'allow' && all.some(isHttpOnly)) return false;
  const areMet = (conditions: readonly Condition[]) =>
    conditions.every((condition) => {
      if (isTcp && isHttpOnly(condition)) return true;
      if (isUnknown(condition, judged)) guessed.add(condition);
      return holds(condition, judged);
    });
  const isOneMet = (alternatives: readonly (readonly Condition[])[]) =>
    alternatives.length === 0 || alternatives.some(areMet);
  return isOneMet(rule.from) && isOneMet(rule.to) && areMet(rule.when);
}
