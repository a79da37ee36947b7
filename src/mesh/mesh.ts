import type { Gateway } from './gateway.js';
import type { DestinationRule } from './policies.js';
import type { RouteSet } from './routes.js';
import type { Service } from './service.js';
import type { SidecarScope } from './sidecar.js';
import type { Workload } from './workload.js';

export interface MeshSettings {
  /** `[1, 31]`. */
  readonly istioVersion: readonly [number, number];
  readonly rootNamespace: string;
  readonly connectTimeoutMs: number;
  readonly outboundTrafficPolicy: 'allow-any' | 'registry-only';
}

/** Everything the proxies are told, in neutral terms. Immutable and plain: it can be printed. */
export interface Mesh {
  readonly settings: MeshSettings;
  readonly services: readonly Service[];
  readonly workloads: readonly Workload[];
  readonly gateways: readonly Gateway[];
  readonly routeSets: readonly RouteSet[];
  readonly destinationRules: readonly DestinationRule[];
  readonly sidecarScopes: readonly SidecarScope[];
}
