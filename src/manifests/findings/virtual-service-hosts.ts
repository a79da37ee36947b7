import type { Gateway, RouteSet } from '../../mesh/index.js';
import { hostsMeet } from '../hosts.js';
import type { Findings } from './findings.js';
import { field } from './findings.js';
import type { MeshView } from './mesh-view.js';
import { isVisible } from './mesh-view.js';

const MESH = 'mesh';

/**
 * Hosts that more than one VirtualService claims: in the mesh the oldest alone counts (IST0109), at a gateway their
 * rules are merged (KIA1106). And hosts that no server of the named Gateway takes (IST0132).
 * Source: Istio 1.32, analyzers/virtualservice/conflictingmeshgatewayhosts.go and gateways.go; Kiali, KIA1106.
 */
export function findHostConflicts({ mesh }: MeshView, findings: Findings): void {
  for (const [i, routeSet] of mesh.routeSets.entries()) {
    routeSet.hosts.forEach((host, h) => {
      const others = mesh.routeSets.filter((other, j) => j !== i && other.hosts.includes(host));
      reportSharedHost(routeSet, host, h, others, findings);
    });
    routeSet.gateways.forEach((name, g) => {
      const gateway = mesh.gateways.find((candidate) => `${candidate.namespace}/${candidate.name}` === name);
      if (gateway === undefined || routeSet.hosts.length === 0 || isServed(routeSet, gateway)) return;
      const what = `no server of the Gateway '${name}' takes ${routeSet.hosts.map((host) => `'${host}'`).join(', ')}`;
      findings.warning(
        'IST0132',
        field(routeSet, 'spec', 'gateways', g),
        what,
        "add the host to the Gateway's servers",
      );
    });
  }
}

function reportSharedHost(
  routeSet: RouteSet,
  host: string,
  index: number,
  others: readonly RouteSet[],
  findings: Findings,
): void {
  const at = field(routeSet, 'spec', 'hosts', index);
  const rivals = others.filter((other) => areBothInMesh(routeSet, other) && canMeet(routeSet, other));
  if (rivals.length > 0) {
    const help = 'merge them: sidecars use the oldest alone';
    findings.error('IST0109', at, `'${host}' is also a host of ${namesOf(rivals)}`, help);
  }
  const merged = others.filter((other) => shareGateway(routeSet, other));
  if (merged.length === 0) return;
  const help = 'the gateway joins their rules by age: merge them if order matters';
  findings.warning('KIA1106', at, `'${host}' at the same gateway is also a host of ${namesOf(merged)}`, help);
}

function areBothInMesh(a: RouteSet, b: RouteSet): boolean {
  return a.gateways.includes(MESH) && b.gateways.includes(MESH);
}

function shareGateway(a: RouteSet, b: RouteSet): boolean {
  return a.gateways.some((gateway) => gateway !== MESH && b.gateways.includes(gateway));
}

/** Whether somebody sees both. */
function canMeet(a: RouteSet, b: RouteSet): boolean {
  const namespaces = [...a.exportTo, ...b.exportTo].filter((to) => to !== '*' && to !== '.');
  return [...namespaces, a.namespace, b.namespace, ''].some((name) => isVisible(a, name) && isVisible(b, name));
}

function namesOf(routeSets: readonly RouteSet[]): string {
  return routeSets.map(({ namespace, name }) => `VirtualService ${namespace}/${name}`).join(', ');
}

function isServed({ namespace, hosts }: RouteSet, { servers }: Gateway): boolean {
  const offered = servers.flatMap((server) => server.hosts);
  const open = offered.filter((offer) => offer.namespace === '*' || offer.namespace === namespace);
  return hosts.some((host) => open.some((offer) => hostsMeet(offer.host, host)));
}
