import type { Labels } from '../../mesh/index.js';
import { quote } from '../../reading/index.js';
import { isLabelValue } from '../labels.js';
import type { ProxyConfig } from '../proxy-config.js';
import type { Resource } from '../resource.js';

/** How the pods of a namespace get into the mesh unless they say otherwise: with sidecars, through ztunnels, or not. */
interface NamespaceMode {
  readonly isInjected: boolean;
  readonly isAmbient: boolean;
}

/** What the manifests say of namespaces, by name. */
export type NamespaceInjection = ReadonlyMap<string, NamespaceMode>;

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

const DATAPLANE_MODE = 'istio.io/dataplane-mode';

/** Reads the Namespaces among the resources: injected with `istio-injection: enabled` or a revision label. */
export function namespaceInjection(resources: readonly Resource[]): NamespaceInjection {
  const namespaces = resources.filter(({ group, kind }) => group === '' && kind === 'Namespace');
  return new Map(namespaces.map((resource) => [resource.name, modeOf(resource)]));
}

function modeOf({ section }: Resource): NamespaceMode {
  const metadata = section.section('metadata');
  const labels = metadata?.labels('labels') ?? {};
  const mode = labels[DATAPLANE_MODE];
  if (mode !== undefined && mode !== 'ambient' && mode !== 'none') {
    const what = `${quote(mode)} is no data plane mode: it does nothing`;
    metadata?.section('labels')?.warning('bad-label', what, 'write ambient or none', DATAPLANE_MODE);
  }
  return { isInjected: isInjected(labels), isAmbient: mode === 'ambient' };
}

function isInjected(labels: Labels): boolean {
  const injection = labels['istio-injection'];
  if (injection !== undefined) return injection === 'enabled'; // it outranks the revision label
  return isLabelValue(labels['istio.io/rev'] ?? '') && (labels['istio.io/rev'] ?? '') !== '';
}

interface LabelledPod {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly hostNetwork: boolean;
}

/**
 * Whether the pod gets a sidecar: the pod's own word first (`sidecar.istio.io/inject`, the label before the annotation),
 * then its namespace's, then yes: workloads are in the mesh unless the manifests say otherwise.
 * Source: Istio 1.32, pkg/kube/inject/inject.go, injectRequired.
 */
export function isInjectedPod(pod: LabelledPod, namespace: string, namespaces: NamespaceInjection): boolean {
  if (pod.hostNetwork || NEVER_INJECTED.has(namespace)) return false;
  const word = pod.labels['sidecar.istio.io/inject'] ?? pod.annotations['sidecar.istio.io/inject'];
  if (word !== undefined) return word === 'true';
  return namespaces.get(namespace)?.isInjected ?? pod.labels[DATAPLANE_MODE] !== 'ambient';
}

/**
 * Whether a pod without a sidecar is in ambient mode: its own label first, then its namespace's.
 * Source: Istio 1.31, cni/pkg/util/podutil.go; manifests/charts/istio-cni/values.yaml, `enablementSelectors`.
 */
export function isAmbientPod(pod: LabelledPod, namespace: string, namespaces: NamespaceInjection): boolean {
  if (pod.hostNetwork || NEVER_INJECTED.has(namespace)) return false;
  const mode = pod.labels[DATAPLANE_MODE];
  return mode === undefined ? (namespaces.get(namespace)?.isAmbient ?? false) : mode === 'ambient';
}
