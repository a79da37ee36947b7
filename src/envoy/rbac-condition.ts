import { type Attribute, type Condition, isPathTemplate } from '../mesh/index.js';
import type { Message } from './words.js';

/**
 * What Envoy's RBAC calls a permission: what is called. None where the condition is about who calls.
 * Source: Istio 1.31, pilot/pkg/security/authz/model/generator.go.
 */
export function permission({ attribute, values, notValues }: Condition): readonly Message[] {
  const matcher = PERMISSIONS[attribute];
  if (matcher === undefined) return [];
  const any = (of: readonly string[]) => ({ or_rules: { rules: of.map(matcher) } });
  return [...(values.length > 0 ? [any(values)] : []), ...(notValues.length > 0 ? [{ not_rule: any(notValues) }] : [])];
}

/** What it calls a principal: who calls, and with which headers. `namespace`: the policy's. */
export function principal(condition: Condition, namespace: string): readonly Message[] {
  const { attribute, values, notValues } = condition;
  const matcher = PRINCIPALS[attribute];
  if (matcher === undefined) return [];
  const any = (of: readonly string[]) => ({ or_ids: { ids: of.map((value) => matcher(value, condition, namespace)) } });
  return [...(values.length > 0 ? [any(values)] : []), ...(notValues.length > 0 ? [{ not_id: any(notValues) }] : [])];
}

const SPIFFE = 'spiffe://';

const PERMISSIONS: Partial<Record<Attribute, (value: string) => Message>> = {
  'destination.port': (port) => ({ destination_port: Number(port) }),
  'connection.sni': (pattern) => ({ requested_server_name: textMatcher(pattern) }),
  'request.host': (pattern) => ({ header: headerMatcher(':authority', pattern, { ignore_case: true }) }),
  'request.method': (pattern) => ({ header: headerMatcher(':method', pattern) }),
  'request.path': (pattern) =>
    isPathTemplate(pattern) ? pathTemplate(pattern) : { url_path: { path: textMatcher(pattern) } },
};

type PrincipalMatcher = (value: string, condition: Condition, namespace: string) => Message;

const PRINCIPALS: Partial<Record<Attribute, PrincipalMatcher>> = {
  'source.principal': (pattern) => authenticated(principalMatcher(pattern)),
  'source.namespace': (pattern) => authenticated(regex(`.*/ns/${pattern.split('*').map(literal).join('.*')}/.*`)),
  'source.serviceAccount': (name, _, namespace) => {
    const [ofNamespace, account] = name.includes('/') ? name.split('/', 2) : [namespace, name];
    return authenticated(regex(`${SPIFFE}.+/ns/${literal(ofNamespace!)}/(.+/|)sa/${literal(account!)}(/.+)?`));
  },
  'request.headers': (pattern, { names }) => ({ header: headerMatcher(names[0]!, pattern) }),
};

function principalMatcher(pattern: string): Message {
  if (pattern === '*' || !pattern.startsWith('*')) return textMatcher(pattern === '*' ? pattern : SPIFFE + pattern);
  return regex(`${SPIFFE}.*${literal(pattern.slice(1))}`);
}

function authenticated(name: Message): Message {
  return { authenticated: { principal_name: name } };
}

/** `*` anything but nothing, `abc*` a beginning, `*abc` an end, else the whole. */
function textMatcher(pattern: string, more: Message = {}): Message {
  if (pattern === '*') return regex('.+');
  if (pattern.startsWith('*')) return { suffix: pattern.slice(1), ...more };
  return pattern.endsWith('*') ? { prefix: pattern.slice(0, -1), ...more } : { exact: pattern, ...more };
}

function headerMatcher(name: string, pattern: string, more: Message = {}): Message {
  return pattern === '*' ? { name, present_match: true } : { name, string_match: textMatcher(pattern, more) };
}

function pathTemplate(pattern: string): Message {
  const type = 'type.googleapis.com/envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig';
  const path = pattern.replaceAll('{**}', '**').replaceAll('{*}', '*');
  return { uri_template: { name: 'uri-template', typed_config: { '@type': type, path_template: path } } };
}

function regex(pattern: string): Message {
  return { safe_regex: { regex: pattern } };
}

function literal(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
