import type { AuthorizationPolicy } from '../../mesh/index.js';
import type { Section } from '../../reading/index.js';
import type { Resource } from '../resource.js';
import { originOf } from '../resource.js';
import { account } from './account.js';
import { translateAuthorizationRule } from './authorization-rule.js';
import { refuse } from './checks.js';
import type { Context } from './context.js';
import { AUTHORIZATION_POLICY_FIELDS, PROVIDER_FIELDS } from './fields/authorization-policy.js';
import { policySelector, policyTargets } from './policy-scope.js';
import { list, section, text } from './read.js';

const ACTIONS: ReadonlyMap<string, AuthorizationPolicy['action']> = new Map([
  ['ALLOW', 'allow'],
  ['DENY', 'deny'],
  ['AUDIT', 'audit'],
  ['CUSTOM', 'custom'],
]);
const DRY_RUN = 'istio.io/dry-run';
/** What Go's strconv.ParseBool takes for true. */
const TRUE = ['1', 't', 'T', 'TRUE', 'true', 'True'];

/**
 * An AuthorizationPolicy.
 * Source: Istio 1.32, pkg/config/validation/validation.go, ValidateAuthorizationPolicy.
 */
export function translateAuthorizationPolicy(resource: Resource, context: Context): AuthorizationPolicy {
  const { section: root, name, namespace, age } = resource;
  const spec = section(root, 'spec');
  account(spec, AUTHORIZATION_POLICY_FIELDS, context);
  const selector = policySelector(spec, context);
  const action = ACTIONS.get(text(spec, 'action') ?? 'ALLOW') ?? 'allow';
  const rules = list(spec, 'rules').map((rule) => translateAuthorizationRule(rule, action, context));
  checkAction(root, spec, action, rules.length > 0);
  const provider = providerOf(spec, action, context);
  const attached = policyTargets(spec);
  const dryRun = TRUE.includes(text(section(section(root, 'metadata'), 'annotations'), DRY_RUN) ?? '');
  return { origin: originOf(root), name, namespace, selector, action, provider, dryRun, rules, age, ...attached };
}

function checkAction(
  root: Section,
  spec: Section | null,
  action: AuthorizationPolicy['action'],
  hasRules: boolean,
): void {
  if (hasRules || (action !== 'deny' && action !== 'custom')) return;
  const what = `${action.toUpperCase()} without rules never matches`;
  refuse(spec ?? root, what, "add 'rules: [{}]' to match every request", 'action');
}

function providerOf(spec: Section | null, action: AuthorizationPolicy['action'], context: Context): string | null {
  const provider = section(spec, 'provider');
  account(provider, PROVIDER_FIELDS, context);
  if (action !== 'custom') {
    if (provider !== null) refuse(spec!, 'a provider goes with action CUSTOM', 'leave it out', 'provider');
    return null;
  }
  const name = text(provider, 'name') ?? '';
  if (name === '') refuse(spec!, 'CUSTOM has no provider', "add 'provider: { name: ... }'", 'action');
  return name;
}
