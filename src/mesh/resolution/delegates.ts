import { delegatedMirroring } from '../mirrors.js';
import type { HttpRoute, RouteSet } from '../routes.js';
import { joinNames, mergeMatches } from './delegate-match.js';
import { isExportedTo } from './export-to.js';

/**
 * The route sets that have hosts, with every delegating rule replaced by the rules of its delegate. One level: a
 * delegate's own delegating rules are dropped, and so is a rule whose delegate does not exist or is not exported to it.
 * Source: Istio 1.31, pilot/pkg/model/virtualservice.go, `mergeVirtualServicesIfNeeded`.
 */
export function withoutDelegates(routeSets: readonly RouteSet[]): readonly RouteSet[] {
  const delegates = new Map<string, RouteSet>();
  for (const set of routeSets) if (set.hosts.length === 0) delegates.set(`${set.namespace}/${set.name}`, set);
  const rulesOf = (root: RouteSet, route: HttpRoute): readonly HttpRoute[] => {
    if (route.action.kind !== 'delegate') return [route];
    const delegate = delegates.get(`${route.action.namespace}/${route.action.name}`);
    if (delegate === undefined || !isExportedTo(root.namespace, delegate.namespace, delegate.exportTo)) return [];
    return delegate.http.flatMap((leaf) => delegated(route, leaf));
  };
  return routeSets
    .filter((set) => set.hosts.length > 0)
    .map((set) => ({ ...set, http: set.http.flatMap((route) => rulesOf(set, route)) }));
}

/** The delegate's rule within the root's; what it leaves unset it takes from the root's, each field as a whole. */
function delegated(root: HttpRoute, leaf: HttpRoute): readonly HttpRoute[] {
  const matches = mergeMatches(root.matches, leaf.matches);
  if (matches === null || leaf.action.kind === 'delegate') return [];
  const headers = leaf.requestHeaders === null && leaf.responseHeaders === null ? root : leaf;
  const rule: HttpRoute = {
    origin: leaf.origin,
    name: joinNames(root.name, leaf.name),
    matches,
    action: leaf.action,
    timeoutMs: leaf.timeoutMs ?? root.timeoutMs,
    retries: leaf.retries ?? root.retries,
    fault: leaf.fault ?? root.fault,
    cors: leaf.cors ?? root.cors,
    mirroring: delegatedMirroring(root.mirroring, leaf.mirroring),
    rewrite: leaf.rewrite ?? root.rewrite,
    requestHeaders: headers.requestHeaders,
    responseHeaders: headers.responseHeaders,
  };
  return [rule];
}
