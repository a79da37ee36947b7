import { type HeaderOperations, isAuthorityName, type StringMatch } from '../mesh/index.js';

/** A message of Envoy's configuration, version 3, as its JSON. */
export type Message = Readonly<Record<string, unknown>>;

/** What Envoy takes for no limit. */
const UNLIMITED = 2 ** 32 - 1;

export function duration(ms: number): string {
  return ms === Infinity ? '0s' : `${ms / 1000}s`;
}

export function limit(most: number): number {
  return Math.min(most, UNLIMITED);
}

/** A share of 0..1 in millionths, the finest that Envoy draws. */
export function fraction(share: number): Message {
  return { numerator: Math.round(share * 1e6), denominator: 'MILLION' };
}

export function percent(value: number): Message {
  return { value };
}

export function typed(name: string, type: string, config: Message): Message {
  return { name, typed_config: { '@type': `type.googleapis.com/${type}`, ...config } };
}

export function socket(address: string, port: number): Message {
  return { socket_address: { address, port_value: port } };
}

/** Without what is null or an empty list. */
export function given(message: Message): Message {
  const isGiven = (value: unknown) => value !== null && value !== undefined && !(Array.isArray(value) && !value.length);
  return Object.fromEntries(Object.entries(message).filter(([, value]) => isGiven(value)));
}

export function stringMatcher(match: Exclude<StringMatch, { readonly kind: 'present' }>): Message {
  return match.kind === 'regex' ? { safe_regex: { regex: match.value } } : { [match.kind]: match.value };
}

/** The fields that carry out operations on headers of requests; the authority is rewritten elsewhere. */
export function headerFields(operations: HeaderOperations | null): Message {
  if (operations === null) return {};
  const option = (append_action: string) => (entry: readonly [string, string]) => ({
    header: { key: entry[0], value: entry[1] },
    append_action,
  });
  const named = (values: Readonly<Record<string, string>>) =>
    Object.entries(values).filter(([name]) => !isAuthorityName(name));
  return given({
    request_headers_to_add: [
      ...named(operations.set).map(option('OVERWRITE_IF_EXISTS_OR_ADD')),
      ...named(operations.add).map(option('APPEND_IF_EXISTS_OR_ADD')),
    ],
    request_headers_to_remove: [...operations.remove],
  });
}
