import type {
  EffectiveCluster,
  EffectiveHost,
  Mesh,
  MeshResolver,
  Placed,
  Service,
  ServicePort,
  Workload,
} from '../../../src/mesh/index.js';
import { placeEndpoints, targetPort } from '../../../src/mesh/index.js';
import { isHttpPort } from '../../../src/mesh/resolution/effective-cluster.js';
import { selects } from '../../../src/mesh/resolution/labels.js';
import { servedByWaypoint } from '../../../src/mesh/resolution/waypoint-index.js';
import type { Address, Held, HeldHost } from './held.js';
import { chainTo, concrete, inOneOrder } from './held.js';
import { projectCluster, projectInbound } from './project-cluster.js';
import { projectPolicies } from './project-policies.js';
import { type ClusterLookup, projectDestinations, projectRules } from './project-route.js';
import type { SentDestinations, SentGroup, SentHost, SentProxy } from './recording.js';
import { asked } from './words.js';

/** The clusters of what a proxy knows nothing of. */
const UNKNOWN = { passthrough: 'PassthroughCluster', blocked: 'BlackHoleCluster' } as const;
/** With which the subsets of a waypoint's clusters begin. */
const PROTOCOL = /^(http|tcp)(\/|$)/;

/** `region/zone/subzone` by workload; none written: nowhere. */
export type Localities = Readonly<Record<string, string>>;

/** What a recording says of pods beside their manifests. */
export interface PodFacts {
  readonly localities: Localities;
  /** Workloads whose pods are not ready. */
  readonly unready: readonly string[];
}

/** Endpoints that are alike; `weight`: of all of them together. */
interface Endpoint extends Placed {
  readonly weight: number;
  readonly host: SentHost;
}

/** What Drymesh says of a proxy, in the words of a recording; asked for everything that the recording or the mesh names. */
export class ProxyProjection {
  readonly #resolver: MeshResolver;
  readonly #mesh: Mesh;
  readonly #workload: Workload;
  readonly #sent: SentProxy;
  readonly #localities: Localities;
  readonly #unready: readonly string[];
  readonly #clusters: ClusterLookup;

