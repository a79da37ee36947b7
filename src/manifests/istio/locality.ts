import { type LocalitySetting, NODE_LABEL, REGION_LABEL, SUBZONE_LABEL, ZONE_LABEL } from '../../mesh/index.js';
import type { Section, Value } from '../../reading/index.js';
import { quote } from '../../reading/index.js';
import { account } from './account.js';
import { refuse } from './checks.js';
import type { Context } from './context.js';
import { LOCALITY_FIELDS } from './fields/destination-rule.js';
import { flag, list, number, section, text, textValues } from './read.js';

/** `localityLbSetting`; null when none is written. Source: Istio 1.32, pkg/config/validation, validateLocalityLbSetting. */
export function translateLocality(parent: Section, context: Context): LocalitySetting | null {
  const setting = section(parent, 'localityLbSetting');
  if (setting === null) return null;
  account(setting, LOCALITY_FIELDS, context);
  const [distribute, failover] = [list(setting, 'distribute'), list(setting, 'failover')];
  const failoverPriority = textValues(setting, 'failoverPriority');
  const labels = failoverPriority.map(([label]) => label);
  checkCombination(setting, distribute.length > 0, failover.length > 0, labels);
  distribute.forEach(checkDistribution);
  checkOverlaps(distribute);
  failover.forEach(checkFailover);
  for (const [label, at] of failoverPriority) reportNode(label, at);
  return {
    enabled: flag(setting, 'enabled'),
    distribute: distribute.map((each) => ({ from: text(each, 'from') ?? '', to: percentages(section(each, 'to')) })),
    failover: failover.map((each) => ({ from: text(each, 'from') ?? '', to: text(each, 'to') ?? '' })),
    failoverPriority: labels,
  };
}

const TOPOLOGY: readonly string[] = [REGION_LABEL, ZONE_LABEL, SUBZONE_LABEL];

function percentages(to: Section | null): Readonly<Record<string, number>> {
  return Object.fromEntries((to?.keys() ?? []).map((locality) => [locality, number(to, locality) ?? 0]));
}

function checkCombination(setting: Section, distributes: boolean, failsOver: boolean, labels: readonly string[]): void {
  if (distributes && (failsOver || labels.length > 0)) {
    refuse(setting, 'distribute stands beside a failover', 'keep one of them', 'distribute');
  }
  const topology = labels.map((label) => label.split('=')[0]!).find((label) => TOPOLOGY.includes(label));
  if (failsOver && topology !== undefined) {
    refuse(setting, `failoverPriority names ${topology} beside failover`, 'keep one of them', 'failoverPriority');
  }
}

function reportNode(label: string, at: Value): void {
  if (label !== NODE_LABEL) return;
  const help = 'give the pods labels of their own, and name these';
  at.info('not-modelled', 'pods have no nodes in the model: all of a zone are taken to share one', help);
}

/** Source: Istio 1.31, pkg/config/validation/validation.go, validateLocalities. */
function checkOverlaps(distribute: readonly Section[]): void {
  const seen: string[] = [];
  for (const each of distribute) {
    const from = text(each, 'from') ?? '';
    const other = seen.find((earlier) => overlap(earlier, from));
    if (other !== undefined) {
      refuse(each, `${quote(from)} overlaps with ${quote(other)}`, 'keep one of them', 'from');
    }
    seen.push(from);
  }
}

/** A part that is left out, or `*`, stands for any. */
function overlap(a: string, b: string): boolean {
  const [one, other] = [a.split('/'), b.split('/')];
  return one.every((part, i) => part === '*' || other[i] === undefined || other[i] === '*' || other[i] === part);
}

function checkDistribution(distribution: Section): void {
  const to = section(distribution, 'to');
  const weights = (to?.keys() ?? []).map((locality) => number(to, locality) ?? 0);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total !== 100 || weights.some((weight) => weight < 1 || weight > 100)) {
    refuse(
      distribution,
      `the weights add to ${total}, not to 100`,
      'write weights from 1 to 100 that add to 100',
      'to',
    );
  }
}

function checkFailover(failover: Section): void {
  const [from, to] = [text(failover, 'from') ?? '', text(failover, 'to') ?? ''];
  if (from === to) refuse(failover, `the region ${quote(from)} fails over to itself`, 'name another region', 'to');
  for (const [key, region] of [
    ['from', from],
    ['to', to],
  ] as const) {
    if (!/[/*]/.test(region)) continue;
    refuse(failover, `${quote(region)} is not a region`, "write a region alone, without '/' or '*'", key);
  }
}
