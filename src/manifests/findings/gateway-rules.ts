import type { HttpRoute, RouteSet } from '../../mesh/index.js';
import { coversHost } from '../hosts.js';
import { type Findings, field } from './findings.js';
import type { MeshView } from './mesh-view.js';

const MESH = 'mesh';

/**
 * Rules for a Service's own name that gateways alone are told of: who uses that name are other pods. Rules for how
 * outsiders come in (rewrites, redirects, headers, CORS) may be meant for gateways; what is said of how calls are made is
 * meant for whoever makes them. Source: Istio's API, networking/v1alpha3/virtual_service.proto, `gateways`.
 */
export function findGatewayRules(view: MeshView, findings: Findings): void {
  const { routeSets } = view.mesh;
  const ofMesh = routeSets.filter(({ gateways }) => gateways.includes(MESH)).flatMap(({ hosts }) => hosts);
  for (const set of routeSets) {
    if (set.gateways.includes(MESH)) continue;
    const settings = settingsOf(set);
    const host = set.hosts.find((name) => isOwnName(view, name, set) && !ofMesh.some((own) => coversHost(own, name)));
    if (host === undefined || settings.length === 0) continue;
    const what = `no call of a pod to '${host}' sees these rules (${settings.join(', ')}): they hold at gateways alone`;
    findings.info('gateway-rules', field(set, 'spec', 'gateways'), what, "add 'mesh' to the gateways if they should");
  }
}

function isOwnName(view: MeshView, name: string, { namespace }: RouteSet): boolean {
  return !name.startsWith('*') && view.service(name, namespace)?.external === false;
}

function settingsOf({ http }: RouteSet): readonly string[] {
  return [...new Set(http.flatMap(callSettings))];
}

function callSettings({ timeoutMs, retries, fault, mirroring, action }: HttpRoute): readonly string[] {
  const isSplit = action.kind === 'forward' && action.destinations.length > 1;
  return [
    ...(timeoutMs === null ? [] : ['timeout']),
    ...(retries === null ? [] : ['retries']),
    ...(fault === null ? [] : ['fault']),
    ...(mirroring.one === null && mirroring.several.length === 0 ? [] : ['mirror']),
    ...(isSplit ? ['weights'] : []),
  ];
}
