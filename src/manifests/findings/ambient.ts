import type { Service } from '../../mesh/index.js';
import { coversHost } from '../hosts.js';
import { type Findings, field } from './findings.js';
import type { MeshView } from './mesh-view.js';

const HELP = "label the Service 'istio.io/use-waypoint: NAME' with a waypoint, or leave this out";

/**
 * Says which VirtualServices and DestinationRules callers in ambient mode know nothing of: those for services in ambient
 * mode that have no waypoint. Sidecars and gateways apply them all the same.
 */
export function findAmbientSurprises(view: MeshView, findings: Findings): void {
  const { routeSets, destinationRules } = view.mesh;
  const bare = ambientServices(view).filter(({ waypoint }) => waypoint === undefined);
  if (bare.length === 0) return;
  for (const set of routeSets) {
    const at = set.gateways.includes('mesh')
      ? set.hosts.findIndex((host) => bare.some((service) => coversHost(host, service.host)))
      : -1;
    if (at < 0) continue;
    const what = `callers in ambient mode know nothing of this: ${nameOf(set.hosts[at]!, bare)} has no waypoint`;
    findings.warning('KIA1109', field(set, 'spec', 'hosts', at), what, HELP);
  }
  for (const rule of destinationRules) {
    if ((rule.policy === null && rule.subsets.length === 0) || !bare.some(({ host }) => coversHost(rule.host, host))) {
      continue;
    }
    const what = `callers in ambient mode know nothing of this: ${nameOf(rule.host, bare)} has no waypoint`;
    findings.warning('KIA0210', field(rule, 'spec', 'host'), what, HELP);
  }
}

/** Services of which some pods are in ambient mode. */
function ambientServices(view: MeshView): readonly Service[] {
  if (!view.mesh.workloads.some(({ ambient }) => ambient)) return [];
  return view.mesh.services.filter((service) => view.pods(service).some(({ ambient }) => ambient));
}

function nameOf(host: string, services: readonly Service[]): string {
  return services.find((service) => coversHost(host, service.host))!.host;
}
