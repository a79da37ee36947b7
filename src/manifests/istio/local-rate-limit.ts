import type { RateLimitPolicy } from '../../mesh/index.js';
import type { Section } from '../../reading/index.js';
import { quote } from '../../reading/index.js';
import { originOf } from '../resource.js';
import { accountMessage, field, messageAt } from './envoy-message.js';
import { LOCAL_RATE_LIMIT_FIELDS, TOKEN_BUCKET_FIELDS } from './fields/envoy-filter.js';

export const LOCAL_RATE_LIMIT = 'envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit';

const TOO_MANY_REQUESTS = 429;
const LEAST_FILL_INTERVAL_MS = 50;
const DENOMINATORS: Readonly<Record<string, number>> = { HUNDRED: 100, TEN_THOUSAND: 10_000, MILLION: 1_000_000 };
/** Statuses by the names that Envoy's API has for them, of those that refuse. */
const STATUSES: Readonly<Record<string, number>> = { TooManyRequests: 429, Forbidden: 403, ServiceUnavailable: 503 };
/** Settings that make another limit of it: the filter is left out. */
const OTHER_SCOPES = ['local_rate_limit_per_downstream_connection', 'local_cluster_rate_limit'];

/**
 * Envoy's LocalRateLimit; null when it is none that is simulated, or when Envoy refuses it, which is reported: the proxy
 * then goes on without. `atRoute`: where a token bucket must be.
 * Source: Envoy 1.37, source/extensions/filters/http/local_ratelimit/local_ratelimit.cc, FilterConfig.
 */
export function translateLocalRateLimit(config: Section, atRoute: boolean): RateLimitPolicy | null {
  const isKnown = accountMessage(config, LOCAL_RATE_LIMIT_FIELDS);
  const problems: boolean[] = [];
  const complain: Complain = (at, key, what, help) => {
    problems.push(true);
    at.error('bad-envoy-config', `${what}: Envoy refuses it, and the proxy goes on without`, help, key);
  };
  if (typeof field(config, 'stat_prefix')?.raw() !== 'string') {
    complain(config, 'stat_prefix', 'the rate limit has no stat_prefix', "add 'stat_prefix: http_local_rate_limiter'");
  }
  const bucket = tokenBucket(config, complain);
  if (atRoute && field(config, 'token_bucket') === null) {
    complain(config, undefined, 'the rate limit of a route has no token_bucket', "add 'token_bucket: { ... }'");
  }
  const policy: RateLimitPolicy = {
    origin: originOf(config),
    bucket,
    enabledShare: share(config, 'filter_enabled', complain),
    enforcedShare: share(config, 'filter_enforced', complain),
    status: status(config, complain),
    resourceExhausted: field(config, 'rate_limited_as_resource_exhausted')?.raw() === true,
  };
  const isOther = OTHER_SCOPES.some((name) => (field(config, name)?.raw() ?? false) !== false);
  return isKnown && problems.length === 0 && !isOther ? policy : null;
}

type Complain = (at: Section, key: string | undefined, what: string, help: string) => void;

function tokenBucket(config: Section, complain: Complain): RateLimitPolicy['bucket'] {
  const bucket = messageAt(config, 'token_bucket');
  if (bucket === null) return null;
  if (!accountMessage(bucket, TOKEN_BUCKET_FIELDS))
    complain(bucket, undefined, 'the token_bucket has a field too many', 'leave it out');
  return {
    maxTokens: tokens(bucket, 'max_tokens', null, complain),
    tokensPerFill: tokens(bucket, 'tokens_per_fill', 1, complain),
    fillIntervalMs: fillIntervalMs(bucket, complain),
  };
}

function tokens(bucket: Section, name: string, absent: number | null, complain: Complain): number {
  const raw = field(bucket, name)?.raw() ?? absent;
  if (typeof raw === 'number' && Number.isInteger(raw) && raw > 0 && raw < 2 ** 32) return raw;
  complain(bucket, name, `${name} is no whole number above 0`, `write '${name}: 10'`);
  return 1;
}

/** Durations of messages are in seconds, `s` always written. */
function fillIntervalMs(bucket: Section, complain: Complain): number {
  const raw = field(bucket, 'fill_interval')?.raw();
  const seconds =
    typeof raw === 'string' && /^\d{1,9}(?:\.\d{1,9})?s$/.test(raw) ? Number(raw.slice(0, -1)) : Number.NaN;
  if (1000 * seconds >= LEAST_FILL_INTERVAL_MS) return 1000 * seconds;
  const help = `write at least ${LEAST_FILL_INTERVAL_MS} ms in seconds, such as '60s' or '0.05s'`;
  complain(bucket, 'fill_interval', `${quote(String(raw ?? 'nothing'))} is no fill_interval`, help);
  return 1000;
}

/** A share that is not written is none. */
function share(config: Section, name: string, complain: Complain): number {
  const percent = messageAt(config, name);
  if (percent === null) return 0;
  const value = messageAt(percent, 'default_value');
  const numerator = field(value, 'numerator')?.raw() ?? 0;
  const denominator = DENOMINATORS[String(field(value, 'denominator')?.raw() ?? 'HUNDRED')];
  if (value !== null && typeof numerator === 'number' && numerator >= 0 && denominator !== undefined) {
    return Math.min(numerator / denominator, 1);
  }
  const help = "write 'default_value: { numerator: 100, denominator: HUNDRED }'";
  complain(config, name, `${name} is no share of the requests`, help);
  return 0;
}

/** One that does not refuse is 429. */
function status(config: Section, complain: Complain): number {
  const message = messageAt(config, 'status');
  if (message === null) return TOO_MANY_REQUESTS;
  const raw = field(message, 'code')?.raw() ?? TOO_MANY_REQUESTS;
  const code = typeof raw === 'string' ? STATUSES[raw] : raw;
  if (typeof code === 'number' && Number.isInteger(code) && code >= 0 && code < 600)
    return code < 400 ? TOO_MANY_REQUESTS : code;
  complain(message, 'code', `${quote(String(raw))} is no status`, 'write a number such as 429');
  return TOO_MANY_REQUESTS;
}
