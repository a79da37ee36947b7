import type { PeerAuthentication } from '../../mesh/index.js';
import type { Findings } from './findings.js';
import { field } from './findings.js';
import type { MeshView } from './mesh-view.js';
import { governed } from './security-scope.js';

/**
 * PeerAuthentications of which only the oldest counts: several for a whole namespace (KIA0002), or for the same pods
 * (KIA0003); and those, and RequestAuthentications, that select nobody (KIA0004). In the root namespace a
 * PeerAuthentication with a selector never does.
 * Source: Kiali, business/checkers/common.
 */
export function findIdleAuthentication(view: MeshView, findings: Findings): void {
  const { peerAuthentications, requestAuthentications, settings } = view.mesh;
  for (const policy of peerAuthentications) {
    const rivals = peerAuthentications.filter((other) => other !== policy && conflict(view, policy, other));
    if (rivals.length === 0) continue;
    const code = policy.selector === null ? 'KIA0002' : 'KIA0003';
    const names = rivals.map(({ name }) => `'${name}'`).join(', ');
    const what = `the PeerAuthentication ${names} is for ${policy.selector === null ? 'the whole namespace' : 'the same pods'} too`;
    findings.error(code, field(policy, 'metadata', 'name'), what, 'merge them: only the oldest counts');
  }
  for (const policy of [...peerAuthentications, ...requestAuthentications]) {
    const isPeer = 'portLevel' in policy;
    const isRoot = policy.namespace === settings.rootNamespace;
    if (policy.selector === null || (governed(view, policy).length > 0 && !(isPeer && isRoot))) continue;
    const what = isPeer && isRoot ? 'in the root namespace a selector selects nobody' : 'the selector selects nobody';
    findings.warning('KIA0004', field(policy, 'spec', 'selector'), what, 'mend the selector, or declare the workload');
  }
}

function conflict(view: MeshView, a: PeerAuthentication, b: PeerAuthentication): boolean {
  if (a.namespace !== b.namespace) return false;
  if (a.selector === null || b.selector === null) return a.selector === b.selector;
  const others = new Set(governed(view, b));
  return governed(view, a).some((workload) => others.has(workload));
}
