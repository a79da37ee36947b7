import type { AuthorizationPolicy, Condition, Workload } from '../../mesh/index.js';
import { type Findings, field } from './findings.js';
import type { MeshView } from './mesh-view.js';
import { governed } from './security-scope.js';

const IDENTITY: readonly string[] = ['source.principal', 'source.namespace', 'source.serviceAccount'];
/** Of a Gateway's server, where callers present a certificate. */
const CERTIFIED = ['MUTUAL', 'OPTIONAL_MUTUAL', 'ISTIO_MUTUAL'];

/**
 * Policies that ask a gateway for its callers' identity, which it has of those that present a certificate: Drymesh's know
 * nobody. Source: Istio 1.31, pilot/pkg/security/authz/model; pilot/pkg/networking/core/gateway.go.
 */
export function findGatewayIdentity(view: MeshView, findings: Findings): void {
  for (const policy of view.mesh.authorizationPolicies) {
    const asked = conditionsOf(policy).find(({ attribute }) => IDENTITY.includes(attribute));
    if (asked === undefined || !governed(view, policy).some((workload) => asksCertificates(view, workload))) continue;
    const what = 'a gateway that asks its callers for certificates knows them by these: here it knows nobody';
    findings.info('not-modelled', field(asked), what, 'the condition matches no caller at the gateway');
  }
}

function conditionsOf({ rules }: AuthorizationPolicy): readonly Condition[] {
  return rules.flatMap(({ from, to, when }) => [...from.flat(), ...to.flat(), ...when]);
}

function asksCertificates({ resolver }: MeshView, workload: Workload): boolean {
  if (workload.role !== 'gateway') return false;
  const servers = resolver.gatewayListeners(workload).flatMap((listener) => listener.servers);
  return servers.some(({ server: { tls } }) => tls !== null && CERTIFIED.includes(tls.mode));
}
