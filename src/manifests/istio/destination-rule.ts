import type { DestinationRule, Subset } from '../../mesh/index.js';
import type { Section } from '../../reading/index.js';
import { quote } from '../../reading/index.js';
import { qualifiedHost } from '../hosts.js';
import { isDnsLabel, isWildcardDnsName } from '../names.js';
import type { Resource } from '../resource.js';
import { originOf } from '../resource.js';
import { account } from './account.js';
import { exportTo, refuse, selectorLabels } from './checks.js';
import { SCHEMA_ERROR } from './codes.js';
import type { Context } from './context.js';
import { DESTINATION_RULE_FIELDS, SELECTOR_FIELDS, SUBSET_FIELDS } from './fields/destination-rule.js';
import { list, section, text, textValues } from './read.js';
import { translateTrafficPolicy } from './traffic-policy.js';

/** A DestinationRule. Source: Istio 1.32, pkg/config/validation/validation.go, ValidateDestinationRule. */
export function translateDestinationRule(resource: Resource, context: Context): DestinationRule {
  const { section: root, name, namespace, age } = resource;
  const spec = section(root, 'spec');
  account(spec, DESTINATION_RULE_FIELDS, context);
  return {
    origin: originOf(root),
    name,
    namespace,
    host: hostOf(root, spec, namespace),
    exportTo: exportTo(spec, namespace),
    workloadSelector: workloadSelector(spec, context),
    policy: spec === null ? null : translateTrafficPolicy(spec, context),
    subsets: translateSubsets(spec, context),
    age,
  };
}

function hostOf(root: Section, spec: Section | null, namespace: string): string {
  const host = text(spec, 'host') ?? '';
  const help = "write the name of a service: 'host: reviews'";
  const isReported = spec !== null && !spec.has('host'); // the schema says so
  if (host === '' && !isReported) refuse(spec ?? root, 'the DestinationRule has no host', help, 'host');
  else if (host !== '' && !isWildcardDnsName(host)) refuse(spec!, `${quote(host)} is not a host name`, help, 'host');
  return qualifiedHost(host, namespace);
}

function workloadSelector(spec: Section | null, context: Context): DestinationRule['workloadSelector'] {
  const selector = section(spec, 'workloadSelector');
  if (selector === null) return null;
  account(selector, SELECTOR_FIELDS, context);
  const beyond = textValues(spec, 'exportTo').find(([written]) => written !== '.' && written !== context.namespace);
  beyond?.[1].refuse(SCHEMA_ERROR, 'a rule for some workloads is for its own namespace alone', "write '.', or nothing");
  return selectorLabels(selector, 'matchLabels');
}

function translateSubsets(spec: Section | null, context: Context): readonly Subset[] {
  const seen = new Set<string>();
  return list(spec, 'subsets').map((subset) => {
    account(subset, SUBSET_FIELDS, context);
    const name = text(subset, 'name') ?? '';
    if (subset.has('name') && !isDnsLabel(name)) {
      const help = "write letters, digits and '-', with a letter or digit at both ends";
      refuse(subset, `${quote(name)} is no name for a subset`, help, 'name');
    } else if (seen.has(name))
      refuse(subset, `the subset ${quote(name)} stands here twice`, 'rename or merge them', 'name');
    seen.add(name);
    const labels = selectorLabels(subset, 'labels');
    return { origin: originOf(subset), name, labels, policy: translateTrafficPolicy(subset, context) };
  });
}
