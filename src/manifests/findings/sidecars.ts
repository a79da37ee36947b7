import type { SidecarScope } from '../../mesh/index.js';
import { selects } from '../labels.js';
import type { Findings } from './findings.js';
import { field } from './findings.js';
import type { MeshView } from './mesh-view.js';

/**
 * Sidecars of which only one can count: for the same pod (IST0110), or for a whole namespace (IST0111).
 * Source: Istio 1.32, pkg/config/analysis/analyzers/sidecar/selector.go and defaultselector.go.
 */
export function findSidecarConflicts(view: MeshView, findings: Findings): void {
  const scopes = view.mesh.sidecarScopes;
  for (const scope of scopes) {
    const others = scopes.filter((other) => other !== scope && other.namespace === scope.namespace);
    const rivals = others.filter((other) => conflict(view, scope, other)).map(({ name }) => `'${name}'`);
    if (rivals.length === 0) continue;
    const [code, what] =
      scope.workloadSelector === null ? ['IST0111', 'the whole namespace'] : ['IST0110', 'the same pods'];
    const at = field(scope, 'metadata', 'name');
    findings.error(code, at, `the Sidecar ${rivals.join(', ')} is for ${what} too`, 'merge them: only one counts');
  }
}

function conflict({ mesh }: MeshView, a: SidecarScope, b: SidecarScope): boolean {
  const [labels, others] = [a.workloadSelector, b.workloadSelector];
  if (labels === null || others === null) return labels === others;
  const pods = mesh.workloads.filter(({ namespace }) => namespace === a.namespace);
  return pods.some((pod) => selects(labels, pod.labels) && selects(others, pod.labels));
}
