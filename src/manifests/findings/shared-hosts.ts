import { groupBy } from '../../mesh/index.js';
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

/**
 * ServiceEntries of one host and namespace of which not all list their endpoints: what the selectors of the others find joins
 * them. Drymesh leaves it with the entry that selects. Source: as above.
 */
export function findSelectorsApart({ mesh }: MeshView, findings: Findings): void {
  const byHost = groupBy(
    mesh.services.filter(({ external }) => external),
    keyOf,
  );
  for (const [first, ...others] of byHost.values()) {
    const other = others.find(({ selector }) => selector !== null || first!.selector !== null);
    if (other === undefined) continue;
    const what = `${other.host} is declared by ${first!.origin.resource.name} too: that each has the endpoints that the other selects is not modelled`;
    findings.info('not-modelled', field(other), what, 'make the two ServiceEntries one');
  }
}

function keyOf({ namespace, host }: MeshView['mesh']['services'][number]): string {
  return JSON.stringify([namespace, host]);
}
