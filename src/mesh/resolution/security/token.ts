import type { HttpFacts, TokenVerdict } from '../../effective-security.js';
import type { JwtRule, RequestAuthentication, Token } from '../../security.js';

/** Now, in seconds since 1970: simulated time has no date, so that runs are taken to happen at this one. */
export const TOKEN_CLOCK_SECONDS = Date.UTC(2026, 0, 1) / 1000;

/**
 * What the RequestAuthentications of a workload make of a request's token. Any rule that takes it does; a request without
 * one passes, and so does a CORS preflight. A refusal for its audience weighs more than one for its issuer.
 * Source: Istio 1.31, pilot/pkg/security/authn/policy_applier.go, `convertToEnvoyJwtConfig`; Envoy,
 * source/extensions/filters/http/jwt_authn/authenticator.cc, verifier.cc.
 */
export function verifyToken(policies: readonly RequestAuthentication[], http: HttpFacts): TokenVerdict {
  const { token } = http;
  const rules = policies.flatMap((policy) => policy.rules).filter(({ readsBearer }) => readsBearer);
  if (token === null || rules.length === 0 || isPreflight(http)) return { kind: 'none' };
  let status: 401 | 403 = 401;
  for (const rule of rules) {
    const refusal = refusalOf(rule, token);
    if (refusal === null) return { kind: 'valid', rule, token };
    if (refusal === 403) status = 403;
  }
  return { kind: 'refused', status };
}

function refusalOf(rule: JwtRule, { issuer, claims }: Token): 401 | 403 | null {
  if (rule.issuer !== '' && rule.issuer !== issuer) return 401;
  if (typeof claims.exp === 'number' && claims.exp < TOKEN_CLOCK_SECONDS) return 401;
  if (typeof claims.nbf === 'number' && claims.nbf > TOKEN_CLOCK_SECONDS) return 401;
  if (rule.audiences.length === 0) return null;
  const audiences = textsOf(claims.aud);
  return rule.audiences.some((audience) => audiences.some((own) => sameAudience(audience, own))) ? null : 403;
}

/** Scheme and trailing slash do not count. Source: jwt_verify_lib, check_audience.cc. */
function sameAudience(a: string, b: string): boolean {
  const bare = (audience: string) => audience.replace(/^https?:\/\//, '').replace(/\/$/, '');
  return bare(a) === bare(b);
}

function isPreflight({ method, headers }: HttpFacts): boolean {
  const asks = (name: string) => (Object.hasOwn(headers, name) ? headers[name] !== '' : false);
  return method === 'OPTIONS' && asks('origin') && asks('access-control-request-method');
}

/** A claim that is a text or a list of texts. */
export function textsOf(claim: unknown): readonly string[] {
  if (typeof claim === 'string') return [claim];
  return Array.isArray(claim) ? claim.filter((entry) => typeof entry === 'string') : [];
}
