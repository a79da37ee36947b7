import { compareText, type Diagnostics, type Place } from '../diagnostics/index.js';
import { type Mesh, MeshResolver, type Origin, type Service, type Workload, workloadName } from '../mesh/index.js';
import type { Behaviour, Scenario } from '../scenario/index.js';
import { withImpliedServices } from './implied-services.js';
import type { Loaded } from './load.js';
import {
  everyService,
  reportDirectCallers,
  reportOpenConnections,
  reportZtunnels,
  withSamePods,
} from './pushed-mesh.js';
import type { Pushes } from './pushes.js';
import { appStation, externalStation, ownPodCount, podCount, type Station } from './stations.js';

/** What istiod is told, and what follows from it. */
export interface Configuration {
  readonly mesh: Mesh;
  readonly resolver: MeshResolver;
}

/** All that does not change from replication to replication. `mesh` and `resolver` are those that a run begins with. */
export interface Blueprint extends Configuration {
  readonly scenario: Scenario;
  /** By version; the first is the one that a run begins with. */
  readonly configurations: readonly Configuration[];
  /** When istiod is given another version. */
  readonly changes: Pushes['changes'];
  readonly zones: readonly string[];
  readonly stations: readonly Station[];
  readonly stationOf: ReadonlyMap<Workload | Service, Station>;
  readonly byName: ReadonlyMap<string, Station>;
}

/** Puts a Mesh and a Scenario together. What does not fit is reported. */
export function drawBlueprint({ scenario, pushes, ...given }: Loaded, diagnostics: Diagnostics): Blueprint {
  const mesh = withImpliedServices(given.mesh, scenario);
  const resolver = new MeshResolver(mesh);
  const later = pushes.meshes.map((pushed) => withImpliedServices(pushed, scenario));
  const behaviours = new Map(scenario.behaviours.map((behaviour) => [behaviour.name, behaviour]));
  const services = everyService(mesh, later);
  const zones = zonesOf(scenario, mesh.workloads, services);
  const stations: Station[] = [];
  for (const pushed of later) {
    reportOpenConnections(pushed, mesh, diagnostics);
    reportZtunnels(pushed, mesh, diagnostics);
  }
  if (hasDirectCallers(mesh, scenario)) for (const pushed of later) reportDirectCallers(pushed, mesh, diagnostics);
  const meshes = later.map((pushed) => withSamePods(pushed, mesh, services, diagnostics));
  const configurations = [
    { mesh, resolver },
    ...meshes.map((each) => ({ mesh: each, resolver: new MeshResolver(each) })),
  ];
  const settled = { scenario, mesh, resolver, configurations, changes: pushes.changes, zones, stations };
  if (isCrowded(mesh.workloads, services, behaviours, diagnostics)) {
    return { ...settled, stationOf: new Map(), byName: new Map() };
  }
  const surroundings = { scenario, resolver, zones };
  for (const workload of mesh.workloads) {
    const behaviour = behaviours.get(workloadName(workload)) ?? null;
    stations.push(appStation(stations.length, workload, behaviour, surroundings));
  }
  for (const service of services) {
    if (!hasOwnPods(service) || stations.some(({ name }) => name === service.host)) continue;
    const behaviour = behaviours.get(service.host) ?? null;
    stations.push(externalStation(stations.length, service, behaviour, surroundings));
  }
  for (const { external, podZones } of stations)
    if (external) reportLogicalHost(external, podZones.length, diagnostics);
  const byName = new Map(stations.map((station) => [station.name, station]));
  reportUnknown(scenario.behaviours, byName, scenario, diagnostics);
  const stationOf = new Map(stations.map((station) => [(station.workload ?? station.external)!, station]));
  return { ...settled, stationOf, byName };
}

/** Whether nobody else's pods are its endpoints: a ServiceEntry without workloadSelector. */
function hasOwnPods({ external, selector }: Service): boolean {
  return external && selector === null;
}

/** To a proxy such a name is one host, whose address may be another for each connection. */
function reportLogicalHost({ resolution, host, origin }: Service, pods: number, diagnostics: Diagnostics): void {
  if (resolution !== 'dns-round-robin' || pods <= 1) return;
  const { file, line, column, resource } = origin;
  const message = `the ${pods} addresses of ${host} are simulated as so many hosts: DNS_ROUND_ROBIN is read but not modelled`;
  const help = 'the figures are those of resolution DNS';
  diagnostics.add({
    code: 'not-modelled',
    severity: 'info',
    refuses: false,
    message,
    help,
    file,
    line,
    column,
    resource,
  });
}

