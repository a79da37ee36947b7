import { AddressPlan, type Credential, exportEnvoy, type Site } from '../../src/envoy/index.js';
import { listenerPort, podPort, type Service, targetPort, type Workload } from '../../src/mesh/index.js';
import { type Behaviour, type Fault, type Step, stepsIn, struckCount, type Target } from '../../src/scenario/index.js';
import { type Blueprint, localityOf, type Station } from '../../src/world/index.js';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** The proxy of one pod, as a real Envoy. */
export interface PlayedProxy {
  /** Of the workload, as reports write it. */
  readonly workload: string;
  readonly ordinal: number;
  readonly bootstrap: object;
  /** The certificates that it reads. */
  readonly credentials: readonly Credential[];
  readonly admin: Address;
  readonly concurrency: number;
}

/** Where a caller connects to for a host and port: its own proxy alone, or one of the pods behind the service. */
export interface Way {
  readonly isProxy: boolean;
  readonly addresses: readonly Address[];
}

/** By `host:port`, as written in URLs. */
export type Ways = Readonly<Record<string, Way>>;

/** An application in a pod, or a host outside. */
export interface PlayedApplication {
  readonly name: string;
  readonly ordinal: number;
  /** Null: answers 200 at once. */
  readonly behaviour: Behaviour | null;
  readonly listensOn: readonly Address[];
  readonly ways: Ways;
}

/** A traffic source: the pods that send, in turn, each with its ways. */
export interface PlayedSource {
  readonly index: number;
  readonly turns: readonly Ways[];
}

/** Endpoints that proxies are told are gone, from one time to another, ms from the start of the run. */
export interface Absence {
  readonly fromMs: number;
  readonly toMs: number;
  readonly addresses: readonly string[];
}

/** What a case starts, and who finds whom where. */
export interface Layout {
  readonly proxies: readonly PlayedProxy[];
  readonly applications: readonly PlayedApplication[];
  readonly sources: readonly PlayedSource[];
  readonly absences: readonly Absence[];
  /** What the proxies would do in the mesh and these do not, in words. */
  readonly leftOut: readonly string[];
}

const ADMIN_PORT = 15000;

/** `certificates`: the folder where the proxies look for them. */
export function layOut(blueprint: Blueprint, certificates: string): Layout {
  return new Planner(blueprint, certificates).layout();
}

export function wayKey({ host, port }: Pick<Target, 'host' | 'port'>): string {
  return `${host}:${port}`;
}

class Planner {
  readonly #blueprint: Blueprint;
  readonly #plan: AddressPlan;
  readonly #certificates: string;

  constructor(blueprint: Blueprint, certificates: string) {
    this.#blueprint = blueprint;
    this.#certificates = certificates;
    this.#plan = new AddressPlan(blueprint.mesh);
  }

