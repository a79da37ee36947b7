import type { Resource } from '../resource.js';
import { asksForHints } from '../topology-hints.js';
import { type Findings, field } from './findings.js';
import type { MeshView } from './mesh-view.js';

/**
 * What Services ask of kube-proxy alone, where somebody's calls go by it: callers without a proxy, and calls that a Sidecar
 * lets pass through.
 * Sources: Kubernetes, staging/src/k8s.io/endpointslice/topologycache; api/core/v1/types.go, `ServiceAffinity`.
 */
export function findKubeProxySettings({ mesh }: MeshView, resources: readonly Resource[], findings: Findings): void {
  const isUsed =
    mesh.sidecarScopes.length > 0 || mesh.workloads.some(({ proxy, ambient }) => proxy === null && !ambient);
  if (!isUsed) return;
  const sections = new Map(resources.filter(isService).map((resource) => [nameOf(resource), resource.section]));
  for (const service of mesh.services.filter(({ external, headless }) => !external && !headless)) {
    const section = sections.get(nameOf(service));
    const hints = section && asksForHints(section);
    if (hints) {
      const what = 'kube-proxy shares endpoints out among zones by the CPU of their nodes: that is not modelled';
      const help = 'callers without a proxy go to any endpoint; trafficDistribution: PreferSameZone is modelled';
      findings.info('not-modelled', field(service, 'metadata', 'annotations', hints), what, help);
    }
    if (section?.section('spec')?.value('sessionAffinity')?.raw() === 'ClientIP') {
      const what =
        'sessionAffinity is read but not modelled: kube-proxy gives a caller the same endpoint again and again';
      const help = 'callers without a proxy go to any endpoint; sidecars do not know it';
      findings.info('not-modelled', field(service, 'spec', 'sessionAffinity'), what, help);
    }
  }
}

function isService({ group, kind }: Resource): boolean {
  return group === '' && kind === 'Service';
}

function nameOf({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}
