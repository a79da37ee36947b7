import type { Pod } from '../dataplane/index.js';
import type { ProxyCost } from '../scenario/index.js';

/**
 * Memory of the proxies that work for each station's pods, bytes. Pods of a zone share one ztunnel, each its part: how
 * many nodes a zone has is not known.
 */
export function proxyMemory(pods: readonly (readonly Pod[])[], cost: ProxyCost): readonly number[] {
  const tunnelled = new Map<number, number>(); // pods in ambient mode by zone
  for (const { ztunnel, zone } of pods.flat()) {
    if (ztunnel !== null) tunnelled.set(zone, (tunnelled.get(zone) ?? 0) + 1);
  }
  const ofPod = ({ proxy, ztunnel, zone, workloadRuntime }: Pod) => {
    if (ztunnel !== null) return cost.ztunnelMemoryBytes / tunnelled.get(zone)!;
    if (proxy === null) return 0;
    return workloadRuntime.kind === 'waypoint' ? cost.waypointMemoryBytes : cost.memoryBytes;
  };
  return pods.map((each) => each.reduce((sum, pod) => sum + ofPod(pod), 0));
}
