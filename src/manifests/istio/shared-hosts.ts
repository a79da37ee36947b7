import { groupBy, type Labels, type Service, type ServicePort, type StaticEndpoint } from '../../mesh/index.js';
import { isIpAddress } from '../names.js';

/**
 * Hosts of ServiceEntries that several of one namespace declare. Each has the endpoints of all, at its ports that have the
 * name of one of theirs; those that are alike in how they are resolved, whom they select, who sees them and in their own
 * labels (`labelsOf`) are one, the oldest, with the ports that it lacks. Of those that are not alike a proxy knows one, and
 * has routes for the ports of the others, but no clusters.
 * Source: Istio 1.31, pilot/pkg/model/sidecar.go, `appendSidecarServices`, `canMergeServices`; push_context.go,
 * `initServiceRegistry`.
 */
export function mergeSharedHosts(
  services: readonly Service[],
  labelsOf: (service: Service) => Labels,
): readonly Service[] {
  const byHost = groupBy(services, ({ namespace, host }) => JSON.stringify([namespace, host]));
  return [...byHost.values()].flatMap((entries) => (entries.length === 1 ? entries : joined(entries, labelsOf)));
}

function joined(entries: readonly Service[], labelsOf: (service: Service) => Labels): readonly Service[] {
  const inOrder = entries.toSorted((a, b) => Number(isPublic(a)) - Number(isPublic(b)) || a.age - b.age);
  const alike = groupBy(inOrder, (entry) => kindOf(entry, labelsOf(entry)));
  const merged = [...alike.values()].map((each) => ({ ...each[0]!, ports: union(each.map(({ ports }) => ports)) }));
  return merged.map((service, i) => {
    const endpoints = inOrder.flatMap((entry) => (canLend(entry, service) ? lent(entry, service) : []));
    const others = merged.slice(i + 1).filter((other) => isSeenWith(other, service));
    const orphans = others.flatMap(({ ports }) => ports.map((port) => ({ ...port, isWithoutCluster: true as const })));
    return { ...service, ports: union([service.ports, orphans]), endpoints };
  });
}

function kindOf({ resolution, selector, exportTo }: Service, labels: Labels): string {
  return JSON.stringify([resolution, selector && sorted(selector), exportTo.toSorted(), sorted(labels)]);
}

function sorted(labels: Labels): readonly (readonly [string, string])[] {
  return Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The first of each number. */
function union(lists: readonly (readonly ServicePort[])[]): readonly ServicePort[] {
  const byNumber = groupBy(lists.flat(), ({ number }) => number);
  return [...byNumber.values()].map(([first]) => first!);
}

/** Entries that are exported by name come first where both are seen. */
function isPublic({ exportTo }: Service): boolean {
  return exportTo.length === 0 || exportTo.includes('*');
}

/** Whether who sees `service` sees `other` too. */
function isSeenWith(other: Service, service: Service): boolean {
  return isPublic(other) || service.exportTo.every((to) => other.exportTo.includes(to));
}

/** What a selector finds stays with its own entry: see `findSelectorsApart`. */
function canLend(entry: Service, service: Service): boolean {
  return service.selector === null && entry.selector === null;
}

/** The endpoints of `entry` at the ports of `service`; names are none where nothing is looked up. */
function lent(entry: Service, service: Service): readonly StaticEndpoint[] {
  const isLookedUp = service.resolution !== 'static';
  const fitting = entry.endpoints.filter(({ address }) => isLookedUp || isIpAddress(address));
  return fitting.map((each) => atPorts(each, entry, service.ports)).filter(({ ports }) => ports?.length !== 0);
}

/** An endpoint of `entry` serves those of `ports` that have the name of one of the entry's. */
function atPorts(endpoint: StaticEndpoint, entry: Service, ports: readonly ServicePort[]): StaticEndpoint {
  const names = entry.ports.map(({ name }) => name);
  const served = ports.filter(({ name }) => names.includes(name));
  return served.length === ports.length ? endpoint : { ...endpoint, ports: served.map(({ number }) => number) };
}
