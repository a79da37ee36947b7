import type {
  ConnectionPoolPolicy,
  Destination,
  DestinationRule,
  Gateway,
  GatewayServer,
  HttpMatch,
  HttpRoute,
  LoadBalancing,
  Mesh,
  MeshSettings,
  Mirror,
  Mirroring,
  Origin,
  OutlierPolicy,
  RetryPolicy,
  RouteSet,
  Service,
  ServicePort,
  SidecarScope,
  StringMatch,
  Subset,
  TcpRoute,
  TrafficPolicy,
  Workload,
} from '../../src/mesh/index.js';
import { ISTIO_SETTINGS } from '../../src/mesh/index.js';

/** Plain nodes of a mesh with defaults, for tests that say only what they are about. Short hosts are of `default`. */

export function origin(kind = 'Test', name = 'test', line = 1): Origin {
  return { file: 'mesh.yaml', line, column: 1, resource: { kind, namespace: 'default', name }, path: 'spec' };
}

export function fqdn(host: string): string {
  return host.includes('.') || host === '*' ? host : `${host}.default.svc.cluster.local`;
}

export function mesh(
  parts: Partial<Omit<Mesh, 'settings'>> & { readonly settings?: Partial<MeshSettings> } = {},
): Mesh {
  return {
    services: [],
    aliases: [],
    workloads: [],
    gateways: [],
    routeSets: [],
    destinationRules: [],
    sidecarScopes: [],
    rateLimits: [],
    peerAuthentications: [],
    requestAuthentications: [],
    authorizationPolicies: [],
    ...parts,
    settings: { istioVersion: [1, 31], ...ISTIO_SETTINGS, ...parts.settings },
  };
}

export function port(number: number, parts: Partial<ServicePort> = {}): ServicePort {
  return { number, name: null, protocol: 'http', targetPort: number, ...parts };
}

export function service(name: string, parts: Partial<Service> = {}): Service {
  const namespace = parts.namespace ?? 'default';
  return {
    origin: origin('Service', name),
    name,
    namespace,
    host: `${name}.${namespace}.svc.cluster.local`,
    external: false,
    location: 'mesh',
    resolution: 'cluster',
    ports: [port(80)],
    selector: { app: name },
    headless: false,
    listensAnywhere: false,
    endpoints: [],
    prefers: 'any',
    exportTo: [],
    age: 0,
    ...parts,
  };
}

/** One host of a ServiceEntry. */
export function externalService(host: string, parts: Partial<Service> = {}): Service {
  const entry = { external: true, location: 'external', resolution: 'dns', selector: null } as const;
  return service(host, { host, ...entry, ...parts });
}

export function workload(name: string, parts: Partial<Workload> = {}): Workload {
  return {
    origin: origin('Deployment', name),
    kind: 'Deployment',
    name,
    namespace: 'default',
    labels: { app: name },
    replicas: 1,
    serviceAccount: 'default',
    cpuLimit: null,
    cpuRequest: null,
    namedPorts: {},
    role: 'app',
    proxy: { cpuLimit: 2, concurrency: 2 },
    ...parts,
  };
}

export function gatewayWorkload(parts: Partial<Workload> = {}): Workload {
  const labels = { istio: 'ingressgateway' };
  return workload('istio-ingressgateway', { namespace: 'istio-system', labels, role: 'gateway', ...parts });
}

export function routeSet(host: string, http: readonly HttpRoute[], parts: Partial<RouteSet> = {}): RouteSet {
  return {
    origin: origin('VirtualService', parts.name ?? host),
    name: host,
    namespace: 'default',
    hosts: [fqdn(host)],
    gateways: ['mesh'],
    exportTo: [],
    http,
    tcp: [],
    age: 0,
    ...parts,
  };
}

export function httpRoute(parts: Partial<HttpRoute> = {}): HttpRoute {
  return {
    origin: origin('VirtualService', parts.name ?? 'test'),
    name: null,
    matches: [],
    action: { kind: 'forward', destinations: [destination('server')] },
    timeoutMs: null,
    retries: null,
    fault: null,
    cors: null,
    mirroring: mirroring(),
    rewrite: null,
    requestHeaders: null,
    responseHeaders: null,
    ...parts,
  };
}

/** A rule with this name that sends everything it matches to `host`. */
export function ruleTo(name: string, matches: readonly HttpMatch[] = [], host = 'server'): HttpRoute {
  return httpRoute({ name, matches, action: { kind: 'forward', destinations: [destination(host)] } });
}

export function httpMatch(parts: Partial<HttpMatch> = {}): HttpMatch {
  return {
    origin: origin(),
    name: null,
    uri: null,
    ignoreUriCase: false,
    method: null,
    authority: null,
    scheme: null,
    headers: {},
    withoutHeaders: {},
    queryParams: {},
    port: null,
    gateways: [],
    sourceLabels: {},
    sourceNamespace: null,
    ...parts,
  };
}

export const exact = (value: string): StringMatch => ({ kind: 'exact', value });
export const prefix = (value: string): StringMatch => ({ kind: 'prefix', value });
export const regex = (value: string): StringMatch => ({ kind: 'regex', value });
export const present: StringMatch = { kind: 'present' };

