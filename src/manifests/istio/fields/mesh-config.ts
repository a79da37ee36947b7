import type { Accounting } from '../../../reading/index.js';
import type { Newcomers } from '../account.js';
import {
  CONNECTION_POOL_FIELDS,
  HTTP_POOL_FIELDS,
  LOCALITY_FIELDS,
  OUTLIER_DETECTION_FIELDS,
  TCP_POOL_FIELDS,
} from './destination-rule.js';
import { RETRIES_FIELDS } from './virtual-service.js';

type Fields = Readonly<Record<string, Accounting>>;

/** Source: Istio 1.31, mesh/v1alpha1/config.proto, MeshConfig. */
export const MESH_CONFIG_FIELDS = {
  accessLogEncoding: 'no-effect',
  accessLogFile: 'no-effect',
  accessLogFormat: 'no-effect',
  ca: 'no-effect',
  caCertificates: 'no-effect',
  certificates: 'no-effect',
  configSources: 'not-modelled',
  connectTimeout: 'modelled',
  defaultConfig: 'modelled',
  defaultDestinationRuleExportTo: 'modelled',
  defaultHttpRetryPolicy: 'modelled',
  defaultInboundHttpRetryPolicy: 'not-modelled',
  defaultProviders: 'no-effect', // of telemetry
  defaultServiceExportTo: 'modelled',
  defaultTrafficPolicy: 'modelled',
  defaultVirtualServiceExportTo: 'modelled',
  disableEnvoyListenerLog: 'no-effect',
  discoverySelectors: 'not-modelled',
  dnsRefreshRate: 'no-effect', // names always resolve
  enableAutoMtls: 'modelled',
  enableEnvoyAccessLogService: 'no-effect',
  enablePrometheusMerge: 'no-effect',
  enableTracing: 'no-effect',
  extensionProviders: 'modelled', // that there are some: policies that ask one are reported
  h2UpgradePolicy: 'modelled',
  hboneIdleTimeout: 'no-effect', // ambient
  inboundClusterStatName: 'no-effect',
  inboundTrafficPolicy: 'no-effect', // the application is reached in any case
  ingressClass: 'no-effect', // an Ingress is reported itself
  ingressControllerMode: 'no-effect',
  ingressSelector: 'no-effect',
  ingressService: 'no-effect',
  localityLbSetting: 'modelled',
  meshMTLS: 'no-effect',
  outboundClusterStatName: 'no-effect',
  outboundTrafficPolicy: 'modelled',
  pathNormalization: 'not-modelled',
  protocolDetectionTimeout: 'no-effect', // every client speaks first
  proxyHttpPort: 'no-effect',
  proxyInboundListenPort: 'no-effect',
  proxyListenPort: 'no-effect',
  rootNamespace: 'modelled',
  serviceEntryVisibility: 'not-modelled',
  serviceScopeConfigs: 'no-effect', // ambient
  serviceSettings: 'no-effect', // several clusters
  tcpKeepalive: 'not-modelled',
  tlsDefaults: 'no-effect',
  trustDomain: 'not-modelled',
  trustDomainAliases: 'no-effect',
  verifyCertificateAtClient: 'no-effect',
  zoneAwareLbSetting: 'not-modelled',
} as const satisfies Fields;

/** Source: as above. */
export const MESH_CONFIG_SINCE = {
  defaultInboundHttpRetryPolicy: [1, 32],
  defaultTrafficPolicy: [1, 31],
  zoneAwareLbSetting: [1, 31],
} as const satisfies Newcomers;

export const MESH_OUTBOUND_POLICY_FIELDS = { mode: 'modelled', tls: 'no-effect' } as const satisfies Fields;

/** Of the extension providers those that decide about requests. */
export const EXT_AUTHZ_PROVIDERS = {
  envoyExtAuthzGrpc: 'modelled',
  envoyExtAuthzHttp: 'modelled',
} as const satisfies Fields;

export const DEFAULT_TRAFFIC_POLICY_FIELDS = {
  connectionPool: 'modelled',
  outlierDetection: 'modelled',
} as const satisfies Fields;

/** Istiod looks for these by their JSON name alone. Source: Istio 1.31, pkg/config/mesh/mesh.go, ApplyMeshConfig. */
const IN_JSON_ALONE: readonly string[] = ['defaultConfig', 'defaultProviders'];

/** All names in a MeshConfig that may be written as in the API too, those of its parts among them. */
export const MESH_CONFIG_NAMES: readonly string[] = [
  MESH_CONFIG_FIELDS,
  DEFAULT_TRAFFIC_POLICY_FIELDS,
  RETRIES_FIELDS,
  LOCALITY_FIELDS,
  CONNECTION_POOL_FIELDS,
  HTTP_POOL_FIELDS,
  TCP_POOL_FIELDS,
  OUTLIER_DETECTION_FIELDS,
  EXT_AUTHZ_PROVIDERS,
]
  .flatMap((fields) => Object.keys(fields))
  .filter((name) => !IN_JSON_ALONE.includes(name));

/** Source: Istio 1.31, operator/pkg/apis/types.go, IstioOperatorSpec. */
export const ISTIO_OPERATOR_FIELDS = {
  compatibilityVersion: 'not-modelled',
  components: 'not-modelled',
  hub: 'no-effect',
  installPackagePath: 'no-effect',
  meshConfig: 'modelled',
  namespace: 'no-effect',
  profile: 'no-effect',
  revision: 'no-effect',
  tag: 'no-effect',
  unvalidatedValues: 'not-modelled',
  values: 'not-modelled',
} as const satisfies Fields;
