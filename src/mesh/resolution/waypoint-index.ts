import type { Mesh } from '../mesh.js';
import type { Service } from '../service.js';
import { GATEWAY_NAME_LABEL } from '../waypoint.js';
import type { Workload } from '../workload.js';

/** The waypoints of a mesh, by the Gateways that they are. */
export class WaypointIndex {
  readonly #byName = new Map<string, Workload>();

  constructor({ workloads }: Mesh) {
    for (const workload of workloads) {
      if (workload.role !== 'waypoint') continue;
      const key = keyOf(workload.namespace, workload.labels[GATEWAY_NAME_LABEL]!);
      if (!this.#byName.has(key)) this.#byName.set(key, workload);
    }
  }

  /**
   * The waypoint that takes the caller's calls to the service: of callers in ambient mode, and of gateways if the service
   * says so. Sidecars and whoever is outside the mesh go to the service's pods.
   * Source: Istio 1.31, pilot/pkg/xds/endpoints/endpoint_builder.go; pilot/pkg/serviceregistry/ambient/sidecar_interop.go.
   */
  of({ ambient, role }: Workload, { waypoint }: Service): Workload | null {
    if (waypoint === undefined || !(ambient || (role === 'gateway' && waypoint.forIngress))) return null;
    return this.#byName.get(keyOf(waypoint.namespace, waypoint.name)) ?? null;
  }
}

/** Whether calls to the service come to this workload as to its waypoint. */
export function servedByWaypoint({ waypoint }: Service, { role, namespace, labels }: Workload): boolean {
  if (role !== 'waypoint' || waypoint === undefined) return false;
  return waypoint.namespace === namespace && waypoint.name === labels[GATEWAY_NAME_LABEL];
}

function keyOf(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}
