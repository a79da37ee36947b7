import type { DestinationRule, PeerAuthentication } from '../../mesh/index.js';
import type { Findings } from './findings.js';
import { field } from './findings.js';
import type { MeshView } from './mesh-view.js';

/**
 * Without auto mTLS a proxy speaks plaintext unless a DestinationRule says otherwise: servers that are STRICT are then
 * not reached (KIA0401 for the mesh, KIA0501 for a namespace).
 * Source: Kiali, business/checkers/peerauthentications, mesh_mtls_checker.go and namespace_mtls_checker.go.
 */
export function findStrictWithoutAutoMtls({ mesh }: MeshView, findings: Findings): void {
  const { settings, peerAuthentications, destinationRules } = mesh;
  if (settings.autoMtls) return;
  for (const policy of peerAuthentications) {
    if (policy.selector !== null || policy.mode !== 'strict') continue;
    const isOfMesh = policy.namespace === settings.rootNamespace;
    if (destinationRules.some((rule) => speaksMutualTls(rule, policy, isOfMesh))) continue;
    const where = isOfMesh ? '*.local' : `*.${policy.namespace}.svc.cluster.local`;
    const what =
      'auto mTLS is off and no DestinationRule asks for mutual TLS: proxies speak plaintext, which is refused';
    const help = `add a DestinationRule for ${where} with mode ISTIO_MUTUAL, or switch enableAutoMtls on`;
    findings.error(isOfMesh ? 'KIA0401' : 'KIA0501', field(policy, 'spec', 'mtls', 'mode'), what, help);
  }
}

function speaksMutualTls(
  { host, policy: own }: DestinationRule,
  policy: PeerAuthentication,
  isOfMesh: boolean,
): boolean {
  const isWide = host === '*.local' || (!isOfMesh && host === `*.${policy.namespace}.svc.cluster.local`);
  return isWide && own?.tls?.mode === 'istio-mutual';
}
