import type { RateLimitFilter, RateLimitPolicy } from '../mesh/index.js';
import { duration, fraction, given, type Message, typed } from './words.js';

const TYPE = 'envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit';

/** Filters that stand before all others, and right before the router. */
export interface Placed {
  readonly first: readonly Message[];
  readonly last: readonly Message[];
}

/** The local rate limits of a listener, as an EnvoyFilter puts them there. */
export function rateLimits(filters: readonly RateLimitFilter[]): Placed {
  const placed = (isFirst: boolean) =>
    filters
      .filter((filter) => filter.isFirst === isFirst)
      .map(({ name, policy }) => typed(name, TYPE, configOf(policy)));
  return { first: placed(true), last: placed(false) };
}

/** What a virtual host, or a route, sets anew, by the names of the filters. */
export function rateLimitsAnew(filters: readonly RateLimitFilter[], at: 'ofHost' | 'ofRoute'): Message {
  return Object.fromEntries(
    filters.flatMap(({ name, [at]: policy }) =>
      policy === null ? [] : [[name, { '@type': `type.googleapis.com/${TYPE}`, ...configOf(policy) }]],
    ),
  );
}

/** The field for what is set anew, if anything is. */
export function perFilter(configs: Message): { readonly typed_per_filter_config?: Message } {
  return Object.keys(configs).length === 0 ? {} : { typed_per_filter_config: configs };
}

function configOf({ bucket, enabledShare, enforcedShare, status, resourceExhausted }: RateLimitPolicy): Message {
  return given({
    stat_prefix: 'http_local_rate_limiter',
    token_bucket: bucket && {
      max_tokens: bucket.maxTokens,
      tokens_per_fill: bucket.tokensPerFill,
      fill_interval: duration(bucket.fillIntervalMs),
    },
    filter_enabled: { default_value: fraction(enabledShare) },
    filter_enforced: { default_value: fraction(enforcedShare) },
    status: { code: status },
    rate_limited_as_resource_exhausted: resourceExhausted || null,
  });
}
