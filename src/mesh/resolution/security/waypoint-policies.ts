import type { PolicyTarget } from '../../security.js';
import type { Service } from '../../service.js';
import { GATEWAY_NAME_LABEL } from '../../waypoint.js';
import type { Workload } from '../../workload.js';

/** What a target of the root namespace may be: all waypoints. */
export const WAYPOINT_CLASS = 'istio-waypoint';

/**
 * Whether a policy that is attached to `target` acts on what comes to the waypoint for the service.
 * Source: Istio 1.31, pilot/pkg/model/policyattachment.go, `ShouldAttachPolicy`.
 */
export function isAttachedTo(
  { kind, name }: PolicyTarget,
  owner: string,
  at: { readonly waypoint: Workload; readonly service: Service; readonly rootNamespace: string },
): boolean {
  const { waypoint, service, rootNamespace } = at;
  switch (kind) {
    case 'GatewayClass':
      return name === WAYPOINT_CLASS && owner === rootNamespace;
    case 'Gateway':
      return name === waypoint.labels[GATEWAY_NAME_LABEL] && owner === waypoint.namespace;
    case 'Service':
      return !service.external && name === service.name && owner === service.namespace;
    case 'ServiceEntry':
      return service.external && name === service.origin.resource.name && owner === service.namespace;
  }
}
