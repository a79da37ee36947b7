import type { LoadBalancing, LocalitySetting, OutlierPolicy, PortPolicy, Service } from '../../mesh/index.js';
import { groupBy } from '../../mesh/index.js';
import { clusterPolicies } from './cluster-policies.js';
import { type Findings, field } from './findings.js';
import type { MeshView } from './mesh-view.js';

/**
 * `localityLbSetting` without outlier detection: but for `distribute`, istiod then tells proxies of no localities, for they
 * would never find the near endpoints unhealthy. Of `failover` and `failoverPriority` Istio itself says so.
 * Source: Istio 1.31, pilot/pkg/xds/endpoints/endpoint_builder.go; pilot/pkg/networking/core/loadbalancer/loadbalancer.go.
 */
export function findIdleLocality(view: MeshView, findings: Findings): void {
  reportOfMesh(view, findings);
  const { destinationRules, settings } = view.mesh;
  for (const rule of destinationRules) {
    const clusters = view
      .servicesOf(rule.host, rule.namespace)
      .flatMap((service) => clusterPolicies(rule, service).map(({ policy }) => ({ service, policy })))
      .filter(({ policy }) => isByDistance(policy.loadBalancer));
    for (const alike of groupBy(clusters, ({ policy }) => policy.loadBalancer!.origin.path).values()) {
      if (alike.some(({ service, policy }) => isDetected(service, policy, settings.outlierDetection))) continue;
      const what = 'without outlierDetection localityLbSetting prefers no endpoints: near and far ones are alike';
      const help = "add 'outlierDetection' beside the loadBalancer, or say by 'distribute' where requests go";
      const at = field(alike[0]!.policy.loadBalancer!, 'localityLbSetting');
      findings.warning('locality-without-outlier-detection', at, what, help);
    }
  }
}

function reportOfMesh({ mesh }: MeshView, findings: Findings): void {
  const { origin, locality } = mesh.settings;
  const isAlone = mesh.services.every((service) => service.origin.generated); // with other manifests there may be rules
  if (origin === null || locality === null || !prefers(locality) || isAlone) return;
  const levels = mesh.destinationRules.flatMap(({ policy, subsets }) => [
    policy,
    ...subsets.map((each) => each.policy),
  ]);
  const policies = levels.flatMap((policy) =>
    policy === null ? [] : [policy, ...policy.portLevel.map((p) => p.policy)],
  );
  if ([mesh.settings, ...policies].some(({ outlierDetection }) => outlierDetection !== null)) return;
  const what = 'without outlierDetection in any DestinationRule localityLbSetting prefers no endpoints';
  const help = "add 'outlierDetection' to the DestinationRules of hosts that should be called nearby";
  findings.warning('locality-without-outlier-detection', field({ origin }, 'localityLbSetting'), what, help);
}

function isByDistance(balancing: LoadBalancing | null): boolean {
  const locality = balancing?.locality ?? null;
  return locality !== null && prefers(locality) && locality.failover.length + locality.failoverPriority.length === 0;
}

function prefers({ enabled, distribute }: LocalitySetting): boolean {
  return enabled !== false && distribute.length === 0;
}

/** What only the mesh detects counts for hosts that are looked up alone. */
function isDetected({ resolution }: Service, policy: PortPolicy, ofMesh: OutlierPolicy | null): boolean {
  const isLookedUp = resolution === 'dns' || resolution === 'dns-round-robin';
  return policy.outlierDetection !== null || (ofMesh !== null && isLookedUp);
}
