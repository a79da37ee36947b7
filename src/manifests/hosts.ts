/** The domain of every cluster that Drymesh knows. */
const CLUSTER_DOMAIN = 'svc.cluster.local';

/**
 * The full name that Istio takes a host for: a name without any dot is a Service of the resource's own namespace;
 * `reviews.prod` stays as it is, and so finds nothing.
 * Source: Istio 1.32, pilot/pkg/model/virtualservice.go and context.go, ResolveShortnameToFQDN.
 */
export function qualifiedHost(host: string, namespace: string): string {
  return host === '*' || host === '' || host.includes('.') ? host : serviceHost(host, namespace);
}

/** The full name of a Kubernetes Service. */
export function serviceHost(name: string, namespace: string): string {
  return `${name}.${namespace}.${CLUSTER_DOMAIN}`;
}

/**
 * The `namespace/name` of a Gateway that a VirtualService names: `name`, `./name`, `namespace/name`, or the old
 * `name.namespace.svc.cluster.local`; `mesh` stays as it is.
 * Source: Istio 1.32, pilot/pkg/model/virtualservice.go, resolveGatewayName.
 */
export function qualifiedGateway(gateway: string, namespace: string): string {
  if (gateway === 'mesh') return gateway;
  if (gateway.startsWith('./')) return `${namespace}/${gateway.slice(2)}`;
  if (gateway.includes('/')) return gateway;
  const [name, ofNamespace] = gateway.split('.');
  return `${ofNamespace ?? namespace}/${name}`;
}

/** Whether `pattern` (a name, `*` or `*.suffix`) covers `host`, itself perhaps a wildcard. */
export function coversHost(pattern: string, host: string): boolean {
  if (!pattern.startsWith('*')) return pattern === host;
  return host.endsWith(pattern.slice(1)) && (pattern === '*' || host.length >= pattern.length);
}

/** Whether some name is covered by both, as a Gateway's server and a VirtualService's host must. */
export function hostsMeet(a: string, b: string): boolean {
  return coversHost(a, b) || coversHost(b, a);
}
