import type { Attribute, AuthorizationPolicy, AuthorizationRule, Condition } from '../../mesh/index.js';
import type { Section } from '../../reading/index.js';
import { originOf } from '../resource.js';
import { account } from './account.js';
import { checkAttributeValues, checkPathTemplates } from './authorization-values.js';
import { refuse, warn } from './checks.js';
import type { Context } from './context.js';
import {
  AUTHORIZATION_RULE_FIELDS,
  FROM_FIELDS,
  OPERATION_FIELDS,
  SOURCE_FIELDS,
  TO_FIELDS,
} from './fields/authorization-policy.js';
import { list, section, texts } from './read.js';
import { translateWhen } from './when.js';

/** A field, the one that negates it, and what it looks at. */
type Pair = readonly [field: string, notField: string, attribute: Attribute];

const SOURCE: readonly Pair[] = [
  ['principals', 'notPrincipals', 'source.principal'],
  ['requestPrincipals', 'notRequestPrincipals', 'request.auth.principal'],
  ['namespaces', 'notNamespaces', 'source.namespace'],
  ['serviceAccounts', 'notServiceAccounts', 'source.serviceAccount'],
  ['ipBlocks', 'notIpBlocks', 'source.ip'],
  ['remoteIpBlocks', 'notRemoteIpBlocks', 'remote.ip'],
];
const OPERATION: readonly Pair[] = [
  ['hosts', 'notHosts', 'request.host'],
  ['methods', 'notMethods', 'request.method'],
  ['paths', 'notPaths', 'request.path'],
  ['ports', 'notPorts', 'destination.port'],
];
/** What an external provider cannot be asked about: the filter is before those that find it out. */
const NOT_WITH_CUSTOM: readonly Attribute[] = [
  'source.principal',
  'source.namespace',
  'source.serviceAccount',
  'request.auth.principal',
  'request.auth.audiences',
  'request.auth.presenter',
  'request.auth.claims',
];

/** An entry of `rules`. Source: Istio 1.32, pkg/config/validation/validation.go, ValidateAuthorizationPolicy. */
export function translateAuthorizationRule(
  rule: Section,
  action: AuthorizationPolicy['action'],
  context: Context,
): AuthorizationRule {
  account(rule, AUTHORIZATION_RULE_FIELDS, context);
  const from = list(rule, 'from').map((entry) => {
    account(entry, FROM_FIELDS, context);
    return conditionsIn(entry, 'source', SOURCE, SOURCE_FIELDS, context);
  });
  const to = list(rule, 'to').map((entry) => {
    account(entry, TO_FIELDS, context);
    return conditionsIn(entry, 'operation', OPERATION, OPERATION_FIELDS, context);
  });
  const when = list(rule, 'when').flatMap((entry) => translateWhen(entry, context) ?? []);
  const translated = { origin: originOf(rule), from, to, when };
  if (action === 'custom') checkCustom(rule, translated);
  if (action === 'deny') warnOfTcpPorts(rule, translated);
  return translated;
}

function conditionsIn(
  entry: Section,
  key: string,
  pairs: readonly Pair[],
  fields: Parameters<typeof account>[1],
  context: Context,
): readonly Condition[] {
  const node = section(entry, key);
  account(node, fields, context);
  const conditions = pairs.flatMap((pair) => (node === null ? [] : (conditionOf(node, pair) ?? [])));
  if (conditions.length === 0) refuse(entry, `the ${key} says nothing`, 'leave the entry out, or fill it', key);
  if (node !== null && key === 'source') checkServiceAccounts(node, conditions);
  return conditions;
}

function conditionOf(node: Section, [field, notField, attribute]: Pair): Condition | null {
  const [values, notValues] = [texts(node, field), texts(node, notField)];
  if (values.length === 0 && notValues.length === 0) return null;
  for (const key of [field, notField]) {
    checkAttributeValues(node, key, attribute);
    if (attribute === 'request.path') checkPathTemplates(node, key);
  }
  const written = node.value(values.length > 0 ? field : notField)!;
  return { origin: originOf(written), attribute, names: [], values, notValues };
}

function checkServiceAccounts(node: Section, conditions: readonly Condition[]): void {
  const has = (attribute: Attribute) => conditions.some((condition) => condition.attribute === attribute);
  if (!has('source.serviceAccount') || !(has('source.principal') || has('source.namespace'))) return;
  refuse(node, 'serviceAccounts stands beside namespaces or principals', 'keep one of them');
}

function checkCustom(rule: Section, { from, when }: AuthorizationRule): void {
  for (const { attribute } of [...from.flat(), ...when]) {
    if (NOT_WITH_CUSTOM.includes(attribute))
      refuse(rule, `action CUSTOM cannot look at ${attribute}`, 'leave the condition out');
  }
}

/** A condition that TCP knows nothing of is left out there, so that the rule denies more. */
function warnOfTcpPorts(rule: Section, { from, to }: AuthorizationRule): void {
  const isOnTcp = ({ attribute }: Condition) => attribute !== 'request.auth.principal';
  const asksTcpFrom = from.flat().some(isOnTcp);
  const asksTcpTo = to.flat().some(({ attribute }) => attribute === 'destination.port');
  if (!((from.length > 0 && to.length === 0 && !asksTcpFrom) || (to.length > 0 && !asksTcpTo))) return;
  warn(rule, 'of TCP ports this DENY rule denies all: it asks only what HTTP knows', "add 'ports' to its operations");
}
