import type { Attribute, Condition } from '../../mesh/index.js';
import type { Section } from '../../reading/index.js';
import { quote } from '../../reading/index.js';
import { originOf } from '../resource.js';
import { account } from './account.js';
import { checkAttributeValues } from './authorization-values.js';
import { refuse } from './checks.js';
import type { Context } from './context.js';
import { WHEN_FIELDS } from './fields/authorization-policy.js';
import { text, texts } from './read.js';

const PLAIN: readonly Attribute[] = [
  'source.ip',
  'remote.ip',
  'source.principal',
  'source.namespace',
  'source.serviceAccount',
  'request.auth.principal',
  'request.auth.audiences',
  'request.auth.presenter',
  'destination.ip',
  'destination.port',
  'connection.sni',
];
const NAMED: readonly (readonly [prefix: string, attribute: Attribute])[] = [
  ['request.headers', 'request.headers'],
  ['request.auth.claims', 'request.auth.claims'],
  ['request.experimental.inline.headers', 'experimental'],
  ['experimental.envoy.filters.', 'experimental'],
];

/**
 * An entry of `when`; null when its key is none.
 * Source: Istio 1.32, pkg/config/security/security.go, ValidateAttribute.
 */
export function translateWhen(entry: Section, context: Context): Condition | null {
  account(entry, WHEN_FIELDS, context);
  const key = text(entry, 'key') ?? '';
  const [values, notValues] = [texts(entry, 'values'), texts(entry, 'notValues')];
  if (values.length === 0 && notValues.length === 0) {
    refuse(entry, `the condition on ${quote(key)} has no values`, "add 'values: [...]'", 'key');
  }
  const known = attributeOf(key);
  if (known === null) {
    const help = 'write one such as request.headers[x-user], source.namespace or request.auth.claims[sub]';
    refuse(entry, `${quote(key)} is nothing that a condition can look at`, help, 'key');
    return null;
  }
  const { attribute, names } = known;
  for (const list of ['values', 'notValues']) checkAttributeValues(entry, list, attribute);
  if (attribute === 'experimental') {
    entry.info('not-modelled', `${quote(key)} is not modelled`, 'no value is taken to match', 'key');
  }
  return { origin: originOf(entry), attribute, names, values, notValues };
}

/** `request.auth.claims[a][b]` is the claim b of the claim a. */
function attributeOf(key: string): { readonly attribute: Attribute; readonly names: readonly string[] } | null {
  const plain = PLAIN.find((attribute) => attribute === key);
  if (plain !== undefined) return { attribute: plain, names: [] };
  const named = NAMED.find(([prefix]) => key.startsWith(prefix));
  const brackets = /^[^[]+\[(.+)\]$/.exec(key);
  if (named === undefined || brackets === null) return null;
  const [, attribute] = named;
  if (attribute === 'request.headers') return { attribute, names: [brackets[1]!.toLowerCase()] };
  return { attribute, names: brackets[1]!.split('][') };
}