/** Whether anybody calls without a proxy. */
function hasDirectCallers({ workloads }: Mesh, { traffic }: Scenario): boolean {
  return workloads.some(({ proxy }) => proxy === null) || traffic.some(({ from }) => from.kind === 'outside');
}

/** More pods than this are refused: each is an object of some kilobytes. */
const MOST_PODS = 200_000;

/** True, and refused, when there are too many pods; the diagnostic stands at what asks for the most. */
function isCrowded(
  workloads: readonly Workload[],
  services: readonly Service[],
  behaviours: ReadonlyMap<string, Behaviour>,
  diagnostics: Diagnostics,
): boolean {
  let total = 0;
  let most = { pods: 0, name: '', place: null as Origin | Place | null };
  const count = (name: string, origin: Origin, replicas: number) => {
    const behaviour = behaviours.get(name) ?? null;
    const pods = podCount(behaviour, replicas);
    const isOwn = behaviour !== null && ownPodCount(behaviour) !== null;
    total += pods;
    if (pods > most.pods) most = { pods, name, place: isOwn ? behaviour.place : origin };
  };
  for (const workload of workloads) count(workloadName(workload), workload.origin, workload.replicas);
  for (const service of services) {
    if (hasOwnPods(service)) count(service.host, service.origin, service.endpoints.length);
  }
  if (total <= MOST_PODS || most.place === null) return false;
  const { file, line, column } = most.place;
  diagnostics.add({
    code: 'too-many-pods',
    severity: 'error',
    refuses: true,
    message: `${total} pods in all, ${most.pods} of them of ${most.name}`,
    help: `simulate a part of the mesh: at most ${MOST_PODS} pods`,
    ...{ file, line, column },
    resource: null,
  });
  return true;
}

/** Every zone that is named anywhere, the platform's first. */
function zonesOf(scenario: Scenario, workloads: readonly Workload[], services: readonly Service[]): string[] {
  const named = new Set(scenario.platform.nodes.zones);
  for (const { zones } of scenario.behaviours) for (const zone of Object.keys(zones ?? {})) named.add(zone);
  for (const { zone } of scenario.traffic) if (zone !== null) named.add(zone);
  for (const { endpoints } of services) for (const { locality } of endpoints) if (locality) named.add(locality);
  for (const { machine } of workloads) if (machine?.locality) named.add(machine.locality);
  for (const { action } of scenario.faults) if (action.kind === 'zone') named.add(action.zone);
  return [...named];
}

function reportUnknown(
  behaviours: readonly Behaviour[],
  byName: ReadonlyMap<string, Station>,
  scenario: Scenario,
  diagnostics: Diagnostics,
): void {
  const known = [...byName.keys()].sort(compareText);
  const complain = (name: string, what: string, place: { file: string; line: number; column: number }) => {
    if (byName.has(name)) return;
    diagnostics.add({
      code: 'unknown-workload',
      severity: 'error',
      refuses: true,
      message: `${what} ${JSON.stringify(name)}, which no manifest declares`,
      help: known.length === 0 ? 'give manifests that declare it' : `write one of: ${known.slice(0, 20).join(', ')}`,
      ...{ file: place.file, line: place.line, column: place.column },
      resource: { kind: 'Scenario', namespace: '', name: scenario.name },
    });
  };
  for (const { name, place } of behaviours) complain(name, 'workloads describes', place);
  for (const { action, place } of scenario.faults) {
    if ('workload' in action) complain(action.workload, 'a fault strikes', place);
    if (action.kind === 'certificate' && hasNoCertificate(byName.get(action.workload)?.workload)) {
      diagnostics.add({
        code: 'no-certificate',
        severity: 'warning',
        refuses: false,
        message: `${action.workload} is not in the mesh, and has no certificate that could expire: nothing strikes`,
        help: 'name a workload of the mesh',
        ...{ file: place.file, line: place.line, column: place.column },
        resource: { kind: 'Scenario', namespace: '', name: scenario.name },
      });
    }
    if (action.kind === 'slow-network') {
      complain(action.from, 'a fault strikes', place);
      complain(action.to, 'a fault strikes', place);
    }
    if (action.kind === 'partition') {
      complain(action.a, 'a fault strikes', place);
      complain(action.b, 'a fault strikes', place);
    }
  }
  for (const { from, place } of scenario.traffic)
    if (from.kind !== 'outside') complain(from.name, 'traffic comes from', place);
}

function hasNoCertificate(workload: Workload | null | undefined): boolean {
  return workload?.proxy === null && !workload.ambient;
}
