import type { IDestinationRule } from '@kubernetes-models/istio/networking.istio.io/v1';
import type { Decisions, EntryOf } from './decision.js';

type Spec = IDestinationRule['spec'] & {};
type Policy = NonNullable<Spec['trafficPolicy']>;
type Pool = NonNullable<Policy['connectionPool']>;
type Balancing = NonNullable<Policy['loadBalancer']>;

export const DESTINATION_RULE_FIELDS = {
  exportTo: 'modelled',
  host: 'modelled',
  subsets: 'modelled',
  trafficPolicy: 'modelled',
  workloadSelector: 'modelled',
} as const satisfies Decisions<Spec>;

export const SELECTOR_FIELDS = { matchLabels: 'modelled' } as const satisfies Decisions<
  NonNullable<Spec['workloadSelector']>
>;

export const SUBSET_FIELDS = {
  labels: 'modelled',
  name: 'modelled',
  trafficPolicy: 'modelled',
} as const satisfies Decisions<EntryOf<Spec['subsets']>>;

export const TRAFFIC_POLICY_FIELDS = {
  connectionPool: 'modelled',
  loadBalancer: 'modelled',
  outlierDetection: 'modelled',
  portLevelSettings: 'modelled',
  proxyProtocol: 'not-modelled',
  retryBudget: 'modelled',
  tls: 'modelled',
  tunnel: 'not-modelled',
} as const satisfies Decisions<Policy>;

export const PORT_POLICY_FIELDS = {
  connectionPool: 'modelled',
  loadBalancer: 'modelled',
  outlierDetection: 'modelled',
  port: 'modelled',
  tls: 'modelled',
} as const satisfies Decisions<EntryOf<Policy['portLevelSettings']>>;

export const CONNECTION_POOL_FIELDS = { http: 'modelled', tcp: 'modelled' } as const satisfies Decisions<Pool>;

export const HTTP_POOL_FIELDS = {
  h2UpgradePolicy: 'modelled',
  http1MaxPendingRequests: 'modelled',
  http2MaxRequests: 'modelled',
  idleTimeout: 'modelled',
  maxConcurrentStreams: 'modelled',
  maxRequestsPerConnection: 'modelled',
  maxRetries: 'modelled',
  useClientProtocol: 'modelled',
} as const satisfies Decisions<NonNullable<Pool['http']>>;

export const TCP_POOL_FIELDS = {
  connectTimeout: 'modelled',
  idleTimeout: 'modelled',
  maxConnectionDuration: 'modelled',
  maxConnections: 'modelled',
  tcpKeepalive: 'not-modelled',
} as const satisfies Decisions<NonNullable<Pool['tcp']>>;

export const OUTLIER_DETECTION_FIELDS = {
  baseEjectionTime: 'modelled',
  consecutive5xxErrors: 'modelled',
  consecutiveErrors: 'no-effect', // istiod reads it no more; the webhook warns
  consecutiveGatewayErrors: 'modelled',
  consecutiveLocalOriginFailures: 'modelled',
  interval: 'modelled',
  maxEjectionPercent: 'modelled',
  minHealthPercent: 'modelled',
  splitExternalLocalOriginErrors: 'modelled',
} as const satisfies Decisions<NonNullable<Policy['outlierDetection']>>;

export const LOAD_BALANCER_FIELDS = {
  consistentHash: 'modelled',
  localityLbSetting: 'modelled',
  simple: 'modelled',
  warmup: 'modelled',
  warmupDurationSecs: 'modelled',
} as const satisfies Decisions<Balancing>;

export const HASH_FIELDS = {
  httpCookie: 'modelled',
  httpHeaderName: 'modelled',
  httpQueryParameterName: 'modelled',
  maglev: 'modelled',
  minimumRingSize: 'modelled',
  ringHash: 'modelled',
  useSourceIp: 'modelled',
} as const satisfies Decisions<NonNullable<Balancing['consistentHash']>>;

export const WARMUP_FIELDS = {
  aggression: 'modelled',
  duration: 'modelled',
  minimumPercent: 'modelled',
} as const satisfies Decisions<NonNullable<Balancing['warmup']>>;

export const LOCALITY_FIELDS = {
  distribute: 'modelled',
  enabled: 'modelled',
  failover: 'modelled',
  failoverPriority: 'modelled',
} as const satisfies Decisions<NonNullable<Balancing['localityLbSetting']>>;

export const CLIENT_TLS_FIELDS = {
  caCertificates: 'no-effect',
  caCrl: 'no-effect',
  clientCertificate: 'no-effect',
  credentialName: 'modelled',
  insecureSkipVerify: 'modelled',
  mode: 'modelled',
  privateKey: 'no-effect',
  sni: 'modelled',
  subjectAltNames: 'no-effect',
} as const satisfies Decisions<NonNullable<Policy['tls']>>;

export const RETRY_BUDGET_FIELDS = {
  minRetryConcurrency: 'modelled',
  percent: 'modelled',
} as const satisfies Decisions<NonNullable<Policy['retryBudget']>>;
