import type { ClusterRef, EffectiveCluster, EffectiveHost, EffectiveRateLimit, EffectiveRule } from './effective.js';
import type { EffectiveMutualTls, Transport } from './effective-security.js';
import { type ExplainedPolicy, explainPolicies } from './explain-policies.js';
import type { Mesh } from './mesh.js';
import type { Origin } from './origin.js';
import type { PortPolicy } from './resolution/policy-inheritance.js';
import type { MeshResolver } from './resolution/resolver.js';
import { outsideEnd, transportOf } from './resolution/security/transport.js';
import type { RetryPolicy } from './routes.js';
import { type Service, servesPort } from './service.js';
import { type Workload, workloadName } from './workload.js';

/** What becomes of calls to a host and port, with what people wrote beside what holds. Plain: it can be printed. */
export interface ExplainedHost {
  readonly caller: string;
  readonly callerKind: 'sidecar' | 'gateway' | 'waypoint' | 'ambient' | 'no proxy';
  /** It takes the call, and all that follows is what it does. Absent: no waypoint stands in between. */
  readonly waypoint?: ExplainedWaypoint;
  readonly host: string;
  readonly port: number;
  readonly istioVersion: readonly [number, number];
  readonly outcome: EffectiveHost;
  /** In the order in which they are tried; none unless the outcome has routes. */
  readonly rules: readonly ExplainedRule[];
  /** Every cluster that a rule names, once, in order of first mention. */
  readonly clusters: readonly ExplainedCluster[];
  /** Of a gateway or a waypoint: what judges the requests that it receives, before any rule. */
  readonly policies: readonly ExplainedPolicy[];
  /** Of a call that passes through: whom its address belongs to. */
  readonly endpoints: readonly ExplainedEndpoint[];
}

/** The waypoint that a call goes over. */
export interface ExplainedWaypoint {
  readonly name: string;
  readonly replicas: number;
  /** What sends the caller there. */
  readonly origin: Origin;
}

export interface ExplainedRule {
  readonly rule: EffectiveRule;
  /** Null: nobody wrote any. */
  readonly writtenRetry: RetryPolicy | null;
  /** That requests meet in the caller's proxy; where a rule has several matches, each has tokens of its own. */
  readonly rateLimits: readonly EffectiveRateLimit[];
}

export interface ExplainedCluster {
  readonly name: string;
  /** Null: it does not exist, and requests to it are answered 503 NC. */
  readonly cluster: EffectiveCluster | null;
  /** What people wrote of its policy; all else is default. */
  readonly written: PortPolicy | null;
  readonly endpoints: readonly ExplainedEndpoint[];
}

/** Pods of one workload, or one address of a ServiceEntry. */
export interface ExplainedEndpoint {
  readonly name: string;
  /** The `version` label. */
  readonly version: string | null;
  readonly replicas: number;
  readonly hasProxy: boolean;
  /** How the caller's connections turn out, and the mode of mutual TLS that holds there; null: no sidecar, and no ztunnel. */
  readonly transport: Transport;
  readonly mutualTls: EffectiveMutualTls | null;
  /** What judges the requests that it receives. */
  readonly policies: readonly ExplainedPolicy[];
  /** Of its own proxy, for the port that is called. */
  readonly rateLimits: readonly EffectiveRateLimit[];
  readonly origin: Origin;
}

/** Explains what the caller's proxy does with calls to `http://host:port`. */
export function explainHost(
  resolver: MeshResolver,
  mesh: Mesh,
  caller: Workload,
  host: string,
  port: number,
): ExplainedHost {
  const called = caller.role === 'gateway' ? null : resolver.service(caller.namespace, host);
  const waypoint = called && resolver.waypointOf(caller, called);
  const router = waypoint ?? caller;
  const outcome = resolver.host(router, waypoint === null ? host : called!.host, port);
  const rules = outcome.kind === 'routes' ? outcome.rules : [];
  const bystander = outcome.kind === 'passthrough' ? outcome.service : null;
  return {
    caller: workloadName(caller),
    callerKind: kindOf(caller),
    ...(waypoint === null ? {} : { waypoint: explainWaypoint(waypoint, called!) }),
    host,
    port,
    istioVersion: mesh.settings.istioVersion,
    outcome,
    rules: explainRules(rules, mesh, (rule) => resolver.rateLimits(router, { outcome, port, rule, match: null })),
    clusters: clustersOf(outcome, (ref) => resolver.clusterName(router, ref)).map((ref) =>
      explainCluster(resolver, router, ref),
    ),
    policies: entryPolicies(resolver, router, called),
    endpoints: bystander === null ? [] : bystanders(resolver, caller, bystander, port),
  };
}

/** The waypoint that takes the caller's calls to a host, for whichever service it is; null: none does. */
export function waypointFor(
  resolver: MeshResolver,
  caller: Workload,
  host: string,
): { readonly workload: Workload; readonly service: Service } | null {
  const service = caller.role === 'gateway' ? null : resolver.service(caller.namespace, host);
  const workload = service && resolver.waypointOf(caller, service);
  return workload && { workload, service: service! };
}

