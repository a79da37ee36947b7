import type { Service } from '../service.js';

const CLUSTER_DOMAIN = 'svc.cluster.local';

/** A host as it is compared: in lower case, without the dot that ends an absolute name. */
export function normalHost(host: string): string {
  const lower = host.toLowerCase();
  return lower.endsWith('.') ? lower.slice(0, -1) : lower;
}

export function isWildcard(host: string): boolean {
  return host.startsWith('*');
}

/** Whether whatever `host` stands for is one of `pattern`: `*.a.com` covers `x.a.com` and `*.x.a.com`. */
export function covers(pattern: string, host: string): boolean {
  if (pattern === host) return true;
  const suffix = pattern.slice(1);
  return isWildcard(pattern) && host.length > suffix.length && host.endsWith(suffix);
}

/** Whether some host is one of both. */
export function overlaps(a: string, b: string): boolean {
  return covers(a, b) || covers(b, a);
}

/** The narrower of two patterns that overlap, or null when they do not. */
export function intersection(a: string, b: string): string | null {
  if (covers(a, b)) return b;
  return covers(b, a) ? a : null;
}

/**
 * The domains of a service's virtual host in the proxies of `namespace`: `reviews` in its own namespace only,
 * `reviews.shop`, `reviews.shop.svc` and the full name everywhere. The pods of a headless service have theirs below it.
 * Addresses come last.
 * Source: Istio 1.31, pilot/pkg/networking/core/httproute.go, `generateVirtualHostDomains`.
 */
export function serviceDomains(
  service: Pick<Service, 'host' | 'addresses'> & { readonly headless?: boolean },
  namespace: string,
): readonly string[] {
  const host = normalHost(service.host);
  const addresses = service.addresses ?? [];
  const [name, owner, ...rest] = host.split('.');
  if (rest.join('.') !== CLUSTER_DOMAIN || isWildcard(host)) return [host, ...addresses];
  const local = owner === namespace ? [name!] : [];
  const domains = [...local, `${name}.${owner}`, `${name}.${owner}.svc`, host];
  const below = service.headless ? domains.map((domain) => `*.${domain}`) : [];
  return [...domains, ...below, ...addresses];
}

/** The absolute names that a pod of `namespace` tries for `host`, in order: its resolver's search path, then as it is. */
export function searchedNames(namespace: string, host: string): readonly string[] {
  const name = normalHost(host);
  if (host.endsWith('.')) return [name];
  return [`${name}.${namespace}.${CLUSTER_DOMAIN}`, `${name}.${CLUSTER_DOMAIN}`, `${name}.cluster.local`, name];
}
