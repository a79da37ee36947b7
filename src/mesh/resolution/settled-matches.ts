import type { HttpMatch } from '../routes.js';
import type { Labels } from '../service.js';
import { selects } from './labels.js';

/** Whose configuration is made: what istiod knows of a proxy, and of the listener, when it writes routes for it. */
export interface ProxyIdentity {
  readonly namespace: string;
  readonly labels: Labels;
  /** Which gateways it is: `mesh` for a sidecar, else one `namespace/name`. */
  readonly gateway: string;
  /** The port whose listener the routes are for. */
  readonly port: number;
}

/** The conditions on the caller, which hold for all requests of one proxy or for none. */
type CallerConditions = Pick<HttpMatch, 'gateways' | 'port' | 'sourceLabels' | 'sourceNamespace'>;

/**
 * What is left of a rule's matches for this proxy: the alternatives that its requests can fulfil, without the
 * conditions on the caller, up to the first that takes every request. Empty: the rule takes every request; null: none.
 */
export function settledMatches(matches: readonly HttpMatch[], proxy: ProxyIdentity): readonly HttpMatch[] | null {
  if (matches.length === 0) return matches;
  const left = matches.filter((match) => holdsFor(match, proxy)).map(withoutCaller);
  const last = left.findIndex(takesAll);
  const reachable = last < 0 ? left : left.slice(0, last + 1);
  if (reachable.length === 1 && last === 0 && reachable[0]!.uri === null) return [];
  return reachable.length > 0 ? reachable : null;
}

/**
 * Whether a condition on the caller holds for this proxy. Where `gateways` is set, labels and namespace of the caller
 * are not looked at.
 * Source: Istio 1.31, pilot/pkg/networking/core/route/route.go, `sourceMatchHTTP`.
 */
export function holdsFor(match: CallerConditions, proxy: ProxyIdentity): boolean {
  if (match.port !== null && match.port !== proxy.port) return false;
  if (match.gateways.length > 0) return match.gateways.includes(proxy.gateway);
  if (match.sourceNamespace !== null && match.sourceNamespace !== proxy.namespace) return false;
  return selects(match.sourceLabels, proxy.labels);
}

/** Whether a settled match takes every request: routes after it are never reached, and istiod sends none. */
export function takesAll(match: HttpMatch): boolean {
  const { uri } = match;
  const anyPath =
    uri === null || (uri.kind === 'prefix' && uri.value === '/') || (uri.kind === 'regex' && uri.value === '.*');
  const texts = [match.method, match.authority, match.scheme];
  const byName = [match.headers, match.withoutHeaders, match.queryParams];
  return (
    anyPath && texts.every((text) => text === null) && byName.every((matches) => Object.keys(matches).length === 0)
  );
}

function withoutCaller(match: HttpMatch): HttpMatch {
  return { ...match, port: null, gateways: [], sourceLabels: {}, sourceNamespace: null };
}
