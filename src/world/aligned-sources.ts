import type { Scenario } from '../scenario/index.js';

/**
 * The candidate with the numbers of the base's sources of the same names, so that they draw the same wherever they stand in
 * their scenarios. Those that only it has get numbers that none of the base has.
 */
export function alignedSources(candidate: Scenario, base: Scenario): Scenario {
  const numbers = new Map(base.traffic.map(({ name, number }) => [name, number]));
  let next = base.traffic.length;
  const traffic = candidate.traffic.map((source) => ({ ...source, number: numbers.get(source.name) ?? next++ }));
  return { ...candidate, traffic };
}
