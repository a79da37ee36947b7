import type { RateLimitPatch, Workload } from '../../mesh/index.js';
import { type Findings, field } from './findings.js';
import type { MeshView } from './mesh-view.js';
import { governed } from './security-scope.js';

const HELP = 'only targetRefs bring an EnvoyFilter to a waypoint, and those are not modelled';

/**
 * Says once for each EnvoyFilter that selects workloads without an Envoy of their own, or a waypoint, which takes none by
 * selector, that its rate limits do not act there.
 * Source: Istio 1.31, pilot/pkg/model/policyattachment.go, `ShouldAttachPolicy`.
 */
export function findIdleRateLimits(view: MeshView, findings: Findings): void {
  const told = new Set<string>();
  for (const patch of view.mesh.rateLimits) {
    const { namespace, name } = patch.origin.resource;
    const hit = told.has(`${namespace}/${name}`) ? null : withoutFilters(view, patch);
    if (hit === null) continue;
    told.add(`${namespace}/${name}`);
    const why = hit.ambient ? `${hit.name} is in ambient mode, and has no Envoy` : `${hit.name} is a waypoint`;
    findings.warning('envoy-filter-in-ambient', field(patch), `the rate limit does not act: ${why}`, HELP);
  }
}

/** One that the patch is meant for; without a selector, only if there is nobody else. */
function withoutFilters(view: MeshView, patch: RateLimitPatch): Workload | null {
  if (!patch.contexts.some((context) => context !== 'gateway')) return null;
  const selected = governed(view, { namespace: patch.namespace, selector: patch.workloadSelector });
  const hits = selected.filter(({ ambient, role }) => ambient || role === 'waypoint');
  const isMeant =
    patch.workloadSelector !== null || !selected.some(({ proxy, role }) => proxy !== null && role === 'app');
  return isMeant ? (hits[0] ?? null) : null;
}
