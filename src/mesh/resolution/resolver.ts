import type {
  ClusterRef,
  ConnectionTls,
  EffectiveCluster,
  EffectiveHost,
  EffectiveInbound,
  EffectiveListener,
  EffectiveRateLimit,
  RateLimitFilter,
  Tunnels,
} from '../effective.js';
import type { EffectiveMutualTls, Entrance, Transport, WorkloadPolicies } from '../effective-security.js';
import type { Mesh, MeshSettings } from '../mesh.js';
import type { Destination, RouteSet } from '../routes.js';
import type { Labels, Protocol, Service } from '../service.js';
import type { SidecarScope } from '../sidecar.js';
import type { Workload } from '../workload.js';
import { AliasIndex } from './alias-index.js';
import type { TlsSurroundings } from './cluster-tls.js';
import { withoutDelegates } from './delegates.js';
import { DestinationRuleIndex } from './destination-rule-index.js';
import { type ClusterParts, clusterNameAt, effectiveCluster, isHttpPort, policyOf } from './effective-cluster.js';
import { MESH, type RuleContext } from './effective-rule.js';
import { exportRank, isExportedTo } from './export-to.js';
import { GatewayIndex } from './gateway-index.js';
import { type GatewayListener, listenerPort, podPort, targetPort } from './gateway-listener.js';
import { remembered } from './grouping.js';
import { type CalledListener, placeAtServer, placeOfCall, type RoutedRequest } from './http-place.js';
import { effectiveInbound, type InboundParts, inboundPorts, inboundProtocol, isInboundPooled } from './inbound.js';
import { selects } from './labels.js';
import { passthroughCluster } from './passthrough-cluster.js';
import { asksForHash, type PortPolicy } from './policy-inheritance.js';
import { ProxyView } from './proxy-view.js';
import { RateLimitIndex } from './rate-limit-index.js';
import { isAskedTls } from './security/gateway-transport.js';
import { MutualTlsIndex } from './security/mutual-tls-index.js';
import { PolicyIndex } from './security/policy-index.js';
import { outsideEnd, transportOf, ztunnelEnd } from './security/transport.js';
import { ztunnelPolicies } from './security/ztunnel-policies.js';
import { ServiceIndex } from './service-index.js';
import { SidecarChoice } from './sidecar-choice.js';
import { isListening, sidecarConnection, sidecarHost, sidecarListeners } from './sidecar-host.js';
import { isSince } from './version.js';
import { waypointHost } from './waypoint-host.js';
import { servedByWaypoint, WaypointIndex } from './waypoint-index.js';
import { WorkloadIndex } from './workload-index.js';

/**
 * What the proxies of a mesh really do, as istiod would tell them. Indexes are built once; answers are made when they
 * are asked for, so a caller that asks for every request keeps them.
 */
export class MeshResolver {
  readonly #mesh: Mesh;
  readonly #aliases: AliasIndex;
  readonly #services: ServiceIndex;
  readonly #workloads: WorkloadIndex;
  readonly #rules: DestinationRuleIndex;
  readonly #sidecars: SidecarChoice;
  readonly #gateways: GatewayIndex;
  readonly #rateLimits: RateLimitIndex;
  readonly #mutualTls: MutualTlsIndex;
  readonly #policies: PolicyIndex;
  readonly #waypoints: WaypointIndex;
  readonly #meshRoutes: readonly RouteSet[]; // bound to sidecars, oldest first
  readonly #views = new Map<string, Map<SidecarScope | null, ProxyView>>(); // by namespace

