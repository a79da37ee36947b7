import type { Findings } from './findings.js';
import { field } from './findings.js';
import type { MeshView } from './mesh-view.js';

/**
 * Rules that delegate to nobody: istiod drops them, and the next rule applies.
 * Source: Istio 1.32, pilot/pkg/model/virtualservice.go, mergeVirtualServicesIfNeeded.
 */
export function findMissingDelegates({ mesh }: MeshView, findings: Findings): void {
  for (const { origin, action } of mesh.routeSets.flatMap(({ http }) => http)) {
    if (action.kind !== 'delegate') continue;
    const found = mesh.routeSets.find(({ name, namespace }) => name === action.name && namespace === action.namespace);
    if (found?.hosts.length === 0) continue;
    const what = `there is no VirtualService '${action.namespace}/${action.name}' without hosts to delegate to`;
    const help = 'declare it without hosts, or mend the name: the rule is dropped';
    findings.warning('delegate-not-found', field({ origin }, 'delegate'), what, help);
  }
}
