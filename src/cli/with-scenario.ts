import type { Blueprint, Loaded } from '../world/index.js';

/** The same with a Scenario that is played or drawn otherwise. */
export function withScenario<T extends { readonly loaded: Loaded; readonly blueprint: Blueprint }>(
  given: T,
  scenario: Loaded['scenario'],
): T {
  return { ...given, loaded: { ...given.loaded, scenario }, blueprint: { ...given.blueprint, scenario } };
}
