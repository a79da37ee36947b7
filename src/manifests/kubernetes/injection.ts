import type { Labels } from '../../mesh/index.js';
import { isLabelValue } from '../labels.js';
import type { ProxyConfig } from '../proxy-config.js';
import type { Resource } from '../resource.js';

/** What the manifests say of a namespace: whether Istio puts sidecars into its pods. */
export type NamespaceInjection = ReadonlyMap<string, boolean>;

/** What decides whether pods get a proxy, and which. */
export interface Injection {
  readonly namespaces: NamespaceInjection;
  /** What is said of the proxies of pods with these labels, but for their own annotation. */
  readonly proxyConfig: (namespace: string, labels: Labels) => ProxyConfig;
}

/** Istio's webhook leaves these alone. Source: Istio 1.32, pkg/kube/inject/inject.go, IgnoredNamespaces. */
const NEVER_INJECTED: ReadonlySet<string> = new Set([
  'kube-system',
  'kube-public',
  'kube-node-lease',
  'local-path-storage',
]);

/** Reads the Namespaces among the resources: injected with `istio-injection: enabled` or a revision label. */
export function namespaceInjection(resources: readonly Resource[]): NamespaceInjection {
  const namespaces = resources.filter(({ group, kind }) => group === '' && kind === 'Namespace');
  return new Map(namespaces.map((resource) => [resource.name, isInjected(resource)]));
}

function isInjected({ section }: Resource): boolean {
  const metadata = section.section('metadata');
  const labels = metadata?.labels('labels') ?? {};
  if (labels['istio.io/dataplane-mode'] === 'ambient') {
    const what = 'ambient mode is not modelled: the namespace is simulated as being outside the mesh';
    metadata
      ?.section('labels')
      ?.info('not-modelled', what, 'label it istio-injection: enabled', 'istio.io/dataplane-mode');
  }
  const injection = labels['istio-injection'];
  if (injection !== undefined) return injection === 'enabled'; // it outranks the revision label
  return isLabelValue(labels['istio.io/rev'] ?? '') && (labels['istio.io/rev'] ?? '') !== '';
}

/**
 * Whether the pod is in the mesh: the pod's own word first (`sidecar.istio.io/inject`, the label before the
 * annotation), then its namespace's, then yes: workloads are in the mesh unless the manifests say otherwise.
 * Source: Istio 1.32, pkg/kube/inject/inject.go, injectRequired.
 */
export function isInMesh(
  pod: { readonly labels: Labels; readonly annotations: Labels; readonly hostNetwork: boolean },
  namespace: string,
  namespaces: NamespaceInjection,
): boolean {
  if (pod.hostNetwork || NEVER_INJECTED.has(namespace)) return false;
  const word = pod.labels['sidecar.istio.io/inject'] ?? pod.annotations['sidecar.istio.io/inject'];
  if (word !== undefined) return word === 'true';
  return namespaces.get(namespace) ?? true;
}
