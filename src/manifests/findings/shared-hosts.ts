import { type Findings, field } from './findings.js';
import type { MeshView } from './mesh-view.js';

/**
 * ServiceEntries with the host of a Service of their namespace: their endpoints join the Service's at ports of the same
 * name, and what else they say does not count. Drymesh leaves them out.
 * Source: Istio 1.31, pilot/pkg/model/push_context.go, `initServiceRegistry`.
 */
export function findEntriesOfServices({ mesh }: MeshView, findings: Findings): void {
  const ofCluster = new Set(mesh.services.filter(({ external }) => !external).map(keyOf));
  for (const service of mesh.services.filter((each) => each.external && ofCluster.has(keyOf(each)))) {
    const what = `${service.host} is a Service: that this ServiceEntry adds endpoints to it is not modelled`;
    findings.info('not-modelled', field(service), what, 'let the Service select WorkloadEntries');
  }
}

function keyOf({ namespace, host }: MeshView['mesh']['services'][number]): string {
  return JSON.stringify([namespace, host]);
}
