import type {
  ClusterConfig,
  Doors,
  InboundPool,
  Message,
  Plan,
  Pod,
  RateLimit,
  ServerSide,
} from '../dataplane/index.js';
import {
  type ClusterRef,
  type EffectiveCluster,
  isHttpPort,
  type Labels,
  podPort,
  type Service,
  shortServiceName,
  type Workload,
} from '../mesh/index.js';
import type { EdgeRow } from '../telemetry/index.js';
import {
  addressed,
  type Endpoint,
  endpointsOf,
  kubeProxyChoice,
  localityOf,
  picking,
  podsAt,
  WAYPOINT_PREFERS,
  ztunnelChoice,
} from './endpoints.js';
import { inboundPoolOf } from './inbound-pools.js';
import type { PlanBook } from './plan-book.js';
import type { PlannerContext, PlanningCaller } from './planning.js';
import type { Station } from './stations.js';

/** The upstream clusters of one caller in one version of the configuration, and the pods behind hosts: worked out once. */
export class ClusterBook {
  readonly #caller: PlanningCaller;
  readonly #context: PlannerContext;
  readonly #version: number;
  readonly #book: PlanBook;
  readonly #clusters = new Map<string, ClusterConfig | null>();
  readonly #named = new Map<string, EffectiveCluster | null>();

  constructor(caller: PlanningCaller, context: PlannerContext, version: number, book: PlanBook) {
    this.#caller = caller;
    this.#context = context;
    this.#version = version;
    this.#book = book;
  }

  /** Over which waypoint the caller reaches the service; null: none. */
  waypointTo(service: Service): Workload | null {
    const workload = this.#caller.station?.workload ?? null;
    return workload && this.#context.blueprint.resolver.waypointOf(workload, service);
  }

