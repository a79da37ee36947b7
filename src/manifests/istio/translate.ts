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
import type { Context, Version } from './context.js';
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

type Translate = (resource: Resource, context: Context, fragments: IstioFragments) => void;

/** What each kind adds. A ProxyConfig has been read before the workloads. */
const TRANSLATE: Readonly<Record<Exclude<IstioKind, 'ProxyConfig'>, Translate>> = {
  VirtualService: (resource, context, { routeSets }) => routeSets.push(translateVirtualService(resource, context)),
  DestinationRule: (resource, context, { destinationRules }) =>
    destinationRules.push(translateDestinationRule(resource, context)),
  Gateway: (resource, context, { gateways }) => gateways.push(translateGateway(resource, context)),
  ServiceEntry: (resource, context, { services }) => services.push(...translateServiceEntry(resource, context)),
  Sidecar: (resource, context, { sidecarScopes }) => sidecarScopes.push(translateSidecar(resource, context)),
  EnvoyFilter: (resource, context, { rateLimits }) => rateLimits.push(...translateEnvoyFilter(resource, context)),
  PeerAuthentication: (resource, context, { peerAuthentications }) =>
    peerAuthentications.push(translatePeerAuthentication(resource, context)),
  RequestAuthentication: (resource, context, { requestAuthentications }) =>
    requestAuthentications.push(translateRequestAuthentication(resource, context)),
  AuthorizationPolicy: (resource, context, { authorizationPolicies }) =>
    authorizationPolicies.push(translateAuthorizationPolicy(resource, context)),
  WorkloadEntry: (resource, context, { workloads }) => workloads.push(translateWorkloadEntry(resource, context)),
  WorkloadGroup: (resource, context, { workloads }) => workloads.push(translateWorkloadGroup(resource, context)),
  Telemetry: checkTelemetry,
};

/** Translates one of Istio's resources and adds it to `fragments`. */
export function translateIstio(
  resource: Resource,
  kind: IstioKind,
  istioVersion: Version,
  fragments: IstioFragments,
): void {
  if (kind === 'ProxyConfig') return;
  checkResource(resource, kind);
  TRANSLATE[kind](resource, { namespace: resource.namespace, istioVersion }, fragments);
}