function kindOf({ role, proxy, ambient }: Workload): ExplainedHost['callerKind'] {
  if (role !== 'app') return role;
  if (ambient) return 'ambient';
  return proxy === null ? 'no proxy' : 'sidecar';
}

function explainWaypoint(waypoint: Workload, { waypoint: binding }: Service): ExplainedWaypoint {
  return { name: workloadName(waypoint), replicas: waypoint.replicas, origin: binding!.origin };
}

/** What judges requests where they are routed, if that is not beside their caller. */
function entryPolicies(resolver: MeshResolver, router: Workload, service: Service | null): readonly ExplainedPolicy[] {
  if (router.role === 'gateway') return explainPolicies(resolver.policies(router));
  if (router.role !== 'waypoint' || service === null) return [];
  return explainPolicies(resolver.waypointPolicies(router, service));
}

function explainRules(
  rules: readonly EffectiveRule[],
  mesh: Mesh,
  rateLimitsOf: (rule: EffectiveRule) => readonly EffectiveRateLimit[],
): readonly ExplainedRule[] {
  const written = new Map<Origin, RetryPolicy>();
  const { defaultRetry } = mesh.settings;
  if (defaultRetry !== null) written.set(defaultRetry.origin, defaultRetry);
  for (const { http } of mesh.routeSets)
    for (const { retries } of http) if (retries !== null) written.set(retries.origin, retries);
  return rules.map((rule) => {
    const origin = rule.action.kind === 'forward' ? (rule.action.retry?.origin ?? null) : null;
    return { rule, writtenRetry: (origin && written.get(origin)) ?? null, rateLimits: rateLimitsOf(rule) };
  });
}

function clustersOf(outcome: EffectiveHost, nameOf: (ref: ClusterRef) => string): readonly ClusterRef[] {
  const byName = new Map<string, ClusterRef>();
  for (const ref of mentionedClusters(outcome)) {
    const name = nameOf(ref);
    if (!byName.has(name)) byName.set(name, ref);
  }
  return [...byName.values()];
}

function mentionedClusters(outcome: EffectiveHost): readonly ClusterRef[] {
  if (outcome.kind === 'tcp') return outcome.destinations.map(({ cluster }) => cluster);
  if (outcome.kind !== 'routes') return [];
  return outcome.rules.flatMap(({ action }) =>
    action.kind === 'forward' ? [...action.destinations, ...action.mirrors].map(({ cluster }) => cluster) : [],
  );
}

function explainCluster(resolver: MeshResolver, caller: Workload, ref: ClusterRef): ExplainedCluster {
  const cluster = resolver.cluster(caller, ref);
  return {
    name: resolver.clusterName(caller, ref),
    cluster,
    written: resolver.writtenPolicy(caller, ref),
    endpoints: cluster === null ? [] : endpointsOf(resolver, cluster),
  };
}

/** Without a proxy a caller speaks plaintext; in ambient mode its ztunnel opens tunnels to whoever takes them. */
function bystanders(
  resolver: MeshResolver,
  { ambient }: Workload,
  service: Service,
  port: number,
): readonly ExplainedEndpoint[] {
  const tls = ambient
    ? ({ tlsMode: null, tunnels: 'everybody' } as const)
    : ({ tlsMode: 'disable', tunnels: 'nobody' } as const);
  return endpointsOf(resolver, { service, port, subsetLabels: {}, serverName: null, ...tls });
}

function endpointsOf(
  resolver: MeshResolver,
  cluster: Pick<EffectiveCluster, 'service' | 'port' | 'subsetLabels' | 'tlsMode' | 'serverName' | 'tunnels'>,
): readonly ExplainedEndpoint[] {
  const { service, port, tlsMode } = cluster;
  const served = service.endpoints.filter((endpoint) => servesPort(endpoint, port));
  const listed = served.map((endpoint) => ({
    name: endpoint.address,
    version: versionOf(endpoint.labels),
    replicas: 1,
    hasProxy: false,
    transport: transportOf(tlsMode, outsideEnd(endpoint.labels)),
    mutualTls: null,
    policies: [],
    rateLimits: [],
    origin: endpoint.origin,
  }));
  const workloads = resolver.workloadsOf(service, cluster.subsetLabels).map((workload) => {
    const entrance = resolver.entrance(workload, cluster);
    const isServer = (workload.proxy !== null && workload.role === 'app') || workload.ambient;
    return {
      ...explainWorkload(workload),
      transport: entrance.transport,
      mutualTls: isServer ? resolver.mutualTls(workload, entrance.port) : null,
      policies: explainPolicies(resolver.policies(workload)),
      rateLimits: resolver.inboundRateLimits(workload, service, port, entrance.isMutual),
    };
  });
  return [...workloads, ...listed];
}

function explainWorkload(workload: Workload) {
  const { replicas, proxy, origin } = workload;
  return {
    name: workloadName(workload),
    version: versionOf(workload.labels),
    replicas,
    hasProxy: proxy !== null,
    origin,
  };
}

/** The `version` label, by which reports tell workloads of one service apart. */
export function versionOf(labels: Workload['labels']): string | null {
  return Object.hasOwn(labels, 'version') ? labels.version! : null;
}
