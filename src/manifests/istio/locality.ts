import type { Section } from '../../reading/index.js';
import { quote } from '../../reading/index.js';
import { refuse, warn } from './checks.js';
import { list, number, section, text, texts } from './read.js';

const REGION = 'topology.kubernetes.io/region';

/**
 * Checks `localityLbSetting`, which is not modelled.
 * Source: Istio 1.32, pkg/config/validation, validateLocalityLbSetting.
 */
export function checkLocality(balancer: Section, hasOutlierDetection: boolean): void {
  const setting = section(balancer, 'localityLbSetting');
  if (setting === null) return;
  const [distribute, failover] = [list(setting, 'distribute'), list(setting, 'failover')];
  const priorities = texts(setting, 'failoverPriority');
  if (distribute.length > 0 && (failover.length > 0 || priorities.length > 0)) {
    refuse(setting, 'distribute stands beside a failover', 'keep one of them', 'distribute');
  }
  if (failover.length > 0 && priorities.some((label) => label.split('=')[0] === REGION)) {
    refuse(setting, `failoverPriority names ${REGION} beside failover`, 'keep one of them', 'failoverPriority');
  }
  distribute.forEach(checkDistribution);
  failover.forEach(checkFailover);
  if ((failover.length > 0 || priorities.length > 0) && !hasOutlierDetection) {
    warn(balancer, 'without outlierDetection nothing fails over', "add 'outlierDetection: {}'", 'localityLbSetting');
  }
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
