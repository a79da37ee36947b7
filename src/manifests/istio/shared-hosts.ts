import type { Service, ServicePort, StaticEndpoint } from '../../mesh/index.js';

/**
 * Hosts of ServiceEntries, with those of one name in one namespace made one: the oldest, with the endpoints of all, each at
 * the ports that its own entry names, and the ports that it lacks. Those that differ in how they are resolved, in whom
 * they select or in who sees them stay apart.
 * Source: Istio 1.31, pilot/pkg/model/sidecar.go, `canMergeServices`; push_context.go, `initServiceRegistry`.
 */
export function mergeSharedHosts(services: readonly Service[]): readonly Service[] {
  const merged = new Map<string, Service>();
  for (const service of services) {
    const { namespace, host, resolution, selector, exportTo } = service;
    const key = JSON.stringify([namespace, host, resolution, selector, exportTo]);
    const other = merged.get(key);
    const [older, younger] = other !== undefined && other.age <= service.age ? [other, service] : [service, other];
    merged.set(key, younger === undefined ? service : merge(older, younger));
  }
  return [...merged.values()];
}

function merge(older: Service, younger: Service): Service {
  const numbers = new Set(older.ports.map(({ number }) => number));
  const ports = [...older.ports, ...younger.ports.filter(({ number }) => !numbers.has(number))];
  const endpoints = [older, younger].flatMap((service) =>
    service.endpoints.map((each) => atPorts(each, service, ports)),
  );
  return { ...older, ports, endpoints };
}

/** An endpoint of `entry` serves those of `ports` that have the name of one of the entry's. */
function atPorts(endpoint: StaticEndpoint, entry: Service, ports: readonly ServicePort[]): StaticEndpoint {
  const own = endpoint.ports?.map((number) => entry.ports.find((port) => port.number === number)!) ?? entry.ports;
  const names = own.map(({ name }) => name);
  const served = ports.filter(({ name }) => names.includes(name));
  return served.length === ports.length ? endpoint : { ...endpoint, ports: served.map(({ number }) => number) };
}