  constructor(resolver: MeshResolver, mesh: Mesh, workload: Workload, sent: SentProxy, facts: PodFacts) {
    this.#resolver = resolver;
    this.#mesh = mesh;
    this.#workload = workload;
    this.#sent = sent;
    this.#localities = facts.localities;
    this.#unready = facts.unready;
    this.#clusters = {
      nameOf: (ref) => resolver.clusterName(workload, ref),
      clusterOf: (ref) => resolver.cluster(workload, ref),
    };
  }

  http(): Held['http'] {
    const listeners: Record<string, Record<string, HeldHost>> = {};
    for (const port of this.#ports()) for (const host of this.#hosts()) this.#addHost(listeners, host, port);
    return listeners;
  }

  #addHost(listeners: Record<string, Record<string, HeldHost>>, host: string, port: number): void {
    const answer = this.#resolver.host(this.#workload, host, port);
    const isKnown = String(port) in this.#sent.http;
    if (answer.kind === 'routes') {
      const { domain, rules, httpsRedirect, service } = answer;
      if (!this.#isSent(service)) return;
      const at =
        domain === '*' && service !== null
          ? `${service.host}:${port}`
          : chainTo(this.#sent.http[port] ?? [], String(port), host);
      listeners[at] ??= {};
      listeners[at][domain] = {
        ...asked({ redirectsToHttps: httpsRedirect }),
        routes: projectRules(rules, this.#clusters),
      } as HeldHost;
    } else if (isKnown && (answer.kind === 'passthrough' || answer.kind === 'blocked')) {
      listeners[port] ??= {};
      listeners[port]['*'] = { routes: [routeOfUnknown(answer)] };
    }
  }

  /** To a waypoint nobody sends what is meant for others' services. */
  #isSent(service: Service | null): boolean {
    return this.#workload.role !== 'waypoint' || (service !== null && servedByWaypoint(service, this.#workload));
  }

  /** Where connections go, by `host:port`. */
  tcp(): Held['tcp'] {
    return Object.fromEntries(
      this.addresses().map(({ host, port }) => [`${host}:${port}`, this.#connection(host, port)]),
    );
  }

  #connection(host: string, port: number): SentDestinations | null {
    const answer = this.#resolver.connection(this.#workload, host, port);
    if (answer.kind === 'tcp' && !this.#isSent(answer.service)) return null;
    if (answer.kind === 'tcp') return projectDestinations(answer.destinations, this.#clusters);
    if (this.#workload.role !== 'app') return null;
    return UNKNOWN[answer.kind === 'blocked' ? 'blocked' : 'passthrough'];
  }

  /** Every full name on every port that somebody names: what a short one means is DNS's to say. */
  addresses(): readonly Address[] {
    const sni = Object.values(this.#sent.tcp).flatMap((chains) => chains.flatMap((chain) => chain.sni ?? []));
    const named = [
      ...this.#mesh.services.map(({ host }) => host),
      ...this.#mesh.routeSets.flatMap(({ hosts }) => hosts),
    ];
    return concretes([...sni, ...named, '*']).flatMap((host) => this.#ports().map((port) => ({ host, port })));
  }

  clusters(): Held['clusters'] {
    const names = new Map<string, object>();
    for (const { service, port } of this.#servicePorts()) {
      const rules = this.#mesh.destinationRules.flatMap(({ subsets }) => subsets.map(({ name }) => name));
      for (const subset of [null, ...new Set(rules)]) {
        const cluster = this.#clusters.clusterOf({ service, host: service.host, port: port.number, subset });
        if (cluster === null) continue;
        const marks = this.#endpoints(cluster).map(({ host }) => host.mutualTls === true);
        for (const name of namesOf(cluster, port)) names.set(name, projectCluster(cluster, marks));
      }
    }
    if (this.#workload.role !== 'waypoint') return Object.fromEntries(names);
    const isSent = (name: string) => name.startsWith('inbound-vip|') || name in this.#sent.clusters;
    return Object.fromEntries([...names].filter(([name]) => isSent(name))); // of others it gets what its routes name
  }

  /** What a waypoint enforces, by `host:port` and protocol. */
  policies(): Held['policies'] {
    if (this.#workload.role !== 'waypoint') return {};
    return Object.fromEntries(
      this.#servicePorts().flatMap(({ service, port }) => {
        if (!servedByWaypoint(service, this.#workload)) return [];
        const policies = this.#resolver.waypointPolicies(this.#workload, service);
        return protocolsOf(port).flatMap((protocol) => {
          const acting = policies === null ? {} : projectPolicies(policies, protocol === 'http');
          return Object.keys(acting).length === 0 ? [] : [[`${service.host}:${port.number} ${protocol}`, acting]];
        });
      }),
    );
  }

  inbound(): Held['inbound'] {
    return Object.fromEntries(
      Object.keys(this.#sent.inbound).map((port) => {
        const inbound = this.#resolver.inbound(this.#workload, Number(port));
        return [port, inbound && projectInbound(inbound, this.isTcp(port))];
      }),
    );
  }

  /** Whether a cluster, or a port of the pods, is declared as TCP. */
  isTcp(clusterOrPort: string): boolean {
    const [direction, port, , host] = clusterOrPort.split('|');
    if (direction === 'outbound' || direction === 'inbound-vip')
      return this.#servicePorts().some(
        (each) => each.service.host === host && each.port.number === Number(port) && !isHttpPort(each.port.protocol),
      );
    const service = this.#resolver
      .servicesOf(this.#workload)
      .find(({ ports }) => ports.some((each) => targetPort(each.targetPort, this.#workload) === Number(clusterOrPort)));
    const declared = service?.ports.find(
      (each) => targetPort(each.targetPort, this.#workload) === Number(clusterOrPort),
    );
    return declared !== undefined && !isHttpPort(declared.protocol);
  }

  endpoints(): Held['endpoints'] {
    const names = Object.keys(this.#sent.endpoints);
    return Object.fromEntries(names.map((name) => [name, this.#groups(name)]));
  }

  #groups(name: string): readonly SentGroup[] {
    const [, port, subset, host] = name.split('|') as [string, string, string, string];
    const service = this.#mesh.services.find((each) => each.host === host)!;
    const ref = { service, host, port: Number(port), subset: subset.replace(PROTOCOL, '') || null };
    const cluster = this.#resolver.cluster(this.#workload, ref);
    if (cluster === null) return [];
    const endpoints = this.#endpoints(cluster);
    const isMixed = cluster.tlsMode !== 'istio-mutual' && new Set(endpoints.map(({ host }) => host.mutualTls)).size > 1;
    const caller = { labels: this.#workload.labels, locality: this.#localities[this.#workload.name] ?? '' };
    const groups = placeEndpoints(cluster.locality, caller, endpoints);
    return inOneOrder(
      groups.map((group) => ({
        priority: group.priority,
        ...(group.weight !== null && { weight: group.weight }),
        hosts: group.endpoints.map((i) => (isMixed ? endpoints[i]!.host : withoutMark(endpoints[i]!.host))),
      })),
    );
  }

  #endpoints(cluster: EffectiveCluster): readonly Endpoint[] {
    return [...this.#pods(cluster), ...addressesOf(cluster.service, cluster)];
  }

  #pods(cluster: EffectiveCluster): readonly Endpoint[] {
    const { service, port, subsetLabels, keepsUnready } = cluster;
    const waypoint = this.#resolver.waypointOf(this.#workload, service);
    if (waypoint !== null) return [waypointEndpoint(waypoint)];
    const servicePort = service.ports.find(({ number }) => number === port)!;
    const portOf = (workload: Workload) => targetPort(servicePort.targetPort, workload) ?? servicePort.number;
    const isReady = ({ name }: Workload) => !this.#unready.includes(name);
    const known = this.#resolver.workloadsOf(service, subsetLabels).filter((each) => keepsUnready || isReady(each));
    return known.map((workload) => ({
      labels: workload.labels,
      locality: workload.machine?.locality ?? this.#localities[workload.name] ?? '',
      weight: workload.replicas * weightOf(workload),
      host: {
        n: workload.replicas,
        of: workload.name,
        port: portOf(workload),
        ...(weightOf(workload) !== 1 && { weight: weightOf(workload) }),
        ...(!isReady(workload) && { health: 'UNHEALTHY' }),
        ...(this.#isMarked(workload, cluster) && { mutualTls: true }),
      },
    }));
  }

  /** Also where it does not take the mutual TLS that it gets. */
  #isMarked(workload: Workload, cluster: EffectiveCluster): boolean {
    const { isMutual, transport } = this.#resolver.entrance(workload, cluster);
    return isMutual || (cluster.tlsMode === 'mutual-with-sidecars' && transport === 'handshake-failure');
  }

  #servicePorts(): readonly { readonly service: Service; readonly port: ServicePort }[] {
    return this.#mesh.services.flatMap((service) => service.ports.map((port) => ({ service, port })));
  }

  #ports(): readonly number[] {
    const recorded = [...Object.keys(this.#sent.http), ...Object.keys(this.#sent.tcp)].map((at) =>
      Number(at.split(':').at(-1)),
    );
    const gateway = this.#resolver.gatewayListeners(this.#workload).map(({ port }) => port);
    const services = this.#workload.role === 'gateway' ? [] : this.#servicePorts().map(({ port }) => port.number);
    return [...new Set([...recorded, ...gateway, ...services])];
  }

  /** Every host that somebody names, wildcards with something in their place, and one that nobody knows. */
  #hosts(): readonly string[] {
    const domains = Object.values(this.#sent.http).flatMap((hosts) => hosts.flatMap((host) => host.domains));
    const services = this.#mesh.services.flatMap(({ host, name, namespace }) => [host, name, `${name}.${namespace}`]);
    const routes = this.#mesh.routeSets.flatMap((set) => set.hosts);
    const served = this.#mesh.gateways.flatMap(({ servers }) =>
      servers.flatMap(({ hosts }) => hosts.map(({ host }) => host)),
    );
    const all = [...domains, ...services, ...routes, ...served, '*'];
    return concretes(all);
  }
}

/** Each once, wildcards with something in their place. */
function concretes(hosts: readonly string[]): readonly string[] {
  return [...new Set(hosts.map(concrete))];
}

function routeOfUnknown(answer: EffectiveHost): object {
  const match = { path: { prefix: '/' } };
  return answer.kind === 'blocked' ? { match, answer: { status: 502 } } : { match, to: UNKNOWN.passthrough };
}

/** Of a host that is looked up, itself where it lists none. */
function addressesOf(service: Service, { subsetLabels, port }: EffectiveCluster): readonly Endpoint[] {
  const isItself = service.resolution.startsWith('dns') && service.endpoints.length === 0 && service.selector === null;
  const itself = { address: service.host, labels: {}, locality: null, weight: 1, ports: [port] };
  return (isItself ? [itself] : service.endpoints)
    .filter(({ labels, ports }) => selects(subsetLabels, labels) && (ports?.includes(port) ?? true))
    .map(({ address, labels, locality, weight }) => ({
      labels,
      locality: locality ?? '',
      weight,
      host: { n: 1, of: address, port: 0, ...(weight !== 1 && { weight }) },
    }));
}

function weightOf({ machine }: Workload): number {
  return machine?.weight ?? 1;
}

function waypointEndpoint({ labels, replicas, name }: Workload): Endpoint {
  return { labels, locality: '', weight: replicas, host: { n: replicas, of: name, port: 15_008, mutualTls: true } };
}

function protocolsOf({ protocol }: ServicePort): readonly ('http' | 'tcp')[] {
  if (protocol === 'auto') return ['http', 'tcp'];
  return [isHttpPort(protocol) ? 'http' : 'tcp'];
}

/** A waypoint has two clusters, alike, of a port that declares nothing. */
function namesOf({ name }: EffectiveCluster, port: ServicePort): readonly string[] {
  if (!name.startsWith('inbound-vip|')) return [name];
  return protocolsOf(port).map((protocol) => name.replace(/\|http|\|tcp/, `|${protocol}`));
}

function withoutMark({ mutualTls: _, ...host }: SentHost): SentHost {
  return host;
}
