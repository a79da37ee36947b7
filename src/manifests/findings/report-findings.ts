import type { Diagnostics } from '../../diagnostics/index.js';
import type { Mesh } from '../../mesh/index.js';
import type { Resource } from '../resource.js';
import { findAmbientSurprises } from './ambient.js';
import { findIdleRateLimits } from './ambient-envoy-filters.js';
import { findIdleTargets, findUnenforcedPolicies } from './ambient-policies.js';
import { findIdleAuthentication } from './authentication.js';
import { findIdleAuthorization } from './authorization.js';
import { findMissingDelegates } from './delegates.js';
import { findFailoverByName } from './failover-by-name.js';
import { Findings } from './findings.js';
import { findGatewayIdentity } from './gateway-identity.js';
import { findGatewayRules } from './gateway-rules.js';
import { findGatewayFaults } from './gateways.js';
import { findIdleLocality } from './idle-locality.js';
import { findUnmetFaults } from './injected-faults.js';
import { findKubeProxySettings } from './kube-proxy.js';
import { MeshView } from './mesh-view.js';
import { findPermissiveMesh, findTlsMismatches } from './mutual-tls.js';
import { findIdlePolicies } from './policies.js';
import { findMissingReferences } from './references.js';
import { findRejectedRoutes } from './rejected-routes.js';
import { findOddRetries } from './retries.js';
import { findUndeclaredPorts } from './service-ports.js';
import { findShadowHosts } from './shadow-hosts.js';
import { findEntriesOfServices, findSelectorsApart } from './shared-hosts.js';
import { findOtherProtocols, findSidecarConflicts } from './sidecars.js';
import { findEmptySubsets } from './subsets.js';
import { findHostConflicts } from './virtual-service-hosts.js';
import { findOddWeights } from './weights.js';
import { findStrictWithoutAutoMtls } from './without-auto-mtls.js';

/** Reports what only the resources together show: what istioctl and Kiali would say, and surprises of our own. */
export function reportFindings(
  mesh: Mesh,
  resources: readonly Resource[],
  replicas: ReadonlyMap<string, number>,
  diagnostics: Diagnostics,
): void {
  const view = new MeshView(mesh, replicas);
  const findings = new Findings(resources, diagnostics);
  findMissingReferences(view, findings);
  findMissingDelegates(view, findings);
  findHostConflicts(view, findings);
  findEmptySubsets(view, findings);
  findGatewayFaults(view, findings);
  findGatewayRules(view, findings);
  findSidecarConflicts(view, findings);
  findOtherProtocols(view, findings);
  findEntriesOfServices(view, findings);
  findSelectorsApart(view, findings);
  findFailoverByName(view, findings);
  findKubeProxySettings(view, resources, findings);
  findUndeclaredPorts(view, findings);
  findOddWeights(view, findings);
  findOddRetries(view, findings);
  findUnmetFaults(view, findings);
  findRejectedRoutes(view, findings);
  findShadowHosts(view, findings);
  findIdlePolicies(view, findings);
  findIdleLocality(view, findings);
  findIdleAuthentication(view, findings);
  findIdleAuthorization(view, resources, findings);
  findGatewayIdentity(view, findings);
  findTlsMismatches(view, findings);
  findStrictWithoutAutoMtls(view, findings);
  findPermissiveMesh(view, findings);
  findAmbientSurprises(view, findings);
  findUnenforcedPolicies(view, findings);
  findIdleRateLimits(view, findings);
  findIdleTargets(view, findings);
}
