import { expect } from 'vitest';
import type { EffectiveAction, EffectiveHost, EffectiveRule } from '../../src/mesh/index.js';

/** The routes of a host that must have some. */
export function routesOf(host: EffectiveHost): Extract<EffectiveHost, { kind: 'routes' }> {
  expect(host.kind).toBe('routes');
  return host as Extract<EffectiveHost, { kind: 'routes' }>;
}

export function rulesOf(host: EffectiveHost): readonly EffectiveRule[] {
  return routesOf(host).rules;
}

/** Rules by name; the default route, which has none, as `default`. */
export function namesOf(host: EffectiveHost): readonly string[] {
  return rulesOf(host).map((rule) => rule.name ?? (rule.origin === null ? 'default' : '?'));
}

/** What the only rule of a host forwards to. */
export function forwardOf(host: EffectiveHost): Extract<EffectiveAction, { kind: 'forward' }> {
  return forwardOfRule(rulesOf(host)[0]!);
}

export function forwardOfRule(rule: EffectiveRule): Extract<EffectiveAction, { kind: 'forward' }> {
  expect(rule.action.kind).toBe('forward');
  return rule.action as Extract<EffectiveAction, { kind: 'forward' }>;
}

/** Clusters by name with their shares, as `subset 50 %` would be `{'outbound|80|subset|host': 0.5}`. */
export function sharesOf(host: EffectiveHost): Readonly<Record<string, number>> {
  const destinations = host.kind === 'tcp' ? host.destinations : forwardOf(host).destinations;
  return Object.fromEntries(
    destinations.map(({ cluster, share }) => [
      `outbound|${cluster.port}|${cluster.subset ?? ''}|${cluster.host}`,
      share,
    ]),
  );
}
