import type { Balancer, HashKey, LoadBalancing, LocalitySetting, Warmup } from '../../mesh/index.js';
import type { Section } from '../../reading/index.js';
import { originOf } from '../resource.js';
import { account } from './account.js';
import { durationMs, refuse, warn } from './checks.js';
import type { Context } from './context.js';
import { HASH_FIELDS, LOAD_BALANCER_FIELDS, WARMUP_FIELDS } from './fields/destination-rule.js';
import { LATER_LOAD_BALANCER_FIELDS, LOAD_BALANCER_SINCE } from './fields/newcomers.js';
import { translateLocality } from './locality.js';
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

/** Istio 1.31, pilot/pkg/networking/core/cluster_traffic_policy.go; Envoy's own where istiod sends none. */
const DEFAULT_RING_SIZE = 1024;
const DEFAULT_LEAST_PERCENT = 10;
const DEFAULT_AGGRESSION = 1;

/** `loadBalancer`. Source: Istio 1.32, pkg/config/validation, validateLoadBalancer. */
export function translateLoadBalancer(policy: Section, context: Context): LoadBalancing | null {
  const balancer = section(policy, 'loadBalancer');
  if (balancer === null) return null;
  const known = account(
    balancer,
    { ...LOAD_BALANCER_FIELDS, ...LATER_LOAD_BALANCER_FIELDS },
    context,
    LOAD_BALANCER_SINCE,
  );
  const hash = section(balancer, 'consistentHash');
  const hashing = hash === null ? null : translateHash(hash, context);
  const simple = SIMPLE.get(text(balancer, 'simple') ?? '') ?? null;
  if (simple?.kind === 'passthrough') {
    const what =
      'simple: PASSTHROUGH of a service with an address is not modelled: whose turn it is is kube-proxy to say';
    balancer.info('not-modelled', what, 'each request goes to any endpoint', 'simple');
  }
  const warmup = translateWarmup(balancer, context);
  const locality = translateLocality(balancer, context);
  if (locality !== null && failsOver(locality) && !policy.has('outlierDetection')) {
    warn(balancer, 'without outlierDetection nothing fails over', "add 'outlierDetection: {}'", 'localityLbSetting');
  }
  return {
    origin: originOf(balancer),
    balancer: hashing ?? simple,
    warmup: known('warmup') || !balancer.has('warmup') ? warmup : null,
    locality,
  };
}

function failsOver({ failover, failoverPriority }: LocalitySetting): boolean {
  return failover.length > 0 || failoverPriority.length > 0;
}

function translateWarmup(balancer: Section, context: Context): Warmup | null {
  const warmup = section(balancer, 'warmup');
  account(warmup, WARMUP_FIELDS, context);
  const least = number(warmup, 'minimumPercent') ?? DEFAULT_LEAST_PERCENT;
  if (warmup !== null && (least < 0 || least > 100))
    refuse(warmup, `${least} is not within 0 and 100`, 'write a number from 0 to 100', 'minimumPercent');
  const aggression = number(warmup, 'aggression') ?? DEFAULT_AGGRESSION;
  if (warmup !== null && aggression <= 0)
    refuse(warmup, `${aggression} is not above 0`, 'write 1 or more', 'aggression');
  const windowMs = warmup === null ? durationMs(balancer, 'warmupDurationSecs') : durationMs(warmup, 'duration');
  return windowMs === null ? null : { windowMs, leastShare: least / 100, aggression };
}

/** Null: what is hashed is missing, and reported. */
function translateHash(hash: Section, context: Context): Balancer | null {
  account(hash, HASH_FIELDS, context);
  checkHash(hash);
  const key = hashKey(hash);
  if (key === null) return null;
  const maglev = section(hash, 'maglev');
  if (maglev !== null) return { kind: 'consistent-hash', key, table: 'maglev', size: number(maglev, 'tableSize') || 2 };
  const size = number(section(hash, 'ringHash'), 'minimumRingSize') || number(hash, 'minimumRingSize');
  return { kind: 'consistent-hash', key, table: 'ring', size: Math.max(1, size || DEFAULT_RING_SIZE) };
}

function hashKey(hash: Section): HashKey | null {
  const header = text(hash, 'httpHeaderName');
  if (header) return { kind: 'header', name: header.toLowerCase() };
  const cookie = section(hash, 'httpCookie');
  if (cookie !== null) {
    if (cookie.has('ttl')) reportGenerated(cookie);
    return { kind: 'cookie', name: text(cookie, 'name') ?? '' };
  }
  const query = text(hash, 'httpQueryParameterName');
  if (query) return { kind: 'query', name: query };
  return flag(hash, 'useSourceIp') ? { kind: 'source-ip' } : null;
}

/** Source: Envoy, source/common/router/router.cc, `addDownstreamSetCookie`: of the addresses of the client's connection. */
function reportGenerated(cookie: Section): void {
  const what = 'a proxy generates the cookie for each connection, which is not modelled';
  cookie.info('not-modelled', what, 'give requests the cookie: those without it go to any host', 'ttl');
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