export function destination(host: string, parts: Partial<Destination> = {}): Destination {
  const nothing = { subset: null, port: null, weight: 0, requestHeaders: null, responseHeaders: null };
  return { origin: origin(), host: fqdn(host), ...nothing, ...parts };
}

export function mirror(host: string, share: number): Mirror {
  return { origin: origin(), destination: destination(host), share };
}

export function mirroring(parts: Partial<Mirroring> = {}): Mirroring {
  return { one: null, percentage: null, percent: null, several: [], ...parts };
}

export function tcpRoute(host: string, parts: Partial<TcpRoute> = {}): TcpRoute {
  const asks = { sniHosts: null, port: null, gateways: [], sourceLabels: {}, sourceNamespace: null };
  return { origin: origin(), ...asks, destinations: [destination(host)], ...parts };
}

export function retries(parts: Partial<RetryPolicy> = {}): RetryPolicy {
  return {
    origin: origin(),
    attempts: 3,
    retryOn: [],
    perTryTimeoutMs: null,
    backoffMs: null,
    retryRemoteLocalities: false,
    retryIgnorePreviousHosts: null,
    ...parts,
  };
}

export function destinationRule(host: string, parts: Partial<DestinationRule> = {}): DestinationRule {
  return {
    origin: origin('DestinationRule', parts.name ?? host),
    name: host,
    namespace: 'default',
    host: fqdn(host),
    exportTo: [],
    workloadSelector: null,
    policy: null,
    subsets: [],
    age: 0,
    ...parts,
  };
}

export function policy(parts: Partial<TrafficPolicy> = {}): TrafficPolicy {
  const nothing = { loadBalancer: null, connectionPool: null, outlierDetection: null, tls: null, retryBudget: null };
  return { origin: origin('DestinationRule'), ...nothing, portLevel: [], ...parts };
}

export function subset(name: string, parts: Partial<Subset> = {}): Subset {
  return { origin: origin('DestinationRule'), name, labels: { version: name }, policy: null, ...parts };
}

export function pool(parts: Partial<ConnectionPoolPolicy> = {}): ConnectionPoolPolicy {
  return {
    origin: origin('DestinationRule'),
    maxConnections: null,
    connectTimeoutMs: null,
    maxConnectionDurationMs: null,
    tcpIdleTimeoutMs: null,
    http1MaxPendingRequests: null,
    http2MaxRequests: null,
    maxRequestsPerConnection: null,
    maxRetries: null,
    idleTimeoutMs: null,
    maxConcurrentStreams: null,
    h2Upgrade: null,
    useClientProtocol: false,
    ...parts,
  };
}

export function outlier(parts: Partial<OutlierPolicy> = {}): OutlierPolicy {
  return {
    origin: origin('DestinationRule'),
    consecutive5xxErrors: null,
    consecutiveGatewayErrors: null,
    splitExternalLocalOriginErrors: false,
    consecutiveLocalOriginFailures: null,
    intervalMs: null,
    baseEjectionMs: null,
    maxEjectionPercent: null,
    minHealthPercent: null,
    ...parts,
  };
}

export function balancer(kind: NonNullable<LoadBalancing['balancer']>['kind']): LoadBalancing {
  const hashing = { key: { kind: 'source-ip' }, table: 'ring', size: 1024 } as const;
  const made = kind === 'consistent-hash' ? { kind, ...hashing } : { kind };
  return { origin: origin('DestinationRule'), balancer: made, warmup: null, locality: null };
}

export function sidecarScope(parts: Partial<SidecarScope> = {}): SidecarScope {
  return {
    origin: origin('Sidecar'),
    name: 'test',
    namespace: 'default',
    workloadSelector: null,
    egress: null,
    inboundConnectionPool: null,
    ingress: [],
    outboundTrafficPolicy: null,
    age: 0,
    ...parts,
  };
}

/** Egress hosts as a Sidecar writes them: `namespace/host`. */
export function egress(...hosts: readonly string[]): NonNullable<SidecarScope['egress']> {
  return [{ port: null, hosts: hosts.map(gatewayHost) }];
}

export function gateway(name: string, servers: readonly GatewayServer[], parts: Partial<Gateway> = {}): Gateway {
  const selector = { istio: 'ingressgateway' };
  return { origin: origin('Gateway', name), name, namespace: 'default', selector, servers, age: 0, ...parts };
}

/** A Gateway server; hosts as written, with or without namespace. */
export function server(
  number: number,
  hosts: readonly string[],
  parts: Partial<Omit<GatewayServer, 'hosts'>> = {},
): GatewayServer {
  return {
    origin: origin('Gateway'),
    port: number,
    protocol: 'http',
    tls: null,
    ...parts,
    hosts: hosts.map(gatewayHost),
  };
}

function gatewayHost(written: string): { readonly namespace: string; readonly host: string } {
  const slash = written.indexOf('/');
  return slash < 0
    ? { namespace: '*', host: written }
    : { namespace: written.slice(0, slash), host: written.slice(slash + 1) };
}
