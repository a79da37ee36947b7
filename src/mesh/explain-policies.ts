import type { WorkloadPolicies } from './effective-security.js';
import type { Origin } from './origin.js';

/** A policy that judges what a proxy receives. */
export interface ExplainedPolicy {
  readonly kind: 'tokens' | 'CUSTOM' | 'DENY' | 'ALLOW' | 'AUDIT';
  readonly name: string;
  readonly origin: Origin;
}

/** Policies that act together, in the order in which requests meet them; null: none. */
export function explainPolicies(policies: WorkloadPolicies | null): readonly ExplainedPolicy[] {
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
