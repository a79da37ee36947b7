import { hashText } from '../engine/index.js';
import { type MeshResolver, type Service, shortServiceName, type Workload, workloadName } from '../mesh/index.js';
import type { Behaviour, Scenario } from '../scenario/index.js';

/** Pods that do the same: a workload of the mesh, or the endpoints of an external host. */
export interface Station {
  readonly index: number;
  /** As the report writes it. */
  readonly name: string;
  readonly kind: 'app' | 'gateway' | 'waypoint' | 'external';
  readonly workload: Workload | null;
  readonly external: Service | null;
  readonly behaviour: Behaviour | null;
  readonly service: string | null;
  readonly version: string | null;
  /** Zone of each pod. */
  readonly podZones: readonly number[];
  /** Null: CPU is never short. */
  readonly threads: number | null;
  /** Cores; Infinity: no limit. */
  readonly cpuLimit: number;
}

interface Surroundings {
  readonly scenario: Scenario;
  readonly resolver: MeshResolver;
  readonly zones: readonly string[];
}

export function appStation(
  index: number,
  workload: Workload,
  behaviour: Behaviour | null,
  { scenario, resolver, zones }: Surroundings,
): Station {
  const services = resolver.servicesOf(workload);
  const limit = workload.cpuLimit;
  const kind = workload.role !== 'app' ? workload.role : workload.machine === undefined ? 'app' : 'external';
  const threads = kind === 'external' ? null : Math.max(1, Math.ceil(limit ?? scenario.platform.nodes.cpu));
  const locality = workload.machine?.locality ?? null;
  const spreadZones = podZones(behaviour, workload.replicas, scenario, zones);
  return {
    index,
    name: workloadName(workload),
    kind,
    workload,
    external: null,
    behaviour,
    service: services.length === 0 ? null : shortServiceName([...services].sort((a, b) => a.age - b.age)[0]!),
    version: workload.labels.version ?? null,
    podZones: locality === null ? spreadZones : spreadZones.map(() => zones.indexOf(locality)),
    threads: behaviour?.threads ?? threads,
    cpuLimit: limit ?? Infinity,
  };
}

export function externalStation(
  index: number,
  service: Service,
  behaviour: Behaviour | null,
  { scenario, zones }: Surroundings,
): Station {
  const spreadZones = podZones(
    behaviour,
    behaviour?.replicas ?? Math.max(1, service.endpoints.length),
    scenario,
    zones,
  );
  return {
    index,
    name: service.host,
    kind: 'external',
    workload: null,
    external: service,
    behaviour,
    service: service.host,
    version: null,
    podZones: spreadZones.map((zone, i) => {
      const locality = service.endpoints[i]?.locality ?? null;
      return locality === null ? zone : zones.indexOf(locality);
    }),
    threads: behaviour?.threads ?? null,
    cpuLimit: Infinity,
  };
}

/** How many pods the scenario says that there are; null: it leaves that to the manifests. */
export function ownPodCount({ zones, replicas }: Behaviour): number | null {
  return zones === null ? replicas : Object.values(zones).reduce((sum, pods) => sum + pods, 0);
}

/** `replicas`: what the manifests say. */
export function podCount(behaviour: Behaviour | null, replicas: number): number {
  return (behaviour && ownPodCount(behaviour)) ?? replicas;
}

/** Dealt out to the zones of the nodes in turn, unless the scenario says otherwise. */
function podZones(
  behaviour: Behaviour | null,
  replicas: number,
  { platform }: Scenario,
  zones: readonly string[],
): readonly number[] {
  if (behaviour?.zones) {
    return Object.entries(behaviour.zones).flatMap(([zone, pods]) => new Array<number>(pods).fill(zones.indexOf(zone)));
  }
  const nodes = platform.nodes.zones.map((zone) => zones.indexOf(zone));
  return Array.from({ length: podCount(behaviour, replicas) }, (_, pod) => nodes[pod % nodes.length]!);
}

/** Where a pod's CPU periods begin: somewhere in 100 ms, always the same. */
export function quotaPhaseMs(podName: string): number {
  return (hashText(podName) >>> 0) % 100;
}
