import {
  type LocalityOrder,
  type LocalityPreference,
  NODE_LABEL,
  REGION_LABEL,
  SUBZONE_LABEL,
  ZONE_LABEL,
} from '../locality.js';
import type { MeshSettings } from '../mesh.js';
import type { Service } from '../service.js';
import type { PortPolicy } from './policy-inheritance.js';

/** By which labels endpoints come first, for who shares most of them with the caller; null: all are alike. */
export function preferredLabels(prefers: Service['prefers']): readonly string[] | null {
  if (prefers === 'any') return null;
  return [REGION_LABEL, ZONE_LABEL, ...(prefers === 'node' ? [SUBZONE_LABEL, NODE_LABEL] : [])];
}

/** Which endpoints kube-proxy gives the connections that are made to the service's own address; null: all are alike. */
export function addressLocality({ leadsWithinZone, headless }: Service): LocalityOrder | null {
  return leadsWithinZone && !headless ? { kind: 'labels', labels: [ZONE_LABEL], failover: [] } : null;
}

/**
 * Which localities' endpoints come first. `distribute` needs nothing else; a failover needs outlier detection, without
 * which a proxy would never find an endpoint unhealthy, or a Service that asks for it. A `localityLbSetting` takes the
 * place of the Service's wish, the Service's wish that of the mesh's setting. Where only the mesh detects outliers the
 * cluster does but its list of endpoints does not know of it (`isDetected`): no priorities, and the weights all the same.
 * Source: Istio 1.31, pilot/pkg/xds/endpoints/endpoint_builder.go, pilot/pkg/networking/core/loadbalancer/loadbalancer.go.
 */
export function localityPreference(
  service: Service,
  policy: PortPolicy,
  mesh: Pick<MeshSettings, 'locality' | 'origin'>,
  isDetected: boolean,
): LocalityPreference | null {
  const own = policy.loadBalancer?.locality ?? null;
  const wished = preferredLabels(service.prefers);
  if (own === null && wished !== null) {
    return { origin: service.origin, kind: 'labels', labels: wished, failover: [] };
  }
  const written = own ?? mesh.locality;
  if (written?.enabled === false) return null;
  const origin = own !== null ? policy.loadBalancer!.origin : mesh.locality && mesh.origin;
  const { distribute = [], failover = [], failoverPriority = [] } = written ?? {};
  if (distribute.length > 0) return { origin, kind: 'distribute', distribute };
  if (policy.outlierDetection === null) return null;
  if (!isDetected)
    return failover.length + failoverPriority.length > 0 ? { origin, kind: 'distribute', distribute } : null;
  if (failoverPriority.length > 0) return { origin, kind: 'labels', labels: failoverPriority, failover };
  return { origin, kind: 'distance', failover };
}
