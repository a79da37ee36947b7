import type { IVirtualService } from '@kubernetes-models/istio/networking.istio.io/v1';
import type { Decisions, EntryOf } from './decision.js';

type Spec = NonNullable<IVirtualService['spec']>;
type Http = EntryOf<Spec['http']>;
type HttpMatch = EntryOf<Http['match']>;
type Route = EntryOf<Http['route']>;
type Fault = NonNullable<Http['fault']>;
type Tcp = EntryOf<Spec['tcp']>;
type Tls = EntryOf<Spec['tls']>;

export const VIRTUAL_SERVICE_FIELDS = {
  exportTo: 'modelled',
  gateways: 'modelled',
  hosts: 'modelled',
  http: 'modelled',
  tcp: 'modelled',
  tls: 'modelled',
} as const satisfies Decisions<Spec>;

export const HTTP_ROUTE_FIELDS = {
  corsPolicy: 'modelled',
  delegate: 'modelled',
  directResponse: 'modelled',
  fault: 'modelled',
  headers: 'modelled',
  match: 'modelled',
  mirror: 'modelled',
  mirror_percent: 'modelled',
  mirrorPercent: 'modelled',
  mirrorPercentage: 'modelled',
  mirrors: 'modelled',
  name: 'modelled',
  redirect: 'modelled',
  retries: 'modelled',
  rewrite: 'modelled',
  route: 'modelled',
  timeout: 'modelled',
} as const satisfies Decisions<Http>;

export const HTTP_MATCH_FIELDS = {
  authority: 'modelled',
  gateways: 'modelled',
  headers: 'modelled',
  ignoreUriCase: 'modelled',
  method: 'modelled',
  name: 'modelled',
  port: 'modelled',
  queryParams: 'modelled',
  scheme: 'modelled',
  sourceLabels: 'modelled',
  sourceNamespace: 'modelled',
  statPrefix: 'no-effect', // names Envoy's counters
  uri: 'modelled',
  withoutHeaders: 'modelled',
} as const satisfies Decisions<HttpMatch>;

export const STRING_MATCH_FIELDS = {
  exact: 'modelled',
  prefix: 'modelled',
  regex: 'modelled',
} as const satisfies Decisions<NonNullable<HttpMatch['uri']>>;

export const ROUTE_DESTINATION_FIELDS = {
  destination: 'modelled',
  headers: 'modelled',
  weight: 'modelled',
} as const satisfies Decisions<Route>;

export const DESTINATION_FIELDS = {
  host: 'modelled',
  port: 'modelled',
  subset: 'modelled',
} as const satisfies Decisions<NonNullable<Route['destination']>>;

export const PORT_SELECTOR_FIELDS = { number: 'modelled' } as const satisfies Decisions<
  NonNullable<NonNullable<Route['destination']>['port']>
>;

export const HEADERS_FIELDS = {
  request: 'modelled',
  response: 'modelled',
} as const satisfies Decisions<NonNullable<Http['headers']>>;

export const HEADER_OPERATIONS_FIELDS = {
  add: 'modelled',
  remove: 'modelled',
  set: 'modelled',
} as const satisfies Decisions<NonNullable<NonNullable<Http['headers']>['request']>>;

export const RETRIES_FIELDS = {
  attempts: 'modelled',
  backoff: 'modelled',
  perTryTimeout: 'modelled',
  retryIgnorePreviousHosts: 'modelled',
  retryOn: 'modelled',
  retryRemoteLocalities: 'modelled',
} as const satisfies Decisions<NonNullable<Http['retries']>>;

export const FAULT_FIELDS = { abort: 'modelled', delay: 'modelled' } as const satisfies Decisions<Fault>;

export const DELAY_FIELDS = {
  exponentialDelay: 'modelled', // refused by the webhook
  fixedDelay: 'modelled',
  percent: 'modelled',
  percentage: 'modelled',
} as const satisfies Decisions<NonNullable<Fault['delay']>>;

export const ABORT_FIELDS = {
  grpcStatus: 'modelled',
  http2Error: 'modelled', // refused by the webhook
  httpStatus: 'modelled',
  percentage: 'modelled',
} as const satisfies Decisions<NonNullable<Fault['abort']>>;

export const CORS_POLICY_FIELDS = {
  allowCredentials: 'no-effect', // what is written into answers
  allowHeaders: 'no-effect',
  allowMethods: 'no-effect',
  allowOrigin: 'modelled',
  allowOrigins: 'modelled',
  exposeHeaders: 'no-effect',
  maxAge: 'no-effect',
  unmatchedPreflights: 'modelled',
} as const satisfies Decisions<NonNullable<Http['corsPolicy']>>;

export const PERCENTAGE_FIELDS = { value: 'modelled' } as const satisfies Decisions<
  NonNullable<Http['mirrorPercentage']>
>;

export const MIRROR_FIELDS = {
  destination: 'modelled',
  percentage: 'modelled',
} as const satisfies Decisions<EntryOf<Http['mirrors']>>;

export const REWRITE_FIELDS = {
  authority: 'modelled',
  uri: 'modelled',
  uriRegexRewrite: 'modelled',
} as const satisfies Decisions<NonNullable<Http['rewrite']>>;

export const REGEX_REWRITE_FIELDS = {
  match: 'modelled',
  rewrite: 'modelled',
} as const satisfies Decisions<NonNullable<NonNullable<Http['rewrite']>['uriRegexRewrite']>>;

export const REDIRECT_FIELDS = {
  authority: 'modelled',
  derivePort: 'modelled',
  port: 'modelled',
  redirectCode: 'modelled',
  scheme: 'modelled',
  uri: 'modelled',
} as const satisfies Decisions<NonNullable<Http['redirect']>>;

export const DIRECT_RESPONSE_FIELDS = {
  body: 'modelled',
  status: 'modelled',
} as const satisfies Decisions<NonNullable<Http['directResponse']>>;

export const BODY_FIELDS = { bytes: 'modelled', string: 'modelled' } as const satisfies Decisions<
  NonNullable<NonNullable<Http['directResponse']>['body']>
>;

export const DELEGATE_FIELDS = {
  name: 'modelled',
  namespace: 'modelled',
} as const satisfies Decisions<NonNullable<Http['delegate']>>;

export const L4_ROUTE_FIELDS = { match: 'modelled', route: 'modelled' } as const satisfies Decisions<Tcp> &
  Decisions<Tls>;

export const L4_DESTINATION_FIELDS = { destination: 'modelled', weight: 'modelled' } as const satisfies Decisions<
  EntryOf<Tcp['route']>
> &
  Decisions<EntryOf<Tls['route']>>;

export const TCP_MATCH_FIELDS = {
  destinationSubnets: 'not-modelled',
  gateways: 'modelled',
  port: 'modelled',
  sourceLabels: 'modelled',
  sourceNamespace: 'modelled',
  sourceSubnet: 'not-modelled',
} as const satisfies Decisions<EntryOf<Tcp['match']>>;

export const TLS_MATCH_FIELDS = {
  destinationSubnets: 'not-modelled',
  gateways: 'modelled',
  port: 'modelled',
  sniHosts: 'modelled',
  sourceLabels: 'modelled',
  sourceNamespace: 'modelled',
} as const satisfies Decisions<EntryOf<Tls['match']>>;
