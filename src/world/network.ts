import { Network } from '../dataplane/index.js';
import { sampler } from '../engine/index.js';
import type { NetworkSpec } from '../scenario/index.js';

/** One-way delays between zones, named `region/zone`. */
export function makeNetwork(zones: readonly string[], spec: NetworkSpec): Network {
  const sameZone = sampler(spec.sameZone);
  const crossZone = sampler(spec.crossZone);
  const crossRegion = sampler(spec.crossRegion);
  const regionOf = (zone: string) => zone.split('/')[0];
  const delay = (from: number, to: number) => {
    if (from === to) return sameZone;
    return regionOf(zones[from]!) === regionOf(zones[to]!) ? crossZone : crossRegion;
  };
  return new Network(zones.length, delay, (from, to) => localityRank(zones[from]!, zones[to]!));
}

/**
 * The priority of a locality for another: 0 the same, 1 another subzone, 2 another zone of the region, 3 another region.
 * Source: Istio 1.31, pilot/pkg/networking/core/loadbalancer/loadbalancer.go (implicit failover).
 */
function localityRank(a: string, b: string): number {
  const [one, other] = [a.split('/'), b.split('/')];
  const differs = [0, 1, 2].findIndex((part) => one[part] !== other[part]);
  return differs < 0 ? 0 : 3 - differs;
}
