import type { PodCount } from './types.js';

/** How many of a workload's pods a fault strikes, the first ones by ordinal; a share is rounded up. */
export function struckCount(wanted: PodCount, pods: number): number {
  return wanted.kind === 'count' ? Math.min(wanted.count, pods) : Math.ceil(wanted.share * pods - 1e-9);
}
