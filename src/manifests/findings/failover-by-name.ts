import { isSince, type Service, servesPort } from '../../mesh/index.js';
import { type Findings, field } from './findings.js';
import type { MeshView } from './mesh-view.js';

/** Since when istiod orders the endpoints of hosts that are looked up by labels. */
const ORDERED_SINCE = 31;

/**
 * Hosts that are looked up, with endpoints in several localities that go by labels (`failoverPriority`,
 * `trafficDistribution`): istiod takes all endpoints for those of the first locality, and its process ends.
 * Source: Istio 1.31, pilot/pkg/networking/core/cluster.go, `buildOutboundClusters`;
 * pilot/pkg/networking/core/loadbalancer/loadbalancer.go, `applyFailoverPriorityPerLocality`.
 */
export function findFailoverByName(view: MeshView, findings: Findings): void {
  const { settings, services, workloads } = view.mesh;
  const callers = workloads.filter(({ proxy }) => proxy !== null);
  if (!isSince(settings.istioVersion, ORDERED_SINCE)) return;
  for (const service of services.filter(isScattered)) {
    const clusters = callers.flatMap((caller) =>
      scatteredPorts(service).map((port) => clusterOf(view, caller, service, port)),
    );
    const ordered = clusters.find((cluster) => cluster?.locality?.kind === 'labels');
    if (!ordered) continue;
    const { origin } = ordered.locality!;
    const what = `istiod 1.31 panics over ${service.host}: its endpoints are looked up, stand in several localities and go by labels`;
    const help = "leave out 'failoverPriority' and 'trafficDistribution' for it, or give its endpoints one locality";
    findings.error('istiod-panics', field(origin === null ? service : { origin }), what, help);
  }
}

function clusterOf(
  { resolver }: MeshView,
  caller: MeshView['mesh']['workloads'][number],
  service: Service,
  port: number,
) {
  return resolver.cluster(caller, { service, host: service.host, port, subset: null });
}

function isScattered(service: Service): boolean {
  const isLookedUp = service.resolution === 'dns' || service.resolution === 'dns-round-robin';
  return service.external && isLookedUp && scatteredPorts(service).length > 0;
}

/** The ports whose endpoints stand in more than one locality. */
function scatteredPorts({ ports, endpoints }: Service): readonly number[] {
  return ports.flatMap(({ number }) => {
    const places = endpoints.filter((endpoint) => servesPort(endpoint, number)).map(({ locality }) => locality ?? '');
    return new Set(places).size > 1 ? [number] : [];
  });
}
