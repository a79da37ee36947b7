import type {
  AuthorizationPolicy,
  DestinationRule,
  Gateway,
  PeerAuthentication,
  RateLimitPatch,
  RequestAuthentication,
  RouteSet,
  Service,
  SidecarScope,
  Workload,
} from '../../mesh/index.js';
import type { Resource } from '../resource.js';
import { translateAuthorizationPolicy } from './authorization-policy.js';
import type { Version } from './context.js';
import { translateDestinationRule } from './destination-rule.js';
import { translateEnvoyFilter } from './envoy-filter.js';
import { translateGateway } from './gateway.js';
import { translatePeerAuthentication } from './peer-authentication.js';
import { translateRequestAuthentication } from './request-authentication.js';
import type { IstioKind } from './schema.js';
import { checkResource } from './schema.js';
import { translateServiceEntry } from './service-entry.js';
import { translateSidecar } from './sidecar.js';
import { checkTelemetry } from './telemetry.js';
import { translateVirtualService } from './virtual-service.js';
import { translateWorkloadEntry, translateWorkloadGroup } from './workload-entry.js';

/** What Istio's resources add to a mesh. */
export interface IstioFragments {
  readonly services: Service[];
  readonly gateways: Gateway[];
  readonly routeSets: RouteSet[];
  readonly destinationRules: DestinationRule[];
  readonly sidecarScopes: SidecarScope[];
  readonly rateLimits: RateLimitPatch[];
  readonly peerAuthentications: PeerAuthentication[];
  readonly requestAuthentications: RequestAuthentication[];
  readonly authorizationPolicies: AuthorizationPolicy[];
  /** Machines outside the cluster. */
  readonly workloads: Workload[];
}

export function noFragments(): IstioFragments {
  return {
    services: [],
    gateways: [],
    routeSets: [],
    destinationRules: [],
    sidecarScopes: [],
    rateLimits: [],
    peerAuthentications: [],
    requestAuthentications: [],
    authorizationPolicies: [],
    workloads: [],
  };
}

/** Translates one of Istio's resources and adds it to `fragments`. A ProxyConfig has been read before the workloads. */
export function translateIstio(
  resource: Resource,
  kind: IstioKind,
  istioVersion: Version,
  fragments: IstioFragments,
): void {
  if (kind === 'ProxyConfig') return;
  checkResource(resource, kind);
  const context = { namespace: resource.namespace, istioVersion };
  switch (kind) {
    case 'VirtualService':
      fragments.routeSets.push(translateVirtualService(resource, context));
      return;
    case 'DestinationRule':
      fragments.destinationRules.push(translateDestinationRule(resource, context));
      return;
    case 'Gateway':
      fragments.gateways.push(translateGateway(resource, context));
      return;
    case 'ServiceEntry':
      fragments.services.push(...translateServiceEntry(resource, context));
      return;
    case 'Sidecar':
      fragments.sidecarScopes.push(translateSidecar(resource, context));
      return;
    case 'EnvoyFilter':
      fragments.rateLimits.push(...translateEnvoyFilter(resource, context));
      return;
    case 'PeerAuthentication':
      fragments.peerAuthentications.push(translatePeerAuthentication(resource, context));
      return;
    case 'RequestAuthentication':
      fragments.requestAuthentications.push(translateRequestAuthentication(resource, context));
      return;
    case 'AuthorizationPolicy':
      fragments.authorizationPolicies.push(translateAuthorizationPolicy(resource, context));
      return;
    case 'WorkloadEntry':
      fragments.workloads.push(translateWorkloadEntry(resource, context));
      return;
    case 'WorkloadGroup':
      fragments.workloads.push(translateWorkloadGroup(resource, context));
      return;
    case 'Telemetry':
      checkTelemetry(resource, context);
  }
}
