import type { TokenVerdict } from './effective-security.js';
import { textsOf } from './resolution/security/token.js';

/** What a match on a claim is written as, in place of a header's name. */
const CLAIM_PREFIX = '@request.auth.claims';
const ALWAYS_SPACE_DELIMITED = ['permission', 'scope'];

/** The claims of a verified token, as policies and routes see them. JSON values. */
export type Claims = Readonly<Record<string, unknown>>;

/** With the issuer, and lists in place of words with spaces between. Envoy: `normalize_payload_in_metadata`. */
export function claimsOf({ token, rule }: Extract<TokenVerdict, { kind: 'valid' }>): Claims {
  const claims: Record<string, unknown> = { ...token.claims, iss: token.issuer };
  for (const name of [...ALWAYS_SPACE_DELIMITED, ...rule.spaceDelimitedClaims]) {
    const words = Object.hasOwn(claims, name) ? claims[name] : null;
    if (typeof words === 'string') claims[name] = words.split(' ');
  }
  return claims;
}

/** The texts of a claim within claims: any may match. None: it is not there, or no text. */
export function claimTexts(claims: Claims | null, way: readonly string[]): readonly string[] {
  let claim: unknown = claims;
  for (const name of way) {
    if (typeof claim !== 'object' || claim === null || !Object.hasOwn(claim, name)) return [];
    claim = (claim as Claims)[name];
  }
  return textsOf(claim);
}

/** Whether a header's name in a match is meant for a claim, well-formed or not. */
export function asksForClaim(name: string): boolean {
  return name.toLowerCase().startsWith(CLAIM_PREFIX);
}

/**
 * The claim that a header's name in a match stands for, `@request.auth.claims[a][b]` or `@request.auth.claims.a.b`; null:
 * none. Source: Istio 1.31, pkg/jwt/routing.go, `ToRoutingClaim`.
 */
export function claimWay(name: string): readonly string[] | null {
  if (!asksForClaim(name)) return null;
  const way = name.slice(CLAIM_PREFIX.length);
  if (way.length > 1 && way.startsWith('.')) return way.slice(1).split('.');
  return way.length > 2 && way.startsWith('[') && way.endsWith(']') ? way.slice(1, -1).split('][') : null;
}