  /**
   * The cluster that a route names; null: the caller's proxy has none. `isRouted`: by a route of HTTP, for which it speaks
   * HTTP/1.1 whatever its port declares. `host`: of the request.
   */
  named(ref: ClusterRef, isGrpc: boolean, isRouted: boolean, host: string): ClusterConfig | null {
    const asHttp = isRouted && declaresNoHttp(ref);
    const serverName = this.#serverNameOf(ref, isRouted ? host : '');
    const inVersion = (version: number) => this.#book.planner(version).clusters.named(ref, isGrpc, isRouted, host);
    const key = `${ref.host}|${ref.port}|${ref.subset}${asHttp ? '|http' : ''}${serverName === null ? '' : `|${serverName}`}`;
    return this.#spoken(key, isGrpc, inVersion, () => {
      const found = this.#effective(ref);
      if (found === null) return null;
      const asked = serverName === null ? found : { ...found, serverName };
      return asHttp ? { ...asked, protocol: 'http1' } : asked;
    });
  }

  #effective(ref: ClusterRef): EffectiveCluster | null {
    const key = `${ref.host}|${ref.port}|${ref.subset}`;
    let effective = this.#named.get(key);
    if (effective === undefined) {
      effective = this.#context.blueprint.resolver.cluster(this.#caller.station!.workload!, ref);
      this.#named.set(key, effective);
    }
    return effective;
  }

  /**
   * What TLS to a gateway asks for where each request has a name of its own: whom it reaches depends on it, so that what
   * has another name is a cluster of its own. Null: not that. Source: Envoy, source/common/router/router.cc, auto_sni.
   */
  #serverNameOf(ref: ClusterRef, host: string): string | null {
    const effective = this.#effective(ref);
    if (effective === null || effective.serverName !== null || effective.tlsMode === 'disable') return null;
    const { resolver } = this.#context.blueprint;
    return resolver.workloadsOf(effective.service).some(({ role }) => role === 'gateway') ? host : null;
  }

  /** The address that the application dialled, by way of kube-proxy: no policy, no limit. */
  dialled(service: Service, port: number, isGrpc: boolean): ClusterConfig {
    const inVersion = (version: number) => this.#book.planner(version).clusters.#dialAgain(service, port, isGrpc);
    const effective = () => this.#context.blueprint.resolver.passthrough(service, port);
    return this.#spoken(`passthrough|${service.host}|${port}`, isGrpc, inVersion, effective)!;
  }

  /** One cluster for all that is spoken to it, unless that decides what it speaks itself: of HTTP/2 it is another one. */
  #spoken(
    key: string,
    isGrpc: boolean,
    inVersion: ClusterConfig['inVersion'],
    find: () => EffectiveCluster | null,
  ): ClusterConfig | null {
    const made = (http2: boolean) => (of: string) => {
      const effective = find();
      return effective && this.#configure(of, effective, http2, inVersion);
    };
    const plain = this.#clusterAt(key, made(false));
    if (!isGrpc || plain?.effective.protocol !== 'downstream') return plain;
    return this.#clusterAt(`${key}|http2`, made(true));
  }

  /** The same address in this version; null when nobody has it any more. */
  #dialAgain({ host }: Service, port: number, isGrpc: boolean): ClusterConfig | null {
    const service = this.#context.blueprint.mesh.services.find((each) => each.host === host);
    return service === undefined ? null : this.dialled(service, port, isGrpc);
  }

  /** The cluster of this key: made at first use. */
  #clusterAt(key: string, make: (key: string) => ClusterConfig | null): ClusterConfig | null {
    let config = this.#clusters.get(key);
    if (config === undefined) {
      config = make(key);
      this.#clusters.set(key, config);
    }
    return config;
  }

  #configure(
    key: string,
    effective: EffectiveCluster,
    http2: boolean,
    inVersion: ClusterConfig['inVersion'],
  ): ClusterConfig {
    const { service, port, subsetLabels, protocol, limits } = effective;
    const { zones } = this.#context.blueprint;
    const workload = this.#caller.station!.workload!;
    const { labels, role } = workload;
    const isDialled = effective.balancer.kind === 'passthrough';
    const isNowhere = isDialled && role === 'gateway' && service.resolution !== 'dynamic-dns'; // nobody dials for a gateway
    const labelsAsked = isDialled ? {} : subsetLabels; // addresses know no subsets
    const endpoints = isNowhere ? [] : this.#endpointsOf(service, labelsAsked, isDialled, port);
    const pods = endpoints.map(({ pod }) => pod);
    const doors = this.#context.admissions.doors(pods, effective, this.#caller.station!.workload);
    const { inbound, limits: podLimits } = this.#sideOf(pods, service, port, doors);
    const { transports, guards } = doors;
    const isHttp2 = protocol === 'http2' || (protocol === 'downstream' && http2);
    const streams = isHttp2 ? limits.maxConcurrentStreams : 1;
    const { weights, hashing, place } = picking(effective, endpoints, role, (zone) => ({
      locality: localityOf(workload, zones[zone]!),
      labels,
    }));
    // One literal without spreads: every attempt reads it, and V8 gives what it spreads a shape of its own each time.
    return {
      index: this.#book.clusterIndex(key, { effective, pods, weights, streams, transports }),
      inVersion,
      effective,
      pods,
      weights,
      hashing,
      place,
      streams,
      inbound,
      limits: podLimits,
      transports,
      guards,
      rows: this.rows(pods, service),
      refusedRow: this.row(shortServiceName(service), null),
    };
  }

  /** What these pods do in this version with the message of a caller without a proxy; null: nobody has its host. */
  serverSide(message: Message, pods: readonly Pod[]): ServerSide | null {
    const namespace = this.#caller.station?.workload?.namespace ?? 'default';
    const service = this.#context.blueprint.resolver.service(namespace, message.authority);
    return service && this.sideFor(service, message, pods);
  }

  /** What the pods of a host do with the message of a caller without a proxy. */
  sideFor(service: Service, message: Message, pods: readonly Pod[]): ServerSide {
    return this.#sideOf(pods, service, message.port, this.#directDoors(pods, service, message));
  }

  #sideOf(pods: readonly Pod[], service: Service, port: number, doors: Doors): ServerSide {
    return {
      inbound: pods.map((pod) => this.#inbound(pod, service, port)),
      limits: pods.map((pod, at) => this.#podLimits(pod, service, port, doors.transports[at] === 'mutual-tls')),
      ...doors,
    };
  }

  /** An application without a proxy speaks for itself; in ambient mode ztunnel does, with mutual TLS to whoever takes it. */
  #directDoors(pods: readonly Pod[], service: Service, { port, secure, authority }: Message): Doors {
    const { admissions } = this.#context;
    const caller = this.#caller.station?.workload ?? null;
    const tlsMode = secure ? 'mutual' : 'disable'; // an application is taken to have the certificate that it needs
    const to = { service, port, serverName: authority };
    if (!caller?.ambient) return admissions.doors(pods, { ...to, tlsMode, tunnels: 'nobody' }, null);
    const { transports, guards } = admissions.doors(pods, { ...to, tlsMode: null, tunnels: 'everybody' }, caller);
    return { transports: transports.map((each) => (each === 'plaintext' && secure ? 'tls' : each)), guards };
  }

  /** The pods that a service's own address leads to, and how the node chooses; ztunnel knows machines too. */
  addressed(service: Service): Pick<Plan, 'pods' | 'choice'> {
    const workload = this.#caller.station?.workload ?? null;
    const isAmbient = workload?.ambient ?? false;
    const endpoints = this.#endpointsOf(service, {}, !isAmbient, null);
    const pods = endpoints.map(({ pod }) => pod);
    if (workload === null) return { pods, choice: null }; // nobody knows at which node clients outside arrive
    const { zones } = this.#context.blueprint;
    if (!isAmbient) return { pods, choice: kubeProxyChoice(service, endpoints, zones) };
    const prefers = this.waypointTo(service) === null ? service.prefers : WAYPOINT_PREFERS;
    const caller = (locality: string) => ({ locality, labels: workload.labels });
    return { pods, choice: ztunnelChoice(prefers, endpoints, zones.map(caller)) };
  }

  /** `byAddress`: nobody but kube-proxy, or DNS, leads to them. */
  #endpointsOf(service: Service, labels: Labels, byAddress: boolean, port: number | null): readonly Endpoint[] {
    const { blueprint, pods } = this.#context;
    const waypoint = this.waypointTo(service);
    if (waypoint !== null) return podsAt(blueprint, pods, waypoint);
    const endpoints = endpointsOf(blueprint, pods, service, labels, port);
    return byAddress ? addressed(service, endpoints) : endpoints;
  }

  #inbound(pod: Pod, service: Service, port: number): InboundPool | null {
    const { resolver, stations } = this.#context.blueprint;
    const { workload } = stations[pod.workload]!;
    if (pod.proxy === null || workload === null) return null;
    const target = podPort(service, port, workload);
    if (target === null) return null;
    return inboundPoolOf(pod, target, this.#version, () => resolver.inbound(workload, target));
  }

  #podLimits(pod: Pod, service: Service, port: number, isMutualTls: boolean): readonly RateLimit[] | null {
    const { resolver, stations } = this.#context.blueprint;
    const { workload } = stations[pod.workload]!;
    if (workload === null) return null;
    return this.#context.limits.of(pod.workload, resolver.inboundRateLimits(workload, service, port, isMutualTls));
  }

  /** Rows of the report, by pod. */
  rows(pods: readonly Pod[], service: Service): EdgeRow[] {
    return pods.map((pod) => this.row(shortServiceName(service), this.#context.blueprint.stations[pod.workload]!));
  }

  /** `station` null: for what ends before a pod is chosen. */
  row(destination: string, station: Station | null): EdgeRow {
    return this.#context.edges.row({
      source: this.#caller.name,
      destination,
      workload: station?.name ?? null,
      version: station?.version ?? null,
      proxied: this.#caller.station?.workload?.proxy != null,
    });
  }
}

function declaresNoHttp({ service, port }: ClusterRef): boolean {
  return service?.ports.some(({ number, protocol }) => number === port && !isHttpPort(protocol)) ?? false;
}
