import { claimsOf, claimTexts } from '../../claims.js';
import type { HttpFacts, RequestFacts } from '../../effective-security.js';
import { pathOnly } from '../../match.js';
import type { Attribute, Condition, JwtRule, Token } from '../../security.js';
import { isInBlock } from './address-block.js';
import { isPathTemplate, matchesPathTemplate } from './path-template.js';
import { matchesGlob, matchesPattern } from './text-pattern.js';
import { textsOf } from './token.js';

/** Only the cluster's own trust domain is known: no MeshConfig is read that could change it. */
const TRUST_DOMAIN = 'cluster.local';

/** A request as it is judged: with the token that was verified, and the rule that took it. */
export interface Judged extends RequestFacts {
  readonly verified: { readonly token: Token; readonly rule: JwtRule } | null;
  /** Of the policy that asks. */
  readonly namespace: string;
}

type Matcher = (value: string, judged: Judged, condition: Condition) => boolean;
type HttpMatcher = (value: string, http: HttpFacts, judged: Judged, condition: Condition) => boolean;

/** Null: it cannot be known. Each matches one of a condition's values. */
const CONNECTION: Partial<Record<Attribute, Matcher>> = {
  'source.ip': (block, { peerAddress }) => peerAddress !== null && isInBlock(block, peerAddress),
  'remote.ip': (block, { clientAddress }) => clientAddress !== null && isInBlock(block, clientAddress),
  'source.principal': (pattern, { peer }) => peer !== null && matchesPattern(pattern, principalOf(peer)),
  'source.namespace': (pattern, { peer }) => peer !== null && matchesGlob(pattern, peer.namespace),
  'source.serviceAccount': (name, { peer, namespace }) => {
    const [ownNamespace, account] = name.includes('/') ? name.split('/') : [namespace, name];
    return peer !== null && peer.namespace === ownNamespace && peer.serviceAccount === account;
  },
  'destination.ip': () => false,
  'destination.port': (port, judged) => Number(port) === judged.port,
  'connection.sni': (pattern, { serverName }) => serverName !== null && matchesPattern(pattern, serverName),
  experimental: () => false,
};

/** What only HTTP knows. */
const HTTP: Partial<Record<Attribute, HttpMatcher>> = {
  'request.host': (pattern, { host }) => matchesPattern(pattern.toLowerCase(), host.toLowerCase()),
  'request.method': (pattern, { method }) => matchesPattern(pattern, method),
  'request.path': (pattern, { path }) => {
    const bare = pathOnly(path);
    return isPathTemplate(pattern) ? matchesPathTemplate(pattern, bare) : matchesPattern(pattern, bare);
  },
  'request.headers': (pattern, http, { verified }, { names }) => {
    const value = headerOf(http, names[0]!, verified?.rule ?? null);
    return value !== null && (pattern === '*' || matchesPattern(pattern, value));
  },
  'request.auth.principal': (pattern, _, judged) => matchesRequestPrincipal(pattern, judged),
  'request.auth.audiences': (pattern, _, judged) => matchesClaim(pattern, judged, ['aud']),
  'request.auth.presenter': (pattern, _, judged) => matchesClaim(pattern, judged, ['azp']),
  'request.auth.claims': (pattern, _, judged, { names }) => matchesClaim(pattern, judged, names),
};

/** Whether a condition looks at what only HTTP knows. */
export function isHttpOnly({ attribute }: Condition): boolean {
  return HTTP[attribute] !== undefined;
}

/** Whether what the condition looks at is not known: no value is then taken to match. */
export function isUnknown({ attribute }: Condition, facts: RequestFacts): boolean {
  if (attribute === 'source.ip') return facts.peerAddress === null;
  if (attribute === 'remote.ip') return facts.clientAddress === null;
  return attribute === 'destination.ip';
}

/** Whether the condition holds. Source: Istio 1.31, pilot/pkg/security/authz/model/generator.go. */
export function holds(condition: Condition, judged: Judged): boolean {
  const { values, notValues } = condition;
  const matches = (value: string) => matchesValue(value, condition, judged);
  return (values.length === 0 || values.some(matches)) && !notValues.some(matches);
}

function matchesValue(value: string, condition: Condition, judged: Judged): boolean {
  const onConnection = CONNECTION[condition.attribute];
  if (onConnection !== undefined) return onConnection(value, judged, condition);
  return judged.http !== null && HTTP[condition.attribute]!(value, judged.http, judged, condition);
}

/** `cluster.local/ns/shop/sa/web`. */
export function principalOf({ namespace, serviceAccount }: NonNullable<RequestFacts['peer']>): string {
  return `${TRUST_DOMAIN}/ns/${namespace}/sa/${serviceAccount}`;
}

/** `rule`: by which the token was verified. One that is not forwarded has been taken off by then. */
function headerOf(
  { method, path, host, headers, token }: HttpFacts,
  name: string,
  rule: JwtRule | null,
): string | null {
  if (name === 'authorization' && token !== null) return rule === null || rule.forwardsToken ? 'Bearer token' : null;
  if (name === ':method') return method;
  if (name === ':path') return path;
  if (name === ':authority' || name === 'host') return host;
  return Object.hasOwn(headers, name) ? headers[name]! : null;
}

/** `issuer/subject`, split at the last slash: an issuer may be an address. */
function matchesRequestPrincipal(pattern: string, { verified }: Judged): boolean {
  if (verified === null) return false;
  const { issuer, claims } = verified.token;
  const [subject = ''] = textsOf(claims.sub);
  if (pattern === '*') return issuer !== '' && subject !== '';
  const slash = pattern.lastIndexOf('/');
  if (slash < 0) {
    if (pattern.startsWith('*')) return issuer !== '' && matchesPattern(pattern, subject);
    return pattern.endsWith('*')
      ? matchesPattern(pattern, issuer) && subject !== ''
      : issuer === pattern && subject === '';
  }
  const [ofIssuer, ofSubject] = [pattern.slice(0, slash), pattern.slice(slash + 1)];
  if (pattern.startsWith('*')) return matchesPattern(ofIssuer, issuer) && subject === ofSubject;
  return issuer === ofIssuer && matchesPattern(ofSubject, subject);
}

function matchesClaim(pattern: string, { verified }: Judged, way: readonly string[]): boolean {
  if (verified === null) return false;
  const claims = claimsOf({ kind: 'valid', ...verified });
  return claimTexts(claims, way).some((text) => matchesPattern(pattern, text));
}
