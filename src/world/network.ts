import { Network } from '../dataplane/index.js';
import { sampler } from '../engine/index.js';
import type { NetworkSpec } from '../scenario/index.js';

/** One-way delays between zones, named `region/zone`. */
export function makeNetwork(zones: readonly string[], spec: NetworkSpec): Network {
  const sameZone = sampler(spec.sameZone);
  const crossZone = sampler(spec.crossZone);
  const crossRegion = sampler(spec.crossRegion);
  const regionOf = (zone: string) => zone.split('/')[0];
  return new Network(zones.length, (from, to) => {
    if (from === to) return sameZone;
    return regionOf(zones[from]!) === regionOf(zones[to]!) ? crossZone : crossRegion;
  });
}
