import type { Labels, Workload } from '../../mesh/index.js';
import { selects } from '../labels.js';
import type { MeshView } from './mesh-view.js';

/** The workloads that a policy of security is about: of its own namespace; of all, if it is of the root namespace. */
export function governed(
  { mesh }: MeshView,
  policy: { readonly namespace: string; readonly selector: Labels | null },
): readonly Workload[] {
  const isOfMesh = policy.namespace === mesh.settings.rootNamespace;
  return mesh.workloads.filter(
    ({ namespace, labels }) =>
      (isOfMesh || namespace === policy.namespace) && (policy.selector === null || selects(policy.selector, labels)),
  );
}
