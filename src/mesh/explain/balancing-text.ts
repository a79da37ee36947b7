import type { EffectiveCluster } from '../effective.js';
import type { LocalityPreference } from '../locality.js';
import type { Balancer, HashKey, LocalitySetting, Warmup } from '../policies.js';
import type { PortPolicy } from '../resolution/policy-inheritance.js';
import { durationText, entry, shareText, source, visible } from './words.js';

/** How a cluster's endpoints are picked, for people. */
export function balancingLines(cluster: EffectiveCluster, written: PortPolicy): readonly string[] {
  const policy = written.loadBalancer;
  return [
    ...entry(
      'balancer',
      `${balancerText(cluster)} ${source((policy?.balancer && cluster.balancer === policy.balancer && policy.origin) || null)}`,
    ),
    ...(cluster.warmup === null ? [] : entry('warm-up', `${warmupText(cluster.warmup)} ${source(policy!.origin)}`)),
    ...(cluster.balancer.kind === 'passthrough' ? [] : zoneLines(cluster.locality)),
  ];
}

function balancerText({ balancer, service }: EffectiveCluster): string {
  if (service.headless && balancer.kind === 'passthrough') return 'none: headless';
  if (balancer.kind !== 'consistent-hash') return balancer.kind;
  return `${tableText(balancer)} over ${keyText(balancer.key)}; without it any endpoint`;
}

function tableText({ table, size }: Extract<Balancer, { kind: 'consistent-hash' }>): string {
  return table === 'ring' ? `hash ring of at least ${size}` : `Maglev table of ${size}`;
}

function keyText(key: HashKey): string {
  if (key.kind === 'source-ip') return "the caller's address";
  return `${key.kind === 'query' ? 'query parameter' : key.kind} ${visible(key.name)}`;
}

function warmupText({ windowMs, leastShare, aggression }: Warmup): string {
  const curve = aggression === 1 ? '' : `, aggression ${aggression}`;
  return `who joins has ${shareText(leastShare)} of its share, all of it after ${durationText(windowMs)}${curve}`;
}

function zoneLines(preference: LocalityPreference | null): readonly string[] {
  if (preference === null) return [];
  const at = preference.origin === null ? '(default with outlierDetection)' : source(preference.origin);
  return entry('zones', `${preferenceText(preference)} ${at}`);
}

function preferenceText(preference: LocalityPreference): string {
  switch (preference.kind) {
    case 'distribute':
      if (preference.distribute.length === 0) return 'by how many endpoints each has';
      return preference.distribute
        .map(({ from, to }) => `from ${visible(from)} ${Object.entries(to).map(percentText).join(', ')}`)
        .join('; ');
    case 'labels':
      return `first those with the caller's ${preference.labels.map(visible).join(', ')}${regionText(preference.failover)}`;
    case 'distance':
      return `its own first, then those of its region${regionText(preference.failover)}`;
  }
}

function percentText([locality, percent]: readonly [string, number]): string {
  return `${percent} % to ${visible(locality)}`;
}

function regionText(failover: LocalitySetting['failover']): string {
  return failover.map(({ from, to }) => `, from ${visible(from)} then ${visible(to)}`).join('');
}
