import type { Balancer, LoadBalancing } from '../../mesh/index.js';
import type { Accounting, Section } from '../../reading/index.js';
import { originOf } from '../resource.js';
import { account } from './account.js';
import { durationMs, refuse, warn } from './checks.js';
import type { Context } from './context.js';
import { LOAD_BALANCER_FIELDS } from './fields/destination-rule.js';
import { LOAD_BALANCER_SINCE } from './fields/newcomers.js';
import { checkLocality } from './locality.js';
import { flag, number, section, text } from './read.js';

/** Null: Istio's own choice. LEAST_CONN is LEAST_REQUEST by its old name. */
const SIMPLE: ReadonlyMap<string, Balancer | null> = new Map([
  ['UNSPECIFIED', null],
  ['LEAST_CONN', { kind: 'least-request' }],
  ['LEAST_REQUEST', { kind: 'least-request' }],
  ['ROUND_ROBIN', { kind: 'round-robin' }],
  ['RANDOM', { kind: 'random' }],
  ['PASSTHROUGH', { kind: 'passthrough' }],
]);
/** Above what Envoy's Maglev takes. */
const MAGLEV_SIZE_LIMIT = 5_000_011;

/** `loadBalancer`. Source: Istio 1.32, pkg/config/validation, validateLoadBalancer. */
export function translateLoadBalancer(policy: Section, context: Context): LoadBalancing | null {
  const balancer = section(policy, 'loadBalancer');
  if (balancer === null) return null;
  account(balancer, fieldsOf(balancer), context, LOAD_BALANCER_SINCE);
  checkLocality(balancer, policy.has('outlierDetection'));
  const hash = section(balancer, 'consistentHash');
  if (hash !== null) checkHash(hash);
  const simple = SIMPLE.get(text(balancer, 'simple') ?? '') ?? null;
  return {
    origin: originOf(balancer),
    balancer: hash === null ? simple : { kind: 'consistent-hash' },
    warmupMs: warmupMs(balancer),
    localityOff: isLocalityOff(balancer) || hasOwnOrder(balancer),
  };
}

/** Switched off, locality asks for what is modelled: the endpoints of all zones are alike. */
function fieldsOf(balancer: Section): Readonly<Record<string, Accounting>> {
  return isLocalityOff(balancer) ? { ...LOAD_BALANCER_FIELDS, localityLbSetting: 'modelled' } : LOAD_BALANCER_FIELDS;
}

function isLocalityOff(balancer: Section): boolean {
  return flag(section(balancer, 'localityLbSetting'), 'enabled') === false;
}

/** An order that is not modelled: all zones alike, and a diagnostic says so. */
function hasOwnOrder(balancer: Section): boolean {
  const setting = section(balancer, 'localityLbSetting');
  return setting !== null && (setting.has('distribute') || setting.has('failoverPriority'));
}

function warmupMs(balancer: Section): number | null {
  const warmup = section(balancer, 'warmup');
  if (warmup === null) return durationMs(balancer, 'warmupDurationSecs');
  const least = number(warmup, 'minimumPercent') ?? 0;
  if (least > 100) refuse(warmup, `${least} is above 100`, 'write a number from 0 to 100', 'minimumPercent');
  const aggression = number(warmup, 'aggression');
  if (aggression !== null && aggression <= 0)
    refuse(warmup, `${aggression} is not above 0`, 'write 1 or more', 'aggression');
  return durationMs(warmup, 'duration');
}

function checkHash(hash: Section): void {
  if (hash.has('minimumRingSize')) {
    const help = "write 'ringHash: { minimumRingSize: ... }'";
    warn(hash, 'minimumRingSize is deprecated', help, 'minimumRingSize');
    if (hash.has('ringHash') || hash.has('maglev')) {
      refuse(hash, 'minimumRingSize stands beside ringHash or maglev', help, 'minimumRingSize');
    }
  }
  const maglev = section(hash, 'maglev');
  const size = number(maglev, 'tableSize') ?? 0;
  if (maglev !== null && !(size < MAGLEV_SIZE_LIMIT && isPrime(size))) {
    refuse(maglev, `${size} is no size for a Maglev table`, 'write a prime below 5000011, such as 65537', 'tableSize');
  }
}

function isPrime(number: number): boolean {
  for (let divisor = 2; divisor * divisor <= number; divisor++) if (number % divisor === 0) return false;
  return number >= 2;
}
