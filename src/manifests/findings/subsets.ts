import type { DestinationRule, Service, Subset } from '../../mesh/index.js';
import { selects } from '../labels.js';
import type { Findings } from './findings.js';
import { field } from './findings.js';
import type { MeshView } from './mesh-view.js';

/**
 * DestinationRules for a host that nobody has (IST0174), subsets that no pod belongs to (IST0173) or that are the whole
 * service (KIA0209).
 * Source: Istio 1.32, pkg/config/analysis/analyzers/destinationrule; Kiali, KIA0209.
 */
export function findEmptySubsets(view: MeshView, findings: Findings): void {
  for (const rule of view.mesh.destinationRules) {
    if (rule.host === '') continue; // refused
    if (!view.covers(rule.host, rule.namespace)) {
      const what = `there is no host '${rule.host}'`;
      const help = 'declare the Service or ServiceEntry, or mend the name; a short name is of this namespace';
      findings.warning('IST0174', field(rule, 'spec', 'host'), what, help);
    } else for (const subset of rule.subsets) checkSubset(view, rule, subset, findings);
  }
}

function checkSubset(view: MeshView, { host, namespace }: DestinationRule, subset: Subset, findings: Findings): void {
  const labels = Object.entries(subset.labels).map(([key, value]) => `${key}=${value}`);
  if (labels.length === 0) {
    findings.warning('KIA0209', field(subset, 'name'), `the subset '${subset.name}' has no labels`, "add 'labels:'");
    return;
  }
  const service = view.service(host, namespace);
  const hasPods = service !== null && (service.selector !== null || service.endpoints.length > 0);
  if (!hasPods || hasEndpoints(view, service, subset)) return;
  const what = `no pod of '${host}' has the labels ${labels.join(', ')} of subset '${subset.name}'`;
  findings.error('IST0173', field(subset, 'name'), what, 'mend the labels; requests to it get 503 UH');
}

function hasEndpoints(view: MeshView, service: Service, { labels }: Subset): boolean {
  const pods = view.pods(service).map((workload) => workload.labels);
  const listed = service.endpoints.map((endpoint) => endpoint.labels);
  return [...pods, ...listed].some((own) => selects(labels, own));
}
