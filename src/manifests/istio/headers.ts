import type { HeaderOperations } from '../../mesh/index.js';
import type { Section } from '../../reading/index.js';
import { quote } from '../../reading/index.js';
import { account } from './account.js';
import { refuse } from './checks.js';
import { SCHEMA_ERROR } from './codes.js';
import type { Context } from './context.js';
import { HEADER_OPERATIONS_FIELDS, HEADERS_FIELDS } from './fields/virtual-service.js';
import { labels, section, textValues } from './read.js';

/** RFC 9110, section 5.6.2: the characters of a token. */
const HEADER_NAME = /^[-!#$%&'*+.^_`|~0-9A-Za-z]+$/;

/** By which a route's own headers change its retries (Envoy 1.37, source/common/router/retry_state_impl.cc). */
const STEERING: ReadonlySet<string> = new Set([
  'x-envoy-max-retries',
  'x-envoy-retriable-header-names',
  'x-envoy-retriable-status-codes',
  'x-envoy-retry-grpc-on',
  'x-envoy-retry-on',
]);
const STEERS = 'a proxy may take its retries from it, the simulation does not';
const STEERED = "write 'retries' in the rule";

export interface Headers {
  readonly request: HeaderOperations | null;
  readonly response: HeaderOperations | null;
}

/** `headers` of a route or of a destination. Source: Istio 1.32, pkg/config/validation, ValidateHTTPHeaderOperationName. */
export function translateHeaders(parent: Section, context: Context): Headers {
  const headers = section(parent, 'headers');
  account(headers, HEADERS_FIELDS, context);
  return {
    request: translateOperations(headers, 'request', context),
    response: translateOperations(headers, 'response', context),
  };
}

function translateOperations(headers: Section | null, key: string, context: Context): HeaderOperations | null {
  const operations = section(headers, key);
  if (operations === null) return null;
  account(operations, HEADER_OPERATIONS_FIELDS, context);
  return {
    set: translateValues(operations, 'set', key === 'request'),
    add: translateValues(operations, 'add', key === 'request'),
    remove: textValues(operations, 'remove').map(([name, value]) => {
      if (!isHeaderName(name, false)) value.refuse(SCHEMA_ERROR, `${quote(name)} is not a header name`, NAME_HELP);
      else if (name.toLowerCase() === 'host') {
        value.refuse(SCHEMA_ERROR, 'the host cannot be removed', 'leave it out');
      }
      return name;
    }),
  };
}

function translateValues(operations: Section, key: string, authority: boolean): Readonly<Record<string, string>> {
  const values = labels(operations, key);
  for (const [name, value] of Object.entries(values)) {
    const at = section(operations, key)!;
    if (!isHeaderName(name, authority)) refuse(at, `${quote(name)} is not a header name`, NAME_HELP, name);
    if (authority && STEERING.has(name.toLowerCase()))
      at.info('not-modelled', `${quote(name)}: ${STEERS}`, STEERED, name);
    if (!areCommandsClosed(value))
      refuse(at, `${quote(value)} has a '%' that does not end`, "write '%%' for a '%'", name);
  }
  return values;
}

export const NAME_HELP = "write a header's name; of those that begin with ':' only ':authority' can be set";

export function isHeaderName(name: string, authority: boolean): boolean {
  return HEADER_NAME.test(name) || (authority && name.toLowerCase() === ':authority');
}

/** Envoy's command operators come as `%...%`, a `%` itself as `%%`. */
function areCommandsClosed(value: string): boolean {
  return value.split('%').length % 2 === 1;
}
