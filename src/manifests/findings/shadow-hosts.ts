import { type AuthorizationRule, type Condition, isSince, mirrorsOf } from '../../mesh/index.js';
import { type Findings, field } from './findings.js';
import type { MeshView } from './mesh-view.js';

/** Since when a mirrored copy keeps its Host; before, `-shadow` was appended (DISABLE_SHADOW_HOST_SUFFIX). */
const KEPT_SINCE = 28;

/** Policies on hosts that judge a mirrored copy by the original's. Source: Istio release notes 1.28; Envoy, shadow_writer_impl.cc. */
export function findShadowHosts({ mesh }: MeshView, findings: Findings): void {
  const mirrors = mesh.routeSets.some(({ http }) => http.some((rule) => mirrorsOf(rule.mirroring).length > 0));
  if (!mirrors || isSince(mesh.settings.istioVersion, KEPT_SINCE)) return;
  const conditions = mesh.authorizationPolicies.flatMap(({ rules }) => rules.flatMap(conditionsOf));
  for (const condition of conditions.filter(({ attribute }) => attribute === 'request.host')) {
    const what = `before Istio 1.${KEPT_SINCE} the host of a mirrored copy ends in -shadow, which is not modelled`;
    findings.info('not-modelled', field(condition), what, "it is judged by the original's host");
  }
}

function conditionsOf({ from, to, when }: AuthorizationRule): readonly Condition[] {
  return [...from.flat(), ...to.flat(), ...when];
}