  layout(): Layout {
    const { stations, scenario } = this.#blueprint;
    const leftOut = new Set<string>();
    const proxies = stations.flatMap((station) => this.#proxies(station, leftOut));
    const applications = stations.flatMap((station) => (station.kind === 'gateway' ? [] : this.#applications(station)));
    const sources = scenario.traffic.map(({ from, requests }, index): PlayedSource => {
      const targets = requests.map(({ to }) => to);
      if (from.kind === 'outside') return { index, turns: [this.#ways(null, null, targets)] };
      const station = this.#blueprint.byName.get(from.name)!;
      const sites = this.#sites(station);
      if (station.kind === 'gateway') return { index, turns: [this.#gatewayWays(station.workload!, sites, targets)] };
      return { index, turns: sites.map((site) => this.#ways(station, site, targets)) };
    });
    const absences = scenario.faults.flatMap((fault) => this.#absence(fault));
    return { proxies, applications, sources, absences, leftOut: [...leftOut] };
  }

  #proxies({ workload, name, podZones }: Station, leftOut: Set<string>): readonly PlayedProxy[] {
    if (workload === null || workload.proxy === null) return [];
    const { mesh, scenario } = this.#blueprint;
    const isSource = scenario.traffic.some(({ from }) => from.kind === 'gateway' && from.name === name);
    if (workload.origin.generated && !isSource) return []; // a gateway that nobody wrote and nobody uses
    const concurrency = workload.proxy.concurrency || Math.ceil(scenario.platform.nodes.cpu);
    return podZones.map((_, ordinal) => {
      const localityOf = (each: Workload, pod: number) => this.#locality(each, pod);
      const {
        bootstrap,
        credentials,
        leftOut: missing,
      } = exportEnvoy(mesh, workload, ordinal, localityOf, {
        folder: this.#certificates,
      });
      for (const words of missing) leftOut.add(`${name}: ${words}`);
      const site = this.#plan.sitesOf(workload)[ordinal]!;
      const admin = { host: this.#plan.outbound(site), port: ADMIN_PORT };
      return { workload: name, ordinal, bootstrap, credentials, admin, concurrency };
    });
  }

  /** A pod that drains, for less than its grace period, is away for those alone who are told so. */
  #absence({ action, atMs, forMs }: Fault): readonly Absence[] {
    if (action.kind !== 'drain') return [];
    const { byName, scenario } = this.#blueprint;
    const station = byName.get(action.workload)!;
    const sites = this.#sites(station);
    const fromMs = scenario.run.warmupMs + atMs + scenario.platform.endpointDelayMs;
    const toMs = fromMs + forMs + (station.behaviour?.startupMs ?? 0);
    const addressOf = (site: Site) =>
      station.workload === null ? this.#plan.application(site) : this.#plan.called(station.workload, site);
    const addresses = sites.slice(0, struckCount(action.pods, sites.length)).map(addressOf);
    return [{ fromMs, toMs, addresses }];
  }

  #locality(workload: Workload, ordinal: number): string {
    const { stationOf, zones } = this.#blueprint;
    return localityOf(workload, zones[stationOf.get(workload)?.podZones[ordinal] ?? 0] ?? '');
  }

  #applications(station: Station): readonly PlayedApplication[] {
    const { name, behaviour } = station;
    const targets = (behaviour?.endpoints ?? []).flatMap(({ steps }) => targetsOf(steps));
    return this.#sites(station).map((site) => ({
      name,
      ordinal: site.ordinal,
      behaviour,
      listensOn: this.#portsOf(station).map((port) => ({ host: this.#plan.application(site), port })),
      ways: this.#ways(station, site, targets),
    }));
  }

  #sites({ workload, external }: Station): readonly Site[] {
    return this.#plan.sitesOf((workload ?? external)!);
  }

  #portsOf({ workload, external }: Station): readonly number[] {
    const { resolver } = this.#blueprint;
    const ports =
      workload === null
        ? external!.ports.map(({ number, targetPort: to }) => (typeof to === 'number' ? to : number))
        : resolver.servicesOf(workload).flatMap((service) => service.ports.map((port) => portOn(workload, port)));
    return [...new Set(ports.filter((port) => port !== null))];
  }

  /** `station` and `site` null: outside. */
  #ways(station: Station | null, site: Site | null, targets: readonly Target[]): Ways {
    const workload = station?.workload ?? null;
    return Object.fromEntries(
      targets.map((target) => {
        const isProxied = workload !== null && workload.proxy !== null && site !== null;
        return [wayKey(target), isProxied ? this.#proxyWay(workload, site, target) : this.#directWay(workload, target)];
      }),
    );
  }

  /** A service may have a listener of its own. */
  #proxyWay(workload: Workload, site: Site, { host, port }: Target): Way {
    const { resolver } = this.#blueprint;
    const service = resolver.service(workload.namespace, host);
    const own = resolver.listeners(workload).find((each) => each.port === port && each.service === service);
    const address = own?.service ? this.#plan.service(own.service) : this.#plan.outbound(site);
    return { isProxy: true, addresses: [{ host: address, port }] };
  }

  #directWay(workload: Workload | null, { host, port }: Target): Way {
    const service = this.#blueprint.resolver.service(workload?.namespace ?? 'default', host);
    return { isProxy: false, addresses: service === null ? [] : this.#endpoints(service, port) };
  }

  #endpoints(service: Service, port: number): readonly Address[] {
    const { resolver } = this.#blueprint;
    if (service.external && service.selector === null) {
      const to = service.ports.find(({ number }) => number === port)?.targetPort;
      const at = typeof to === 'number' ? to : port;
      return this.#plan.sitesOf(service).map((site) => ({ host: this.#plan.application(site), port: at }));
    }
    return resolver.workloadsOf(service).flatMap((workload) =>
      this.#plan.sitesOf(workload).map((site) => ({
        host: this.#plan.called(workload, site),
        port: podPort(service, port, workload) ?? port,
      })),
    );
  }

  #gatewayWays(workload: Workload, sites: readonly Site[], targets: readonly Target[]): Ways {
    const services = this.#blueprint.resolver.servicesOf(workload);
    return Object.fromEntries(
      targets.map((target) => {
        const port = listenerPort(target.port, workload, services);
        const addresses = sites.map((site) => ({ host: this.#plan.application(site), port }));
        return [wayKey(target), { isProxy: true, addresses }];
      }),
    );
  }
}

function portOn(workload: Workload, { protocol, targetPort: to }: Service['ports'][number]): number | null {
  return protocol === 'udp' ? null : targetPort(to, workload);
}

export function targetsOf(steps: readonly Step[]): readonly Target[] {
  return stepsIn(steps).flatMap((step) => (step.kind === 'call' ? [step.to] : []));
}
