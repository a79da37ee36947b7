import {
  type AuthorizationPolicy,
  type AuthorizationRule,
  type Condition,
  isHttpOnly,
  type WorkloadPolicies,
} from '../mesh/index.js';
import { permission, principal } from './rbac-condition.js';
import { given, type Message, typed } from './words.js';

/** Those that decide. */
export type Policies = Pick<WorkloadPolicies, 'deny' | 'allow'>;

/**
 * The policies that an exported proxy can enforce. One ALLOW policy that it cannot judge takes the others with it: what
 * they allow is only a part. `knowsPeers`: whether callers show certificates.
 */
export function enforceable({ deny, allow }: Policies, knowsPeers: boolean): Policies {
  const isTold = (policy: AuthorizationPolicy) => conditionsOf(policy).every((each) => isKnown(each, knowsPeers));
  return { deny: deny.filter(isTold), allow: allow.every(isTold) ? allow : [] };
}

/** Filters that enforce policies, for requests or for connections: DENY first, then ALLOW. */
export function rbacFilters({ deny, allow }: Policies, isHttp: boolean): readonly Message[] {
  return [
    ...(deny.length > 0 ? [filter('DENY', deny, isHttp)] : []),
    ...(allow.length > 0 ? [filter('ALLOW', allow, isHttp)] : []),
  ];
}

type Action = 'DENY' | 'ALLOW';

function filter(action: Action, policies: readonly AuthorizationPolicy[], isHttp: boolean): Message {
  const named = policies.flatMap((policy) =>
    policy.rules.flatMap((rule, i) => {
      const written = ruleOf(rule, policy, action, isHttp);
      return written === null ? [] : [[`ns[${policy.namespace}]-policy[${policy.name}]-rule[${i}]`, written] as const];
    }),
  );
  const rules = given({ action, policies: Object.fromEntries(named) });
  return isHttp
    ? typed('envoy.filters.http.rbac', 'envoy.extensions.filters.http.rbac.v3.RBAC', { rules })
    : typed('envoy.filters.network.rbac', 'envoy.extensions.filters.network.rbac.v3.RBAC', {
        stat_prefix: 'tcp.',
        rules,
      });
}

/**
 * On TCP an ALLOW rule that asks what only HTTP knows does not exist; of a DENY rule the condition is left out. Null: there
 * is no such rule.
 * Source: Istio 1.31, pilot/pkg/security/authz/model/model.go.
 */
function ruleOf(
  { from, to, when }: AuthorizationRule,
  { namespace }: AuthorizationPolicy,
  action: Action,
  isHttp: boolean,
): Message | null {
  const all = [...from.flat(), ...to.flat(), ...when];
  if (!isHttp && action === 'ALLOW' && all.some(isHttpOnly)) return null;
  const seen = (conditions: readonly Condition[]) => conditions.filter((each) => isHttp || !isHttpOnly(each));
  const permissions = alternatives(to).map((conditions) => {
    const rules = [...seen(conditions), ...seen(when)].flatMap(permission);
    return { and_rules: { rules: rules.length > 0 ? rules : [{ any: true }] } };
  });
  const principals = alternatives(from).map((conditions) => {
    const ids = [...seen(conditions), ...seen(when)].flatMap((each) => principal(each, namespace));
    return { and_ids: { ids: ids.length > 0 ? ids : [{ any: true }] } };
  });
  return { permissions, principals };
}

function alternatives(written: readonly (readonly Condition[])[]): readonly (readonly Condition[])[] {
  return written.length > 0 ? written : [[]];
}

function conditionsOf({ rules }: AuthorizationPolicy): readonly Condition[] {
  return rules.flatMap(({ from, to, when }) => [...from.flat(), ...to.flat(), ...when]);
}

/** Addresses here are others than in the mesh, and tokens are not verified. */
function isKnown({ attribute }: Condition, knowsPeers: boolean): boolean {
  if (attribute.endsWith('.ip') || attribute.startsWith('request.auth.') || attribute === 'experimental') return false;
  return knowsPeers || !(attribute.startsWith('source.') || attribute === 'connection.sni');
}
