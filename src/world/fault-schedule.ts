import {
  addErrors,
  type ControlPlane,
  expireCertificates,
  type PodLifecycle,
  partition,
  slowCpu,
  slowNetwork,
  slowWorkload,
  type Undo,
} from '../changes/index.js';
import type { Plane, Pod, WorkloadRuntime } from '../dataplane/index.js';
import { sampler } from '../engine/index.js';
import { type Fault, type FaultAction, type PodCount, struckCount } from '../scenario/index.js';
import type { TrafficSource } from '../traffic/index.js';
import type { Blueprint } from './blueprint.js';
import type { FaultWatch } from './fault-watch.js';
import { writtenStatus } from './programs.js';

export interface FaultContext {
  readonly blueprint: Blueprint;
  readonly plane: Plane;
  readonly lifecycle: PodLifecycle;
  readonly controlPlane: ControlPlane;
  readonly runtimes: readonly WorkloadRuntime[];
  readonly pods: readonly (readonly Pod[])[];
  readonly sources: readonly TrafficSource[];
  readonly watch: FaultWatch;
}

/** Makes every fault of the scenario two events: its beginning and its end. */
export function scheduleFaults(faults: readonly Fault[], warmupMs: number, context: FaultContext): void {
  const { plane, watch } = context;
  const { sim } = plane;
  for (const { action, atMs, forMs } of faults) {
    const begin = () => {
      watch.onBegin(atMs);
      const undo = strike(action, warmupMs + atMs + forMs, context);
      const end = () => {
        undo();
        watch.onEnd(atMs + forMs);
      };
      if (forMs < Infinity) sim.queue.schedule(sim.event(end, action), warmupMs + atMs + forMs);
    };
    sim.queue.schedule(sim.event(begin, action), warmupMs + atMs);
  }
}

/** Gives istiod each version of the configuration in its time. */
export function schedulePushes(
  changes: Blueprint['changes'],
  warmupMs: number,
  controlPlane: ControlPlane,
  { sim }: Plane,
): void {
  for (const { atMs, version } of changes) {
    sim.queue.schedule(
      sim.event(() => controlPlane.onConfiguration(version), controlPlane),
      warmupMs + atMs,
    );
  }
}

function strike(action: FaultAction, untilMs: number, context: FaultContext): Undo {
  const { blueprint, plane, lifecycle, runtimes } = context;
  const indexOf = (name: string) => blueprint.byName.get(name)!.index;
  switch (action.kind) {
    case 'crash':
      return forPods(podsOf(action.workload, action.pods, context), context, (pod) => lifecycle.crash(pod));
    case 'drain':
      return forPods(podsOf(action.workload, action.pods, context), context, (pod) => lifecycle.drain(pod));
    case 'zone':
      return strikeZone(action, context);
    case 'slow-workload':
      return slowWorkload(runtimes[indexOf(action.workload)]!, sampler(action.by));
    case 'slow-network':
      return slowNetwork(plane.network, indexOf(action.from), indexOf(action.to), sampler(action.by));
    case 'errors':
      return addErrors(runtimes[indexOf(action.workload)]!, writtenStatus(action.outcome), action.share);
    case 'cpu':
      return slowCpu(context.pods[indexOf(action.workload)]!, action.factor);
    case 'certificate':
      return expireCertificates(context.pods[indexOf(action.workload)]!);
    case 'partition':
      return partition(plane.network, indexOf(action.a), indexOf(action.b), untilMs);
    case 'push-delay':
      return context.controlPlane.slow(action.delayMs);
    case 'push': // by `schedulePushes`: what holds depends on all of them
    case 'not-modelled':
      return () => {};
  }
}

function strikeZone({ zone, how }: FaultAction & { kind: 'zone' }, context: FaultContext): Undo {
  const { blueprint, lifecycle, plane, pods, sources } = context;
  plane.network.isCalm = false;
  const index = blueprint.zones.indexOf(zone);
  const there = pods.flat().filter((pod) => pod.zone === index);
  const silenced = sources.filter(({ options }) => options.site.zone === index);
  for (const { options } of silenced) options.site.lost = true;
  const restore = forPods(there, context, (pod) => (how === 'crash' ? lifecycle.crash(pod) : lifecycle.vanish(pod)));
  return () => {
    for (const source of silenced) {
      source.options.site.lost = false;
      source.resume();
    }
    restore();
  };
}

function forPods(pods: readonly Pod[], { lifecycle }: FaultContext, hurt: (pod: Pod) => void): Undo {
  for (const pod of pods) hurt(pod);
  return () => {
    for (const pod of pods) lifecycle.restore(pod);
  };
}

/** The first ones by ordinal; a share rounded up. */
function podsOf(workload: string, wanted: PodCount, { blueprint, pods }: FaultContext): readonly Pod[] {
  const all = pods[blueprint.byName.get(workload)!.index]!;
  return all.slice(0, struckCount(wanted, all.length));
}