  constructor(mesh: Mesh) {
    const routeSets = withoutDelegates(mesh.routeSets).toSorted((a, b) => a.age - b.age);
    this.#mesh = mesh;
    this.#aliases = new AliasIndex(mesh.aliases);
    this.#services = new ServiceIndex(mesh, this.#aliases);
    this.#workloads = new WorkloadIndex(mesh);
    this.#rules = new DestinationRuleIndex(mesh);
    this.#sidecars = new SidecarChoice(mesh);
    this.#rateLimits = new RateLimitIndex(mesh);
    this.#mutualTls = new MutualTlsIndex(mesh);
    this.#policies = new PolicyIndex(mesh);
    this.#meshRoutes = routeSets.filter((set) => set.gateways.includes(MESH));
    this.#waypoints = new WaypointIndex(mesh);
    this.#gateways = new GatewayIndex(mesh, routeSets, this.#workloads, (workload, gateway, port) =>
      this.#context(workload, gateway, port),
    );
  }

  /**
   * What becomes of a request to `http://host:port` at the caller's proxy, or of a connection where the port is TCP. At a
   * gateway the port may be its Service's or its pods'. A caller outside the mesh has no proxy: its calls pass through.
   */
  host(caller: Workload, host: string, port: number): EffectiveHost {
    return this.#outbound(caller, host, port, sidecarHost);
  }

  /** The same at a gateway, of TLS that asks for another name than the request; empty: for none. */
  hostBehind(gateway: Workload, serverName: string, host: string, port: number): EffectiveHost {
    return this.#gateways.host(gateway, host, port, serverName);
  }

  /** Which certificate a gateway asks its clients for. */
  certificateAsked(gateway: Workload, serverName: string, port: number): 'none' | 'own' | 'mesh' {
    return this.#gateways.certificateAsked(gateway, port, serverName);
  }

  /** The same of a connection to `tcp://host:port`, which does not speak HTTP whatever the port declares. */
  connection(caller: Workload, host: string, port: number): EffectiveHost {
    return this.#outbound(caller, host, port, sidecarConnection);
  }

  /** What the proxy of a workload listens on for what it passes on to others. None: a waypoint, or no proxy. */
  listeners(caller: Workload): readonly EffectiveListener[] {
    if (caller.role === 'gateway') return this.#gateways.chainsOf(caller);
    if (caller.proxy === null || caller.role === 'waypoint') return [];
    const view = this.#view(caller);
    return view.ports.flatMap((port) => sidecarListeners(view, this.#context(caller, MESH, port)));
  }

  /** The caller's upstream cluster. Null: its proxy has none of that name, and answers 503 NC. */
  cluster(caller: Workload, ref: ClusterRef): EffectiveCluster | null {
    const parts = this.#clusterParts(caller, ref);
    if (parts === null) return null;
    const cluster = effectiveCluster(parts, this.#mesh.settings, this.#surroundings(parts.service));
    return lacksEndpoints(cluster) ? null : cluster;
  }

  /** What the caller's proxy calls its cluster, whether it has one or not. */
  clusterName(caller: Workload, ref: ClusterRef): string {
    return clusterNameAt(caller, ref);
  }

  /** The cluster of calls that pass through to the service's own address. */
  passthrough(service: Service, port: number): EffectiveCluster {
    return passthroughCluster(service, port, this.#mesh.settings);
  }

  /** The policy that people wrote for the cluster, inheritance settled, defaults not filled in. Null: no such cluster. */
  writtenPolicy(caller: Workload, ref: ClusterRef): PortPolicy | null {
    const parts = this.#clusterParts(caller, ref);
    return parts && policyOf(parts, this.#mesh.settings);
  }

  /** The server side of a workload's sidecar for the port that its pods listen on. Null: nothing limits it. */
  inbound(workload: Workload, port: number): EffectiveInbound | null {
    if (workload.proxy === null || workload.role !== 'app') return null;
    const parts = this.#inboundParts(workload, port);
    return isInboundPooled(parts, this.#mesh.settings) ? effectiveInbound(parts, this.#mesh.settings) : null;
  }

  /** The same, also where nothing limits it: for a workload with a sidecar. */
  inboundCluster(workload: Workload, port: number): EffectiveInbound {
    return effectiveInbound(this.#inboundParts(workload, port), this.#mesh.settings);
  }

  /** The ports that the workload's sidecar takes requests for. */
  inboundPorts(workload: Workload): readonly number[] {
    return inboundPorts({ workload, scope: this.#sidecars.of(workload), services: this.servicesOf(workload) });
  }

  /** The local rate limits that a request meets in its caller's proxy, in order. */
  rateLimits(caller: Workload, request: RoutedRequest): readonly EffectiveRateLimit[] {
    if (caller.proxy === null || caller.role === 'waypoint' || !this.#rateLimits.has(caller)) return [];
    const place = placeOfCall(caller, this.#calledListener(caller, request.port), request);
    return place === null ? [] : this.#rateLimits.at(caller, place);
  }

  /** The filters of local rate limits of the listener that takes the request, and what its host and route set anew. */
  rateLimitFilters(caller: Workload, request: RoutedRequest): readonly RateLimitFilter[] {
    const place = placeOfCall(caller, this.#calledListener(caller, request.port), request);
    return place === null ? [] : this.#rateLimits.filtersAt(caller, place);
  }

  /** Those of the server's sidecar for HTTP to a port of a service. `isMutual`: it comes over mutual TLS. */
  inboundRateLimits(
    server: Workload,
    service: Service,
    port: number,
    isMutual: boolean,
  ): readonly EffectiveRateLimit[] {
    if (server.proxy === null || server.role !== 'app' || !this.#rateLimits.has(server)) return [];
    const called = service.ports.find(({ number }) => number === port);
    const target = called === undefined ? null : targetPort(called.targetPort, server);
    if (target === null || !isHttpPort(this.inboundProtocol(server, target))) return [];
    return this.#rateLimits.at(server, placeAtServer(target, port, isMutual));
  }

  /** The filters of local rate limits of the server's sidecar for the port that its pods listen on. */
  inboundRateLimitFilters(server: Workload, target: number): readonly RateLimitFilter[] {
    const ports = this.servicesOf(server).flatMap((service) => service.ports);
    const port = ports.find((each) => targetPort(each.targetPort, server) === target)?.number ?? target;
    return this.#rateLimits.filtersAt(server, placeAtServer(target, port, false));
  }

  /** What the port that the workload's pods listen on declares. */
  inboundProtocol(workload: Workload, port: number): Protocol {
    const scope = workload.proxy === null || workload.role !== 'app' ? null : this.#sidecars.of(workload);
    return inboundProtocol({ workload, port, scope, services: this.servicesOf(workload) });
  }

  /** Which mode of mutual TLS holds for a port that the workload's pods listen on. */
  mutualTls(workload: Workload, port: number): EffectiveMutualTls {
    return this.#mutualTls.of(workload, port);
  }

  /**
   * How connections to a port of the server's pods turn out. `client`: what the cluster asks for; null: auto mTLS, which a
   * caller without a proxy does not have: it speaks plaintext, `disable`. PeerAuthentications are for applications alone.
   * `serverName`: what TLS asks for; null: not known.
   */
  transport(client: ConnectionTls, server: Workload, port: number, serverName: string | null): Transport {
    if (server.role === 'gateway' && isAskedTls(client))
      return this.#gateways.transport(client, server, port, serverName);
    const mode = server.role === 'app' ? this.mutualTls(server, port).mode : 'permissive';
    if (server.ambient) return transportOf(client, ztunnelEnd(mode));
    return transportOf(client, {
      hasProxy: server.proxy !== null,
      mode,
      protocol: this.inboundProtocol(server, port),
    });
  }

  /** How connections of a caller's cluster come in at the pods of `server`, a sidecar's, ztunnel's or nobody's. */
  entrance(
    server: Workload,
    {
      service,
      port,
      tlsMode,
      serverName,
      tunnels,
    }: Pick<EffectiveCluster, 'service' | 'port' | 'tlsMode' | 'serverName' | 'tunnels'>,
  ): Entrance {
    const at = podPort(service, port, server) ?? port;
    const isTunnelled = takesTunnel(server, tunnels);
    const transport = isTunnelled ? 'mutual-tls' : this.transport(tlsMode, server, at, serverName);
    const isMutual = transport === 'mutual-tls';
    return {
      port: at,
      transport,
      isMutual,
      isHttp: !server.ambient && isHttpPort(this.inboundProtocol(server, at)),
      serverName: isMutual && !isTunnelled ? serverName : null,
    };
  }

  /** The policies that the workload's proxy, or its ztunnel, enforces on what it receives. Null: none. */
  policies(workload: Workload): WorkloadPolicies | null {
    if (workload.ambient) return ztunnelPolicies(this.#policies.of(workload));
    return workload.proxy === null ? null : this.#policies.of(workload);
  }

  /** The policies that a waypoint enforces on what it receives for a service. Null: none. */
  waypointPolicies(waypoint: Workload, service: Service): WorkloadPolicies | null {
    return this.#policies.atWaypoint(waypoint, service);
  }

  /** Whom `host` names in a pod of `namespace`, hidden or not. Null: a host that the mesh knows nothing of. */
  service(namespace: string, host: string): Service | null {
    return this.#services.resolve(namespace, host);
  }

  /** The workloads whose pods are the service's endpoints; with `labels`, those of a subset. */
  workloadsOf(service: Service, labels: Labels = {}): readonly Workload[] {
    return this.#workloads.workloadsOf(service, labels);
  }

  /** The services that the workload's pods are endpoints of, oldest first. */
  servicesOf(workload: Workload): readonly Service[] {
    return this.#workloads.servicesOf(workload);
  }

  /** The waypoint that takes the caller's calls to the service. Null: they go to its pods. */
  waypointOf(caller: Workload, service: Service): Workload | null {
    return this.#waypoints.of(caller, service);
  }

  /** What a gateway listens on, by the Gateways that select it. */
  gatewayListeners(workload: Workload): readonly GatewayListener[] {
    return this.#gateways.listenersOf(workload);
  }

  #inboundParts(workload: Workload, port: number): InboundParts {
    const view = this.#view(workload);
    const ruleOf = (service: Service) =>
      view.serviceAt(service.host) === null ? null : this.#rules.inbound(workload, service);
    const scope = this.#sidecars.of(workload);
    return { workload, port, scope, services: this.servicesOf(workload), ruleOf };
  }

  #calledListener(caller: Workload, port: number): CalledListener {
    if (caller.role !== 'gateway') return { port, written: [port] };
    const number = listenerPort(port, caller, this.servicesOf(caller));
    const servers = this.gatewayListeners(caller).find((listener) => listener.port === number)?.servers ?? [];
    return { port: number, written: servers.map(({ server }) => server.port) };
  }

  #outbound(caller: Workload, host: string, port: number, sidecar: typeof sidecarHost): EffectiveHost {
    if (caller.role === 'gateway') return this.#gateways.host(caller, host, port, host);
    const service = this.service(caller.namespace, host);
    if (caller.role === 'waypoint') return this.#atWaypoint(caller, service, port, sidecar === sidecarHost);
    if (caller.proxy === null)
      return isListening(service, port) ? { kind: 'passthrough', service, isHttp: false } : { kind: 'no-listener' };
    const policy = this.#sidecars.of(caller)?.outboundTrafficPolicy ?? this.#mesh.settings.outboundTrafficPolicy;
    const call = { host, service, registryOnly: policy === 'registry-only' };
    return sidecar(call, this.#view(caller), this.#context(caller, MESH, port));
  }

  #atWaypoint(waypoint: Workload, service: Service | null, number: number, isHttp: boolean): EffectiveHost {
    const port = service?.ports.find((each) => each.number === number && each.protocol !== 'udp');
    if (service === null || port === undefined) return { kind: 'no-listener' };
    const { namespace } = waypoint;
    const seen = this.#meshRoutes.filter((set) => isExportedTo(namespace, set.namespace, set.exportTo));
    return waypointHost({ service, port, isHttp }, seen, this.#context(waypoint, MESH, number));
  }

  #serviceAt(caller: Workload, host: string): Service | null {
    if (caller.role !== 'app') {
      return this.#services.seenFrom(caller.namespace).exact(this.#aliases.concreteOf(host) ?? host);
    }
    return this.#view(caller).serviceAt(host);
  }

  #hasCluster(caller: Workload, service: Service, port: number): boolean {
    return caller.role === 'gateway' || this.#view(caller).hasCluster(service, port);
  }

  #clusterParts(caller: Workload, ref: ClusterRef): ClusterParts | null {
    const service = this.#serviceAt(caller, ref.host);
    const port = service?.ports.find(({ number, protocol }) => number === ref.port && protocol !== 'udp');
    if (service === null || port === undefined || port.isWithoutCluster) return null;
    if (!this.#hasCluster(caller, service, port.number)) return null;
    const isOwn = servedByWaypoint(service, caller);
    const rule = isOwn ? this.#rules.inbound(caller, service) : this.#rules.outbound(caller, service);
    const subset = rule?.subsets.find(({ name }) => name === ref.subset) ?? null;
    return ref.subset !== null && subset === null ? null : { caller, service, port, subset, rule };
  }

  #surroundings(service: Service): TlsSurroundings {
    return {
      isAutomatic: this.#mesh.settings.autoMtls,
      wideMode: this.#mutualTls.ofNamespace(service.namespace),
      everyEndpointTakesTls: () => {
        const pods = this.workloadsOf(service).map(({ proxy, ambient = false }) => proxy !== null || ambient);
        const listed = service.endpoints.map(({ labels }) => outsideEnd(labels).hasProxy);
        return pods.length + listed.length > 0 && [...pods, ...listed].every((takes) => takes);
      },
    };
  }

  #context(proxy: Workload, gateway: string, port: number): RuleContext {
    return {
      namespace: proxy.namespace,
      labels: proxy.labels,
      gateway,
      port,
      knowsAllPorts: proxy.role !== 'app',
      settings: this.#mesh.settings,
      serviceAt: (host) => this.#serviceAt(proxy, host),
      isHashed: (destination) => this.#isHashed(proxy, destination),
    };
  }

  #isHashed(proxy: Workload, destination: Destination): boolean {
    const service = this.#serviceAt(proxy, destination.host);
    return service !== null && asksForHash(this.#rules.outbound(proxy, service), destination);
  }

  #view(caller: Workload): ProxyView {
    const { namespace } = caller;
    const scope = this.#sidecars.of(caller);
    const hasAllocated = hasAllocatedAddresses(caller, this.#mesh.settings);
    const views = remembered(
      this.#views,
      `${namespace} ${hasAllocated}`,
      () => new Map<SidecarScope | null, ProxyView>(),
    );
    return remembered(views, scope, () => {
      const seen = this.#meshRoutes.filter((set) => isExportedTo(namespace, set.namespace, set.exportTo));
      const rank = (set: RouteSet) => exportRank(namespace, set.namespace, set.exportTo);
      const inOrder = seen.toSorted((a, b) => rank(a) - rank(b));
      const seenServices = this.#services.seenFrom(namespace);
      const ownOf = (host: string) => this.#services.ownOf(namespace, host);
      return new ProxyView(namespace, hasAllocated, scope, seenServices, ownOf, this.#aliases, inOrder);
    });
  }
}

/**
 * Whether the caller's proxy has hosts outside at the addresses that istiod, or the proxy itself, has given them.
 * Source: Istio 1.31, pilot/pkg/model/service.go, `nodeUsesAutoallocatedIPs`; release notes 1.25.
 */
function hasAllocatedAddresses({ proxy }: Workload, { istioVersion }: MeshSettings): boolean {
  return proxy?.capturesDns === true && (proxy.allocatesAddresses === true || isSince(istioVersion, 25));
}

/** Where there are ztunnels, sidecars take tunnels too. Source: Istio 1.31, manifests/helm-profiles/ambient.yaml. */
function takesTunnel({ ambient, proxy }: Workload, tunnels: Tunnels): boolean {
  return ambient ? tunnels !== 'nobody' : proxy !== null && tunnels === 'everybody';
}

/**
 * A subset of a host that is resolved by name, of which no endpoint has its labels: istiod sends no such cluster.
 * Source: Istio 1.31, pilot/pkg/networking/core/cluster_builder.go, `buildCluster`.
 */
function lacksEndpoints({ service, subsetLabels, balancer }: EffectiveCluster): boolean {
  const { resolution, selector, endpoints } = service;
  if ((resolution !== 'dns' && resolution !== 'dns-round-robin') || selector !== null) return false;
  if (balancer.kind === 'passthrough' || Object.keys(subsetLabels).length === 0) return false;
  return !endpoints.some(({ labels }) => selects(subsetLabels, labels));
}
