import type { EffectiveAction, EffectiveDestination, EffectiveHost, EffectiveRule } from './effective.js';
import { applyHeaders, authorityOf, joinedHeaders } from './headers.js';
import { matchesRequest, type RequestHead } from './match.js';
import { applyRewrite } from './rewrite.js';
import type { HttpMatch } from './routes.js';

/** The rule that takes a request, and the alternative of its match that holds; null: it takes every request. */
export interface TakingRule {
  readonly rule: EffectiveRule;
  readonly match: HttpMatch | null;
}

/** The first rule that takes the request; null: none does. */
export function takingRule(rules: readonly EffectiveRule[], request: RequestHead): TakingRule | null {
  for (const rule of rules) {
    if (rule.matches.length === 0) return { rule, match: null };
    const match = rule.matches.find((each) => matchesRequest(each, request));
    if (match !== undefined) return { rule, match };
  }
  return null;
}

/** Whether a gateway hears a request in plaintext where it takes TLS, or the other way round. */
export function isMisspoken(found: EffectiveHost, isSecure: boolean): boolean {
  if (found.kind !== 'routes' && found.kind !== 'no-route') return false;
  return found.isTls !== undefined && found.isTls !== isSecure;
}

/** What a hop sees of a request that routes and rewrites can change. */
export type Head = Pick<RequestHead, 'path' | 'authority' | 'headers'>;

/**
 * A request as it is sent on: rewritten, with the headers that the rule and then the destination set, add and remove.
 * The rule's authority comes before the destination's. Mirrors get copies of it.
 * Source: Envoy 1.37, source/common/router/config_impl.cc, `finalizeRequestHeaders`.
 */
export function forwarded(
  { rule, match }: { readonly rule: EffectiveRule | null; readonly match: HttpMatch | null },
  { rewrite, isSplit }: Extract<EffectiveAction, { kind: 'forward' }>,
  destination: EffectiveDestination,
  head: Head,
): Head {
  const { path, authority } = applyRewrite(match, rewrite, head.path, head.authority);
  const own = destination.requestHeaders;
  const fromDestination = rewrite?.authority == null ? authorityOf(own) : null;
  const ofRule = rule?.requestHeaders ?? null;
  const headers = isSplit
    ? applyHeaders(ofRule, applyHeaders(own, head.headers))
    : applyHeaders(joinedHeaders(ofRule, own), head.headers);
  return { path, authority: fromDestination ?? authority, headers };
}
