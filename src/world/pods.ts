import type { Strand } from '../dataplane/index.js';
import {
  type CpuCost,
  CpuQuota,
  type Plane,
  Pod,
  type Programs,
  ProxyProcess,
  type WorkloadRuntime,
  Ztunnel,
} from '../dataplane/index.js';
import { type CpuJob, type Key, ProcessorSharing, SequentialRandom } from '../engine/index.js';
import { terminationMs } from '../mesh/index.js';
import { waypointCost, ztunnelCost } from '../scenario/index.js';
import type { Blueprint } from './blueprint.js';
import { quotaPhaseMs, type Station } from './stations.js';

/** Of an external host, whose pods nobody knows: as Kubernetes has it. */
const DRAIN_MS = 30_000;

/** Until istiod gives up a machine that had registered by itself. Source: Istio 1.31, PILOT_WORKLOAD_ENTRY_GRACE_PERIOD. */
const GRACE_MS = 10_000;

/** The pods of a station. `programs`: what its application does. */
export function makePods(
  blueprint: Blueprint,
  station: Station,
  plane: Plane,
  key: Key,
  programs: Programs,
): { readonly runtime: WorkloadRuntime; readonly pods: readonly Pod[] } {
  const { behaviour } = station;
  const pods: Pod[] = [];
  const ztunnel = ztunnelCost(blueprint.scenario.platform.proxyCost);
  const runtime: WorkloadRuntime = {
    index: station.index,
    name: station.name,
    kind: station.kind,
    service: station.service,
    version: station.version,
    workers: behaviour?.workers ?? Infinity,
    queue: behaviour?.queue ?? Infinity,
    stopsAbandoned: behaviour?.abandoned === 'stop' || station.kind === 'waypoint' || station.kind === 'gateway',
    startupMs: behaviour?.startupMs ?? 0,
    drainMs: station.workload === null ? DRAIN_MS : terminationMs(station.workload, blueprint.mesh.settings),
    unnoticedMs: unnoticedMs(station),
    pods,
    delays: [],
    errors: [],
    programs,
  };
  station.podZones.forEach((zone, ordinal) => {
    const name = `${station.name}-${ordinal}`;
    pods.push(
      new Pod(runtime, {
        name,
        ordinal,
        zone,
        proxy: makeProxy(blueprint, station, plane, key, { name, zone }),
        ztunnel: station.workload?.ambient ? new Ztunnel(ztunnel) : null,
        cpu: makeCpu(station, plane, name),
      }),
    );
  });
  return { runtime, pods };
}

/**
 * Kubernetes sees its pods die, istiod that a machine's agent has gone. What people have written down as an endpoint, in a
 * ServiceEntry, a WorkloadEntry or DNS, is one until they take it away.
 * Source: Istio 1.31, pilot/pkg/autoregistration/controller.go; pilot/pkg/serviceregistry/serviceentry.
 */
function unnoticedMs({ workload }: Station): number {
  if (workload === null) return Infinity;
  if (workload.machine === undefined) return 0;
  return workload.kind === 'WorkloadGroup' ? GRACE_MS : Infinity;
}

function makeProxy(
  blueprint: Blueprint,
  station: Station,
  plane: Plane,
  key: Key,
  pod: { readonly name: string; readonly zone: number },
): ProxyProcess | null {
  const settings = station.workload?.proxy ?? null;
  if (settings === null) return null;
  const { platform } = blueprint.scenario;
  const { concurrency, cpuLimit } = settings;
  const workers = concurrency > 0 ? concurrency : Math.ceil(platform.nodes.cpu);
  const quota = cpuLimit !== null && cpuLimit < workers ? new CpuQuota(cpuLimit, quotaPhaseMs(pod.name)) : null;
  const cost: CpuCost = station.kind === 'waypoint' ? waypointCost(platform.proxyCost) : platform.proxyCost;
  const random = new SequentialRandom(key, pod.name);
  return new ProxyProcess(pod.name, pod.zone, workers, quota, cost, plane.sim, random);
}

function makeCpu({ threads, cpuLimit, kind }: Station, plane: Plane, pod: string): ProcessorSharing | null {
  if (threads === null || kind === 'gateway' || kind === 'waypoint') return null;
  const done = (job: CpuJob) => plane.application.onComputed(job.owner as Strand);
  const options = { threads, limit: cpuLimit, phaseMs: quotaPhaseMs(pod) };
  const cpu = new ProcessorSharing(plane.sim.queue, options, done);
  plane.sim.own(cpu.event, onCpu, cpu);
  return cpu;
}

function onCpu(cpu: ProcessorSharing): void {
  cpu.onEvent();
}
