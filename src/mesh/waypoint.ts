import type { Origin } from './origin.js';

/** What a waypoint takes: calls to services, to the addresses of pods, both, or nothing. */
export type WaypointTraffic = 'service' | 'workload' | 'all' | 'none';

/** Whoever calls the service in ambient mode is sent to this waypoint. */
export interface WaypointBinding {
  /** Of the label that asks for it. */
  readonly origin: Origin;
  /** Of the Gateway that it is. */
  readonly namespace: string;
  readonly name: string;
  /** What comes through gateways goes there too (`istio.io/ingress-use-waypoint`). */
  readonly forIngress: boolean;
}

/** The label of a waypoint's pods that names their Gateway. */
export const GATEWAY_NAME_LABEL = 'gateway.networking.k8s.io/gateway-name';
