import type { Origin } from './origin.js';
import type { LocalitySetting } from './policies.js';
import type { Labels } from './service.js';

/**
 * How a proxy prefers the endpoints of some localities to others.
 * `distance`: priorities by how near they are, other regions as `failover` says.
 * `labels`: priorities by how many of the labels, from the first on, an endpoint has as the caller has them; `failover`
 * tells those of one priority apart.
 * `distribute`: no priorities; localities get the shares that are written for the caller's, else by their endpoints.
 */
export type LocalityOrder =
  | { readonly kind: 'distance'; readonly failover: LocalitySetting['failover'] }
  | { readonly kind: 'labels'; readonly labels: readonly string[]; readonly failover: LocalitySetting['failover'] }
  | { readonly kind: 'distribute'; readonly distribute: LocalitySetting['distribute'] };

export type LocalityPreference = LocalityOrder & {
  /** Where it was written; null: nowhere, outlier detection brings it. */
  readonly origin: Origin | null;
};

/** A proxy or an endpoint, as far as its place counts. */
export interface Placed {
  /** `region/zone/subzone`; empty: unknown. */
  readonly locality: string;
  readonly labels: Labels;
}

/** Endpoints that a proxy is told of together: of one locality and one priority, the nearest 0. */
export interface LocalityGroup {
  readonly priority: number;
  /** Its share against the other groups of its priority; null: endpoints are picked whatever their group. */
  readonly weight: number | null;
  /** Which of the endpoints. */
  readonly endpoints: readonly number[];
}

export const REGION_LABEL = 'topology.kubernetes.io/region';
export const ZONE_LABEL = 'topology.kubernetes.io/zone';
export const SUBZONE_LABEL = 'topology.istio.io/subzone';
export const NODE_LABEL = 'kubernetes.io/hostname';
/** Priorities that distance tells apart: 0 to 4. */
const DISTANCES = 5;

/**
 * The groups in which istiod tells a proxy of its endpoints. Priorities have no gaps. Endpoints of localities that
 * `distribute` does not name are in none.
 * Source: Istio 1.31, pilot/pkg/networking/core/loadbalancer/loadbalancer.go.
 */
export function placeEndpoints(
  preference: LocalityOrder | null,
  caller: Placed,
  endpoints: readonly (Placed & { readonly weight: number })[],
): readonly LocalityGroup[] {
  if (preference === null) {
    return [{ priority: 0, weight: null, endpoints: endpoints.map((_, i) => i) }];
  }
  const grouped = group(endpoints, (endpoint) => rank(preference, caller, endpoint));
  const sizes = grouped.map(({ members }) => members.reduce((sum, i) => sum + endpoints[i]!.weight, 0));
  const ranks = [...new Set(grouped.map((each) => each.rank))].sort((a, b) => a - b);
  const weights = isWeighted(preference) ? shares(preference, caller.locality, grouped, sizes) : null;
  return grouped.flatMap((each, i) => {
    const weight = weights === null ? null : weights[i]!;
    return weight === 0 ? [] : [{ priority: ranks.indexOf(each.rank), weight, endpoints: each.members }];
  });
}

/** Whether localities have weights within a priority: implicit failover has none. */
function isWeighted(preference: LocalityOrder): boolean {
  return preference.kind !== 'distance' || preference.failover.length > 0;
}

interface Group {
  readonly rank: number;
  readonly locality: string;
  readonly members: number[];
}

function group<T extends Placed>(endpoints: readonly T[], rankOf: (endpoint: T) => number): Group[] {
  const groups = new Map<string, Group>();
  endpoints.forEach((endpoint, i) => {
    const { locality } = endpoint;
    const rank = rankOf(endpoint);
    const key = `${rank}|${locality}`;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { rank, locality, members: [i] });
    else known.members.push(i);
  });
  return [...groups.values()];
}

function rank(preference: LocalityOrder, caller: Placed, endpoint: Placed): number {
  switch (preference.kind) {
    case 'distribute':
      return 0;
    case 'distance':
      return distance(caller.locality, endpoint.locality, preference.failover);
    case 'labels': {
      const mismatch = labelRank(preference.labels, caller, endpoint);
      if (preference.failover.length === 0) return mismatch;
      return DISTANCES * mismatch + distance(caller.locality, endpoint.locality, preference.failover);
    }
  }
}

/**
 * 0 the same locality, 1 another subzone, 2 another zone, 3 another region; where `failover` names a region for the
 * caller's, 4 the regions that it does not name.
 */
function distance(from: string, to: string, failover: LocalitySetting['failover']): number {
  const [one, other] = [from.split('/'), to.split('/')];
  const differs = [0, 1, 2].findIndex((part) => (one[part] ?? '') !== (other[part] ?? ''));
  if (differs !== 0) return differs < 0 ? 0 : 3 - differs;
  const rule = failover.find((each) => each.from === one[0]);
  return rule === undefined || rule.to === other[0] ? 3 : 4;
}

/** How many labels are left from the first that differs on. A label that both lack does not differ. */
function labelRank(labels: readonly string[], caller: Placed, endpoint: Placed): number {
  const [mine, its] = [withTopology(caller), withTopology(endpoint)];
  const differs = labels.findIndex((written) => {
    const [name, value] = split(written);
    return (value ?? mine(name)) !== its(name);
  });
  return differs < 0 ? 0 : labels.length - differs;
}

function split(written: string): readonly [name: string, value: string | null] {
  const parts = written.split('=');
  return [parts[0]!, parts.length === 2 ? parts[1]! : null];
}

function withTopology({ locality, labels }: Placed): (label: string) => string {
  const [region = '', zone = '', subzone = ''] = locality.split('/');
  const topology: Readonly<Record<string, string>> = {
    [REGION_LABEL]: region,
    [ZONE_LABEL]: zone,
    [SUBZONE_LABEL]: subzone,
  };
  return (label) => (Object.hasOwn(labels, label) ? labels[label]! : (topology[label] ?? ''));
}

/** By group: how many endpoints it has, or its part of what `distribute` gives, rounded up. */
function shares(
  preference: LocalityOrder,
  from: string,
  groups: readonly Group[],
  sizes: readonly number[],
): readonly number[] {
  if (preference.kind !== 'distribute') return sizes;
  const rule = preference.distribute.find((each) => covers(each.from, from));
  if (rule === undefined) return sizes;
  const given = groups.map(() => 0);
  const open = new Set(groups.keys());
  for (const [pattern, percent] of Object.entries(rule.to)) {
    const matched = [...open].filter((i) => covers(pattern, groups[i]!.locality));
    const whole = matched.reduce((sum, i) => sum + sizes[i]!, 0);
    for (const i of matched) {
      open.delete(i);
      given[i] = Math.ceil((sizes[i]! * percent) / whole);
    }
  }
  return given;
}

/** A part that is left out, or `*`, stands for any. */
function covers(pattern: string, locality: string): boolean {
  const parts = locality.split('/');
  return pattern.split('/').every((part, i) => part === '*' || part === '' || part === (parts[i] ?? ''));
}
