import type { Value } from '../../reading/index.js';
import { quote } from '../../reading/index.js';
import { isDnsLabel, isIpAddress, isWildcardDnsName } from '../names.js';
import { SCHEMA_ERROR } from './codes.js';

export interface ScopedHost {
  /** `*` any, `.` its own, or a name; in an egress before a `~` of its own. */
  readonly namespace: string;
  readonly host: string;
}

/**
 * Reads `namespace/host`. Without a namespace, which `isOptional` allows, any is meant. A host is `*`, `*.suffix` or a
 * name with a dot: Istio expands no short names here.
 * Source: Istio 1.32, pkg/config/validation, validateNamespaceSlashWildcardHostname.
 */
export function translateScopedHost(written: string, value: Value, isOptional: boolean): ScopedHost {
  const slash = written.indexOf('/');
  const namespace = slash < 0 ? '*' : written.slice(0, slash);
  const host = written.slice(slash + 1);
  const help = isOptional
    ? "write 'bookinfo.com' or 'namespace/bookinfo.com'"
    : "write 'namespace/host', './*' or '*/*'";
  if (slash < 0 && !isOptional) {
    value.refuse(SCHEMA_ERROR, `${quote(written)} has no namespace before a '/'`, help);
  } else if (!isNamespace(namespace, isOptional) || !isHost(host, isOptional)) {
    value.refuse(SCHEMA_ERROR, `${quote(written)} is not a host in a namespace`, help);
  }
  return { namespace, host };
}

function isNamespace(text: string, isGateway: boolean): boolean {
  if (text.startsWith('~') && !isGateway) return text === '~' || isNamespace(text.slice(1), true);
  return text === '*' || text === '.' || isDnsLabel(text);
}

function isHost(text: string, isGateway: boolean): boolean {
  if (isGateway && isIpAddress(text)) return true;
  const isPartial = text.startsWith('*') && !text.startsWith('*.');
  return text === '*' || (isWildcardDnsName(text) && text.includes('.') && !isPartial);
}
