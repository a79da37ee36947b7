import {
  type Condition,
  type DestinationRule,
  type EffectiveMutualTls,
  type TrafficPolicy,
  targetPort,
} from '../../mesh/index.js';
import type { Findings } from './findings.js';
import { field } from './findings.js';
import type { MeshView } from './mesh-view.js';
import { governed } from './security-scope.js';

/** Conditions that only a certificate of the caller can meet. */
const NEEDS_CERTIFICATE: readonly Condition['attribute'][] = ['source.principal', 'source.namespace', 'connection.sni'];

/**
 * Says once that proxies also take plaintext, if there is a workload for which nobody has decided that.
 * Source: Istio 1.32, security/v1beta1/peer_authentication.proto.
 */
export function findPermissiveMesh(view: MeshView, findings: Findings): void {
  const { workloads, settings } = view.mesh;
  const first = workloads.find(
    (workload) =>
      workload.proxy !== null &&
      workload.role !== 'waypoint' &&
      !workload.origin.generated &&
      view.resolver.mutualTls(workload, 0).origin === null,
  );
  if (first === undefined) return;
  const what = 'no PeerAuthentication covers the whole mesh: mutual TLS is PERMISSIVE, proxies also take plaintext';
  const help = `add one with 'mtls: { mode: STRICT }' in ${settings.rootNamespace} if they should not`;
  findings.info('mtls-permissive', field(first), what, help);
}

/**
 * DestinationRules and PeerAuthentications that do not meet. For all hosts of a namespace or of the mesh these are
 * KIA0207 and KIA0208 (DISABLE to STRICT), KIA0505 and KIA0506 (ISTIO_MUTUAL to DISABLE); for one host tls-mismatch.
 * And policies that ask for certificates where none is shown (KIA0105).
 * Source: Kiali, business/checkers/destinationrules, peerauthentications, authorization.
 */
export function findTlsMismatches(view: MeshView, findings: Findings): void {
  const { destinationRules, peerAuthentications, authorizationPolicies } = view.mesh;
  if (peerAuthentications.length === 0) return; // all are PERMISSIVE, which takes everything
  for (const rule of destinationRules) {
    for (const policy of policiesOf(rule)) checkTls(view, rule, policy, findings);
  }
  for (const policy of authorizationPolicies) {
    const isPlain = governed(view, policy).some((workload) => view.resolver.mutualTls(workload, 0).mode === 'disable');
    if (!isPlain) continue;
    const asked = policy.rules.flatMap(({ from, when }) => [...from.flat(), ...when]);
    for (const condition of asked.filter(({ attribute }) => NEEDS_CERTIFICATE.includes(attribute))) {
      const what = `${condition.attribute} is known under mutual TLS alone, which a PeerAuthentication disables here`;
      findings.error('KIA0105', field(condition), what, 'let the mode be PERMISSIVE or STRICT');
    }
  }
}

function policiesOf({ policy, subsets }: DestinationRule): readonly TrafficPolicy[] {
  const own = [...(policy === null ? [] : [policy]), ...subsets.flatMap((subset) => subset.policy ?? [])];
  return own.flatMap((each) => [each, ...each.portLevel.map((port) => port.policy)]);
}

function checkTls(view: MeshView, rule: DestinationRule, { tls }: TrafficPolicy, findings: Findings): void {
  if (tls === null) return;
  const against = met(view, rule).find(
    ({ mode }) => (tls.mode === 'disable' && mode === 'strict') || (tls.mode === 'istio-mutual' && mode === 'disable'),
  );
  if (against === undefined || against.origin === null) return;
  const { resource, file, line } = against.origin;
  const what = `the PeerAuthentication ${resource.namespace}/${resource.name} (${file}:${line}) says ${against.mode.toUpperCase()}: connections fail`;
  const code = codeFor(view, rule, tls.mode === 'disable', resource.namespace);
  const report = code === 'tls-mismatch' ? findings.warning.bind(findings) : findings.error.bind(findings);
  report(code, field(tls, 'mode'), what, "leave 'tls' out: proxies then speak what each server takes");
}

function met(view: MeshView, { host, namespace }: DestinationRule): EffectiveMutualTls[] {
  return view.servicesOf(host, namespace).flatMap((service) =>
    view
      .pods(service)
      .filter(({ proxy, role }) => proxy !== null && role === 'app')
      .flatMap((workload) =>
        service.ports.map((port) =>
          view.resolver.mutualTls(workload, targetPort(port.targetPort, workload) ?? port.number),
        ),
      ),
  );
}

function codeFor({ mesh }: MeshView, { host }: DestinationRule, isPlain: boolean, namespace: string): string {
  if (host !== '*.local' && !/^\*\.[^.]+\.svc\.cluster\.local$/.test(host)) return 'tls-mismatch';
  const isOfMesh = namespace === mesh.settings.rootNamespace;
  if (isPlain) return isOfMesh ? 'KIA0208' : 'KIA0207';
  return isOfMesh ? 'KIA0506' : 'KIA0505';
}
