import { Network } from '../dataplane/index.js';
import { sampler } from '../engine/index.js';
import type { NetworkSpec } from '../scenario/index.js';

/** One-way delays between zones, named `region/zone`, perhaps with a subzone, which is no distance. */
export function makeNetwork(zones: readonly string[], spec: NetworkSpec): Network {
  const sameZone = sampler(spec.sameZone);
  const crossZone = sampler(spec.crossZone);
  const crossRegion = sampler(spec.crossRegion);
  const places = zones.map((zone) => zone.split('/'));
  const delay = (from: number, to: number) => {
    const [one, other] = [places[from]!, places[to]!];
    if (one[0] !== other[0]) return crossRegion;
    return one[1] === other[1] ? sameZone : crossZone;
  };
  return new Network(zones.length, delay);
}
