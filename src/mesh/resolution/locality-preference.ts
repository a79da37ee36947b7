import { type LocalityPreference, NODE_LABEL, REGION_LABEL, SUBZONE_LABEL, ZONE_LABEL } from '../locality.js';
import type { LocalitySetting } from '../policies.js';
import type { Service } from '../service.js';
import type { PortPolicy } from './policy-inheritance.js';

/**
 * Which localities' endpoints come first. `distribute` needs nothing else; a failover needs outlier detection, without
 * which a proxy would never find an endpoint unhealthy, or a Service that asks for it. A `localityLbSetting` takes the
 * place of the Service's wish, the Service's wish that of the mesh's setting.
 * Source: Istio 1.31, pilot/pkg/xds/endpoints/endpoint_builder.go, pilot/pkg/networking/core/loadbalancer/loadbalancer.go.
 */
export function localityPreference(
  { prefers }: Service,
  policy: PortPolicy,
  mesh: LocalitySetting | null,
): LocalityPreference | null {
  const own = policy.loadBalancer?.locality ?? null;
  if (own === null && prefers !== 'any') {
    const nearest = prefers === 'node' ? [SUBZONE_LABEL, NODE_LABEL] : [];
    return { kind: 'labels', labels: [REGION_LABEL, ZONE_LABEL, ...nearest], failover: [] };
  }
  const written = own ?? mesh;
  if (written?.enabled === false) return null;
  const { distribute = [], failover = [], failoverPriority = [] } = written ?? {};
  if (distribute.length > 0) return { kind: 'distribute', distribute };
  if (policy.outlierDetection === null) return null;
  if (failoverPriority.length > 0) return { kind: 'labels', labels: failoverPriority, failover };
  return { kind: 'distance', failover };
}
