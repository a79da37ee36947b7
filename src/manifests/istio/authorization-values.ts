import type { Attribute } from '../../mesh/index.js';
import type { Section } from '../../reading/index.js';
import { quote } from '../../reading/index.js';
import { isAddressOrBlock } from '../names.js';
import { SCHEMA_ERROR } from './codes.js';
import { textValues } from './read.js';

const MOST_SERVICE_ACCOUNTS = 16;
const SERVICE_ACCOUNT_CHARS_MAX = 320;
const SERVICE_ACCOUNT = /^[^/*]+(?:\/[^/*]+)?$/;
/** RFC 3986, pchar, but for '*', which has another meaning here. */
const LITERAL = /^[a-zA-Z0-9\-._~%!$&'()+,;:@=]+$/;
const TEMPLATES = ['{*}', '{**}'];

/**
 * What the values of a list may be. None may be empty.
 * Source: Istio 1.32, pkg/config/security/security.go, ValidateAttribute, CheckServiceAccount.
 */
export function checkAttributeValues(node: Section, key: string, attribute: Attribute): void {
  const values = textValues(node, key);
  if (attribute === 'source.serviceAccount' && values.length > MOST_SERVICE_ACCOUNTS) {
    values[0]![1].refuse(SCHEMA_ERROR, `${values.length} service accounts are too many`, 'at most 16: split the rule');
  }
  for (const [written, value] of values) {
    const help = written === '' ? 'leave it out' : helpFor(attribute, written);
    if (help !== null) value.refuse(SCHEMA_ERROR, `${quote(written)} cannot stand in ${key}`, help);
  }
}

/** Null: nothing is wrong. */
function helpFor(attribute: Attribute, written: string): string | null {
  switch (attribute) {
    case 'source.ip':
    case 'remote.ip':
    case 'destination.ip':
      return isAddressOrBlock(written) ? null : "write an address or a block, such as '10.0.0.0/8'";
    case 'destination.port':
      return /^\d+$/.test(written) && Number(written) <= 65_535 ? null : 'write a port of the pods, in quotes';
    case 'source.serviceAccount': {
      const isName = SERVICE_ACCOUNT.test(written) && written.length <= SERVICE_ACCOUNT_CHARS_MAX;
      return isName ? null : "write 'name' or 'namespace/name'";
    }
    default:
      return null;
  }
}

/** `{*}` stands for one segment, `{**}`, the last operator, for any number. Source: as above, CheckValidPathTemplate. */
export function checkPathTemplates(node: Section, key: string): void {
  for (const [written, value] of textValues(node, key)) {
    const refuse = (what: string, help: string) => value.refuse(SCHEMA_ERROR, `${quote(written)} ${what}`, help);
    const segments = written.replaceAll(/^\/+|\/+$/g, '').split('/');
    const hasTemplate = TEMPLATES.some((template) => written.includes(template));
    const wide = segments.indexOf('{**}');
    const others = segments.filter((segment) => !TEMPLATES.includes(segment));
    if (wide >= 0 && segments.slice(wide + 1).some((segment) => TEMPLATES.includes(segment))) {
      refuse('has an operator after {**}', 'let {**} be the last');
    } else if (others.some((segment) => /[{}]/.test(segment))) {
      refuse('has braces that are no operator', "write '{*}' or '{**}' as a whole segment");
    } else if (hasTemplate && others.some((segment) => !LITERAL.test(segment))) {
      refuse('has a segment that cannot stand beside an operator', "leave '*' and empty segments out");
    }
  }
}
