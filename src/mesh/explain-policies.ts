import type { Origin } from './origin.js';
import type { MeshResolver } from './resolution/resolver.js';
import type { Workload } from './workload.js';

/** A policy that judges what a proxy receives. */
export interface ExplainedPolicy {
  readonly kind: 'tokens' | 'CUSTOM' | 'DENY' | 'ALLOW' | 'AUDIT';
  readonly name: string;
  readonly origin: Origin;
}

/** The policies that act on a workload, in the order in which requests meet them. */
export function explainPolicies(resolver: MeshResolver, workload: Workload): readonly ExplainedPolicy[] {
  const policies = resolver.policies(workload);
  if (policies === null) return [];
  const { custom, tokens, audit, deny, allow } = policies;
  const all = [
    ['CUSTOM', custom],
    ['tokens', tokens],
    ['AUDIT', audit],
    ['DENY', deny],
    ['ALLOW', allow],
  ] as const;
  return all.flatMap(([kind, acting]) =>
    acting.map(({ namespace, name, origin }) => ({ kind, name: `${namespace}/${name}`, origin })),
  );
}
