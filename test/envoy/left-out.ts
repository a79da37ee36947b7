import type { Held } from '../validation/istiod/held.js';
import type { Recording } from '../validation/istiod/recording.js';
import { asked } from '../validation/istiod/words.js';

/** Where istiod sends what only the interception of a pod's connections knows: an export has none. */
const INTERCEPTED = ['PassthroughCluster', 'BlackHoleCluster'];
/** What Envoy does with nothing written, which an export writes: see `held`. */
const DEFAULTS: Readonly<Record<string, number>> = { idleTimeoutMs: 3_600_000, streams: 1024 };

/** Of a port over UDP istiod sends a cluster to which nothing leads. */
export const UDP = '53';

/** TLS that a DestinationRule asks for, with certificates and names that no Mesh knows: the export says that it is left out. */
const ORIGINATED = ['simple', 'mutual'];

/** What is compared of a proxy. */
export type Exportable = Pick<Held, 'http' | 'tcp' | 'clusters' | 'inbound' | 'endpoints'>;

/**
 * What an exported proxy can have of what istiod sends. Left out: the virtual host that lets requests to unknown hosts
 * pass, clusters that no route names, how a cluster finds its endpoints, and of one that goes where the application has
 * looked up (`passedOn`) its balancer and endpoints: an export lists them all.
 */
export function exportable(
  { http, tcp, clusters, endpoints, inbound }: Held,
  passedOn: ReadonlySet<string>,
): Exportable {
  const routed = mapValues(http, (hosts) =>
    Object.fromEntries(Object.entries(hosts).filter(([, host]) => !isIntercepted(host))),
  );
  const connections = mapValues(tcp, (to) => (isIntercepted(to) ? null : to));
  const text = JSON.stringify([routed, connections]);
  const isNamed = ([name]: readonly [string, unknown]) => text.includes(JSON.stringify(name));
  return {
    http: asked(routed) as Held['http'],
    tcp: connections,
    clusters: mapValues(Object.fromEntries(Object.entries(clusters).filter(isNamed)), (cluster, name) =>
      withoutDiscovery(cluster, passedOn.has(name)),
    ),
    inbound: mapValues(
      Object.fromEntries(Object.entries(inbound).filter(([port]) => port !== UDP)),
      (cluster) => cluster && withoutDefaults(cluster),
    ),
    endpoints: Object.fromEntries(
      Object.entries(endpoints).filter(([name, groups]) => isNamed([name, groups]) && !passedOn.has(name)),
    ),
  };
}

/** The clusters that go where the application has looked up. */
export function passedOnIn({ proxies }: Recording, proxy: string): ReadonlySet<string> {
  const clusters = Object.entries(proxies[proxy]!.clusters);
  return new Set(clusters.filter(([, { balancer }]) => balancer === 'CLUSTER_PROVIDED').map(([name]) => name));
}

function isIntercepted(to: object | string | null): boolean {
  return INTERCEPTED.some((name) => JSON.stringify(to).includes(JSON.stringify(name)));
}

function withoutDiscovery(cluster: object, isPassedOn: boolean): object {
  const { type: _, balancer, panicPercent, tls, ...rest } = cluster as Record<string, unknown>;
  const kept = { ...rest, ...(!ORIGINATED.includes(String(tls)) && { tls }) };
  return isPassedOn ? kept : { ...kept, balancer, panicPercent };
}

function withoutDefaults(cluster: object): object | null {
  const said = Object.entries(cluster).filter(([key, value]) => DEFAULTS[key] !== value);
  return said.length === 0 ? null : Object.fromEntries(said);
}

function mapValues<T, U>(values: Readonly<Record<string, T>>, map: (value: T, key: string) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, map(value, key)]));
}
