import type { AuthorizationPolicy, WorkloadPolicies } from '../../../src/mesh/index.js';
import { isHttpOnly } from '../../../src/mesh/index.js';
import type { SentPolicies } from './recording.js';
import { asked } from './words.js';

/** What a waypoint enforces in the words of a recording. Of connections an ALLOW rule cannot ask what only HTTP knows. */
export function projectPolicies({ deny, allow, tokens }: WorkloadPolicies, isHttp: boolean): SentPolicies {
  const allowed = (rule: Rule) => isHttp || ![...rule.from.flat(), ...rule.to.flat(), ...rule.when].some(isHttpOnly);
  const issuers = isHttp ? tokens.flatMap(({ rules }) => rules.map(({ issuer }) => issuer)) : [];
  return asked({ deny: named(deny, () => true), allow: named(allow, allowed), issuers: [...new Set(issuers)].sort() });
}

type Rule = AuthorizationPolicy['rules'][number];

function named(policies: readonly AuthorizationPolicy[], isThere: (rule: Rule) => boolean): readonly string[] {
  return policies
    .flatMap(({ namespace, origin, rules }) =>
      rules.flatMap((rule, i) =>
        isThere(rule) ? [`ns[${namespace}]-policy[${origin.resource.name}]-rule[${i}]`] : [],
      ),
    )
    .sort();
}
