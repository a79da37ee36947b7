import type { EffectiveMutualTls } from '../../effective-security.js';
import type { Mesh } from '../../mesh.js';
import type { MutualTlsMode, PeerAuthentication } from '../../security.js';
import type { Workload } from '../../workload.js';
import { groupBy } from '../grouping.js';
import { selects } from '../labels.js';

/**
 * Which mode of mutual TLS holds for a port: the port's own, else the workload's, the namespace's, the mesh's, else
 * PERMISSIVE. Of several of one scope the oldest counts alone; what it leaves unset comes from the wider scope.
 * Source: Istio 1.31, pilot/pkg/security/authn/policy_applier.go, `ComposePeerAuthentication`.
 */
export class MutualTlsIndex {
  readonly #byNamespace: ReadonlyMap<string, readonly PeerAuthentication[]>;
  readonly #ofMesh: PeerAuthentication | null;
  readonly #rootNamespace: string;

  constructor({ peerAuthentications, settings }: Mesh) {
    const byAge = peerAuthentications.toSorted((a, b) => a.age - b.age);
    this.#byNamespace = groupBy(byAge, ({ namespace }) => namespace);
    this.#rootNamespace = settings.rootNamespace;
    this.#ofMesh = this.#wide(settings.rootNamespace);
  }

  /** `port`: of the pods. */
  of(workload: Workload, port: number): EffectiveMutualTls {
    const own = this.#ofWorkload(workload);
    const atPort = own?.portLevel.find((entry) => entry.port === port && !isLost(entry.mode, own, workload)) ?? null;
    for (const policy of [atPort, own, this.#wide(workload.namespace), this.#ofMesh]) {
      if (policy != null && policy.mode !== null) return { mode: policy.mode, origin: policy.origin };
    }
    return { mode: 'permissive', origin: null };
  }

  /** Without what is said of single workloads: what istiod takes a service's mode for. */
  ofNamespace(namespace: string): MutualTlsMode {
    return this.#wide(namespace)?.mode ?? this.#ofMesh?.mode ?? 'permissive';
  }

  /** In the root namespace a policy with a selector is nobody's. */
  #ofWorkload({ namespace, labels }: Workload): PeerAuthentication | null {
    if (namespace === this.#rootNamespace) return null;
    const policies = this.#byNamespace.get(namespace) ?? [];
    return policies.find(({ selector }) => selector !== null && selects(selector, labels)) ?? null;
  }

  #wide(namespace: string): PeerAuthentication | null {
    return this.#byNamespace.get(namespace)?.find(({ selector }) => selector === null) ?? null;
  }
}

/**
 * For ztunnels istiod looks for a PERMISSIVE port before it makes any exception from what the workload inherits: ports of
 * mode DISABLE alone are none.
 * Source: Istio 1.31, pilot/pkg/serviceregistry/ambient/authorization.go, `convertedSelectorPeerAuthentications`.
 */
function isLost(atPort: MutualTlsMode | null, own: PeerAuthentication, { ambient }: Workload): boolean {
  if (!ambient || own.mode !== null || atPort !== 'disable') return false;
  return own.portLevel.every(({ mode }) => mode !== 'permissive');
}
