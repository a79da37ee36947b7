import type { Resource } from '../resource.js';
import type { Findings } from './findings.js';
import { field } from './findings.js';
import type { MeshView } from './mesh-view.js';

const GROUP = 'security.istio.io';

/**
 * Says once that proxies also take plaintext, unless the root namespace has a PeerAuthentication for the whole mesh,
 * whatever it says: that kind is not modelled, only looked for.
 * Source: Istio 1.32, security/v1beta1/peer_authentication.proto.
 */
export function findPermissiveMesh(view: MeshView, resources: readonly Resource[], findings: Findings): void {
  const { workloads, settings } = view.mesh;
  const isDecided = resources.some(
    ({ group, kind, namespace, section }) =>
      group === GROUP &&
      kind === 'PeerAuthentication' &&
      namespace === settings.rootNamespace &&
      !section.value('spec')?.asSection()?.has('selector'),
  );
  const first = workloads.find(({ proxy, origin }) => proxy !== null && !origin.generated);
  if (isDecided || first === undefined) return;
  const what = 'no PeerAuthentication covers the whole mesh: mutual TLS is PERMISSIVE, proxies also take plaintext';
  const help = `add one with 'mtls: { mode: STRICT }' in ${settings.rootNamespace} if they should not`;
  findings.info('mtls-permissive', field(first), what, help);
}
