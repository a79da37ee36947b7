import type { Network, Pod, Status, WorkloadRuntime } from '../dataplane/index.js';
import type { Sampler } from '../engine/index.js';

/** Takes back what it did. */
export type Undo = () => void;

/** The application's work is held up. */
export function slowWorkload(workload: WorkloadRuntime, by: Sampler): Undo {
  workload.delays.push(by);
  return () => remove(workload.delays, by);
}

/** Packets from one workload to another are held up. */
export function slowNetwork(network: Network, from: number, to: number, by: Sampler): Undo {
  const slowdown = { from, to, by };
  network.isCalm = false;
  network.slowdowns.push(slowdown);
  return () => remove(network.slowdowns, slowdown);
}

/** A share of the application's answers become errors. */
export function addErrors(workload: WorkloadRuntime, status: Status, share: number): Undo {
  const fault = { status, share };
  workload.errors.push(fault);
  return () => remove(workload.errors, fault);
}

/** Packets between two workloads are lost both ways until `untilMs`. */
export function partition(network: Network, a: number, b: number, untilMs: number): Undo {
  const cut = { a, b, untilMs };
  network.isCalm = false;
  network.partitions.push(cut);
  return () => remove(network.partitions, cut);
}

/** The CPU of these pods runs at `factor` of its speed: the application's, or the proxy of a gateway or waypoint. */
export function slowCpu(pods: readonly Pod[], factor: number): Undo {
  scaleSpeed(pods, factor);
  return () => scaleSpeed(pods, 1 / factor);
}

/** The certificates of these pods have expired: new connections over mutual TLS fail, those that are open live on. */
export function expireCertificates(pods: readonly Pod[]): Undo {
  const certificates = pods.flatMap(({ certificate }) => certificate ?? []);
  for (const certificate of certificates) certificate.faults++;
  return () => {
    for (const certificate of certificates) certificate.faults--;
  };
}

function scaleSpeed(pods: readonly Pod[], factor: number): void {
  for (const pod of pods) {
    const { kind } = pod.workloadRuntime;
    if ((kind === 'gateway' || kind === 'waypoint') && pod.proxy !== null) pod.proxy.speed *= factor;
    if (pod.cpu !== null) pod.cpu.setSpeed(pod.cpu.speed * factor);
  }
}

function remove<T>(from: T[], item: T): void {
  const at = from.indexOf(item);
  if (at >= 0) from.splice(at, 1);
}
