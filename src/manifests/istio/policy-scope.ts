import type { Labels, PolicyTarget } from '../../mesh/index.js';
import type { Section } from '../../reading/index.js';
import { quote } from '../../reading/index.js';
import { originOf } from '../resource.js';
import { account } from './account.js';
import { refuse, selectorLabels, warn } from './checks.js';
import type { Context } from './context.js';
import { SELECTOR_FIELDS } from './fields/authentication.js';
import { list, section, text } from './read.js';

/** What a policy may be attached to, by group. */
const TARGETS: ReadonlyMap<string, readonly string[]> = new Map([
  ['', ['Service']],
  ['core', ['Service']],
  ['networking.istio.io', ['ServiceEntry']],
  ['gateway.networking.k8s.io', ['Gateway', 'GatewayClass']],
]);

const KINDS: readonly PolicyTarget['kind'][] = ['Gateway', 'GatewayClass', 'Service', 'ServiceEntry'];

/**
 * The labels that a policy of security selects by; null: it selects all. Without labels the selector asks for nothing.
 * Source: Istio 1.32, pkg/config/validation/validation.go, validateWorkloadSelector.
 */
export function policySelector(spec: Section | null, context: Context): Labels | null {
  const selector = section(spec, 'selector');
  if (selector === null) return null;
  account(selector, SELECTOR_FIELDS, context);
  const labels = selectorLabels(selector, 'matchLabels');
  if (Object.keys(labels).length > 0) return labels;
  warn(spec!, 'the selector has no labels', 'leave it out: it selects every workload', 'selector');
  return null;
}

/**
 * What the policy is attached to, so that waypoints enforce it and no sidecar does; none: it is not attached.
 * Source: as above, validateOneOfSelectorType and validatePolicyTargetReference.
 */
export function policyTargets(spec: Section | null): { readonly targets?: readonly PolicyTarget[] } {
  if (spec === null) return {};
  const single = section(spec, 'targetRef');
  const several = list(spec, 'targetRefs');
  const keys = [
    ...(spec.has('selector') ? ['selector'] : []),
    ...(single === null ? [] : ['targetRef']),
    ...(several.length === 0 ? [] : ['targetRefs']),
  ];
  for (const key of keys.slice(1)) refuse(spec, `${key} stands beside ${keys[0]}`, 'keep one of them', key);
  const references = [...(single === null ? [] : [single]), ...several];
  const targets = references.map((reference): PolicyTarget => {
    checkReference(reference);
    const kind = KINDS.find((each) => each === text(reference, 'kind')) ?? 'Gateway';
    return { origin: originOf(reference), kind, name: text(reference, 'name') ?? '' };
  });
  return targets.length > 0 ? { targets } : {};
}

function checkReference(reference: Section): void {
  const [group, kind] = [text(reference, 'group') ?? '', text(reference, 'kind') ?? ''];
  if (!(TARGETS.get(group) ?? []).includes(kind)) {
    const what = `${quote(`${group}/${kind}`)} is nothing that a policy can be attached to`;
    refuse(reference, what, 'write a Gateway, GatewayClass, Service or ServiceEntry with its group', 'kind');
  }
  if ((text(reference, 'name') ?? '') === '') refuse(reference, 'the target has no name', "add 'name: ...'", 'name');
  if ((text(reference, 'namespace') ?? '') !== '') {
    refuse(reference, 'a target is always of the own namespace', 'leave the namespace out', 'namespace');
  }
}
