import type { DestinationRule, OutlierPolicy, Subset, TrafficPolicy } from '../../mesh/index.js';
import type { Findings } from './findings.js';
import { field } from './findings.js';
import type { MeshView } from './mesh-view.js';

/** Istio sends no percentage of 0, and Envoy's own is this. */
const DEFAULT_EJECTION_PERCENT = 10;
const PORT_SETTINGS = ['connectionPool', 'loadBalancer', 'outlierDetection', 'tls'] as const;

/** Policies of DestinationRules that do less than they seem to. */
export function findIdlePolicies(view: MeshView, findings: Findings): void {
  for (const rule of view.mesh.destinationRules) {
    checkOutlier(view, rule, rule.policy, null, findings);
    for (const subset of rule.subsets) {
      checkOutlier(view, rule, subset.policy, subset, findings);
      if (subset.policy !== null) reportUnmergedPool(rule.policy, subset.policy, findings);
    }
    if (rule.policy !== null) reportUnmergedPorts(rule.policy, findings);
  }
}

function checkOutlier(
  view: MeshView,
  { host, namespace }: DestinationRule,
  policy: TrafficPolicy | null,
  subset: Subset | null,
  findings: Findings,
): void {
  const service = view.service(host, namespace);
  if (policy === null || service === null) return;
  const endpoints = view.endpointCount(service, subset?.labels ?? {});
  for (const { outlierDetection } of [policy, ...policy.portLevel.map((port) => port.policy)]) {
    if (outlierDetection !== null) reportTooFewHosts(outlierDetection, endpoints, findings);
  }
}

/**
 * Envoy ejects only while 100 x (ejected + 1) / hosts stays within maxEjectionPercent, so that few hosts are never
 * ejected at all. Source: Envoy 1.28 and later, source/common/upstream/outlier_detection_impl.cc, ejectHost.
 */
function reportTooFewHosts(outlier: OutlierPolicy, endpoints: number, findings: Findings): void {
  const percent = outlier.maxEjectionPercent || DEFAULT_EJECTION_PERCENT;
  if (endpoints === 0 || 100 / endpoints <= percent) return;
  const what = `${endpoints} endpoints and maxEjectionPercent ${percent}: nobody is ever ejected`;
  const help = `one of ${endpoints} is ${Math.ceil(100 / endpoints)} %: raise maxEjectionPercent to at least that`;
  findings.warning('outlier-too-few-hosts', field(outlier, 'maxEjectionPercent'), what, help);
}

/** A subset's connectionPool takes the place of the rule's as a whole. Source: Istio 1.32, MergeSubsetTrafficPolicy. */
function reportUnmergedPool(policy: TrafficPolicy | null, subset: TrafficPolicy, findings: Findings): void {
  const [top, own] = [policy?.connectionPool ?? null, subset.connectionPool];
  if (top === null || own === null) return;
  const lost = (Object.keys(top) as (keyof typeof top)[]).filter((key) => top[key] !== null && own[key] === null);
  if (lost.length === 0) return;
  const what = `this connectionPool replaces the rule's as a whole: its ${lost.join(', ')} do not hold here`;
  findings.warning('subset-pool-unmerged', field(own), what, 'repeat here what should hold for the subset');
}

/** What a port's settings leave out falls to the defaults. Source: Istio 1.32, destination_rule.go, MergeTrafficPolicy. */
function reportUnmergedPorts(policy: TrafficPolicy, findings: Findings): void {
  for (const { port, policy: own } of policy.portLevel) {
    const lost = PORT_SETTINGS.filter((key) => policy[key] !== null && own[key] === null);
    if (lost.length === 0) continue;
    const what = `the settings of port ${port} replace the rule's as a whole: its ${lost.join(', ')} do not hold here`;
    findings.warning('port-policy-unmerged', field(own), what, 'repeat here what should hold for the port');
  }
}
