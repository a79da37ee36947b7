import {
  type AuthorizationPolicy,
  GATEWAY_NAME_LABEL,
  isBeyondZtunnel,
  type PolicyTarget,
  type RequestAuthentication,
  type Service,
  WAYPOINT_CLASS,
  type Workload,
} from '../../mesh/index.js';
import { type Findings, field } from './findings.js';
import type { MeshView } from './mesh-view.js';
import { governed } from './security-scope.js';

type Policy = AuthorizationPolicy | RequestAuthentication;

const HELP = 'attach it by targetRefs to the Service or the Gateway of a waypoint';

/**
 * Says what of a policy that selects workloads in ambient mode their ztunnels cannot enforce: whatever asks for what only
 * HTTP knows, tokens, and the actions CUSTOM and AUDIT.
 * Source: Istio 1.31, pilot/pkg/serviceregistry/ambient/authorization.go, `convertAuthorizationPolicy`.
 */
export function findUnenforcedPolicies(view: MeshView, findings: Findings): void {
  const { authorizationPolicies, requestAuthentications } = view.mesh;
  for (const policy of authorizationPolicies) {
    const hit = ambientWorkload(policy, view);
    if (hit === null) continue;
    const [bare, attachable] = ['KIA0109', 'KIA0110'];
    const code = hasWaypoint(hit, view) ? attachable : bare;
    if (policy.action === 'custom' || policy.action === 'audit') {
      const what = `ztunnel knows no action ${policy.action.toUpperCase()}: towards ${hit.name} nobody enforces it`;
      findings.warning(code, field(policy, 'spec', 'action'), what, HELP);
      continue;
    }
    for (const rule of policy.rules) {
      const condition = [...rule.from.flat(), ...rule.to.flat(), ...rule.when].find(isBeyondZtunnel);
      if (condition === undefined) continue;
      const effect =
        policy.action === 'allow' ? 'the rule allows nothing' : 'the rule denies whatever the rest of it says';
      const what = `ztunnel knows connections alone, and neither HTTP nor names: towards ${hit.name} ${effect}`;
      findings.warning(code, field(condition), what, HELP);
    }
  }
  for (const policy of requestAuthentications) {
    const hit = ambientWorkload(policy, view);
    if (hit === null) continue;
    const what = `ztunnel does not look into HTTP: nobody checks the tokens of requests to ${hit.name}`;
    findings.warning(hasWaypoint(hit, view) ? 'KIA1115' : 'KIA1110', field(policy, 'spec'), what, HELP);
  }
}

/** Says which policies are attached to what no waypoint serves, so that nobody enforces them. */
export function findIdleTargets(view: MeshView, findings: Findings): void {
  const { authorizationPolicies, requestAuthentications } = view.mesh;
  for (const policy of [...authorizationPolicies, ...requestAuthentications]) {
    for (const target of policy.targets ?? []) reportTarget(policy, target, view, findings);
  }
}

function reportTarget(policy: Policy, target: PolicyTarget, view: MeshView, findings: Findings): void {
  const { kind, name } = target;
  const at = field(policy, 'spec', target.origin.path.includes('targetRefs') ? 'targetRefs' : 'targetRef');
  if (kind === 'Gateway' || kind === 'GatewayClass') {
    if (isWaypoint(target, policy, view)) return;
    const what = `the ${kind} ${name} is no waypoint: the Gateway API is not modelled, and nobody enforces the policy`;
    findings.info('not-modelled', at, what, 'the figures do not reflect it');
    return;
  }
  const service = view.mesh.services.find((each) => isTargetService(target, policy, each));
  if (service?.waypoint !== undefined) return;
  const what = `nobody enforces it: ${service === undefined ? `there is no ${kind} ${name}` : `${name} has no waypoint`}`;
  const code = 'action' in policy ? 'KIA0109' : 'KIA1110';
  findings.warning(code, at, what, "label the Service 'istio.io/use-waypoint: NAME' with a waypoint");
}

function isWaypoint({ kind, name }: PolicyTarget, { namespace }: Policy, { mesh }: MeshView): boolean {
  if (kind === 'GatewayClass') return name === WAYPOINT_CLASS && namespace === mesh.settings.rootNamespace;
  return mesh.workloads.some(
    (workload) =>
      workload.role === 'waypoint' && workload.namespace === namespace && workload.labels[GATEWAY_NAME_LABEL] === name,
  );
}

function isTargetService({ kind, name }: PolicyTarget, { namespace }: Policy, service: Service): boolean {
  if (service.namespace !== namespace || service.external !== (kind === 'ServiceEntry')) return false;
  return (service.external ? service.origin.resource.name : service.name) === name;
}

/** The first workload in ambient mode that the policy selects. */
function ambientWorkload(policy: Policy, view: MeshView): Workload | null {
  if (policy.targets !== undefined) return null;
  return governed(view, policy).find(({ ambient }) => ambient) ?? null;
}

function hasWaypoint(workload: Workload, view: MeshView): boolean {
  return view.mesh.services.some((service) => service.waypoint !== undefined && view.pods(service).includes(workload));
}
