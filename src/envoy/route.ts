import type {
  Balancer,
  ClusterRef,
  CorsPolicy,
  EffectiveAction,
  EffectiveRetry,
  EffectiveRule,
  FaultPolicy,
  Redirect,
} from '../mesh/index.js';
import { asksForClaim, authorityOf, type HttpMatch, joinedHeaders, type StringMatch } from '../mesh/index.js';
import { perFilter } from './rate-limit.js';
import { duration, fraction, given, headerFields, type Message, stringMatcher, typed } from './words.js';

type Forward = Extract<EffectiveAction, { readonly kind: 'forward' }>;

/** What a route has to know of the proxy's clusters. */
export interface Clusters {
  nameOf(ref: ClusterRef): string;
  /** Null: there is no such cluster. */
  balancerOf(ref: ClusterRef): Balancer | null;
}

/** Beside 301, which nobody has to name. */
const REDIRECTS: Readonly<Record<number, string>> = {
  302: 'FOUND',
  303: 'SEE_OTHER',
  307: 'TEMPORARY_REDIRECT',
  308: 'PERMANENT_REDIRECT',
};
/** Picks after the first that a retry makes to find a host not tried yet, as Istio sets it. */
const HOST_PICKS = 5;
const MOST_PARTS = 10_000;
/** Tries after which priorities tried so far are left out, as Istio sets it. */
const PRIORITIES_EVERY = 2;

/** The routes of a rule: one for each of its alternatives. `limits`: what it sets anew for filters of rate limits. */
export function routesOf(rule: EffectiveRule, clusters: Clusters, limits: Message): readonly Message[] {
  const matches = rule.matches.length === 0 ? [{ prefix: '/' }] : rule.matches.map(routeMatch);
  return matches.map((match) =>
    given({
      name: rule.name,
      match,
      ...actionOf(rule, clusters),
      ...perFilter(filtersOf(rule, limits)),
    }),
  );
}

/** Whether Envoy would need the token of a request to tell if the rule takes it. */
export function asksForToken({ matches }: EffectiveRule): boolean {
  return matches.some(({ headers, withoutHeaders }) =>
    [...Object.keys(headers), ...Object.keys(withoutHeaders)].some(asksForClaim),
  );
}

function actionOf({ action, requestHeaders }: EffectiveRule, clusters: Clusters): Message {
  if (action.kind === 'redirect') return { redirect: redirectOf(action.redirect) };
  if (action.kind === 'direct-response') return { direct_response: { status: action.status } };
  const [only] = action.destinations;
  const headers = action.isSplit ? requestHeaders : joinedHeaders(requestHeaders, only!.requestHeaders);
  return { route: forwardOf(action, clusters), ...headerFields(headers) };
}

function forwardOf(action: Forward, clusters: Clusters): Message {
  const { destinations, isSplit, timeoutMs, retry, mirrors, rewrite } = action;
  const [only] = destinations;
  const regex = rewrite?.uriRegex ?? null;
  const fromOnly = isSplit ? null : authorityOf(only!.requestHeaders);
  return given({
    ...destinationsOf(action, clusters),
    timeout: duration(timeoutMs ?? Infinity),
    max_grpc_timeout: duration(timeoutMs ?? Infinity),
    retry_policy: retry && retryOf(retry),
    prefix_rewrite: rewrite?.uri,
    regex_rewrite: regex && { pattern: { regex: regex.match }, substitution: regex.rewrite },
    host_rewrite_literal: rewrite?.authority ?? fromOnly,
    request_mirror_policies: mirrors.map(({ cluster, share }) => ({
      cluster: clusters.nameOf(cluster),
      runtime_fraction: { default_value: fraction(share) },
      disable_shadow_host_suffix_append: true,
    })),
    hash_policy: destinations.flatMap(({ cluster }) => hashPolicy(clusters.balancerOf(cluster))),
  });
}

function destinationsOf({ destinations, isSplit }: Forward, clusters: Clusters): Message {
  if (!isSplit) return { cluster: clusters.nameOf(destinations[0]!.cluster) };
  const weights = wholeWeights(destinations.map(({ share }) => share));
  return {
    weighted_clusters: {
      clusters: destinations.map(({ cluster, requestHeaders }, i) =>
        given({
          name: clusters.nameOf(cluster),
          weight: weights[i],
          host_rewrite_literal: authorityOf(requestHeaders),
          ...headerFields(requestHeaders),
        }),
      ),
    },
  };
}

/** Shares as whole numbers: per cent where that is exact, else of as few parts as it takes, at most a million. */
export function wholeWeights(shares: readonly number[]): readonly number[] {
  const isWhole = (parts: number) =>
    shares.every((share) => Math.abs(share * parts - Math.round(share * parts)) < 1e-9);
  let parts = 100;
  if (!isWhole(parts)) parts = 1;
  while (parts < MOST_PARTS && !isWhole(parts)) parts++;
  return shares.map((share) => Math.round(share * (parts < MOST_PARTS ? parts : 1e6)));
}

function retryOf(retry: EffectiveRetry): Message {
  return given({
    retry_on: retry.on.join(','),
    num_retries: retry.attempts,
    retriable_status_codes: [...retry.statusCodes],
    per_try_timeout: retry.perTryTimeoutMs === null ? null : duration(retry.perTryTimeoutMs),
    retry_back_off: { base_interval: duration(retry.backoffBaseMs), max_interval: duration(retry.backoffMaxMs) },
    host_selection_retry_max_attempts: HOST_PICKS,
    retry_host_predicate: retry.avoidPreviousHosts
      ? [
          typed(
            'envoy.retry_host_predicates.previous_hosts',
            'envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate',
            {},
          ),
        ]
      : [],
    retry_priority: retry.avoidPreviousPriorities
      ? typed(
          'envoy.retry_priorities.previous_priorities',
          'envoy.extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig',
          { update_frequency: PRIORITIES_EVERY },
        )
      : null,
  });
}

function hashPolicy(balancer: Balancer | null): readonly Message[] {
  if (balancer?.kind !== 'consistent-hash') return [];
  const { key } = balancer;
  switch (key.kind) {
    case 'header':
      return [{ header: { header_name: key.name } }];
    case 'cookie':
      return [{ cookie: { name: key.name } }];
    case 'query':
      return [{ query_parameter: { name: key.name } }];
    case 'source-ip':
      return [{ connection_properties: { source_ip: true } }];
  }
}

function redirectOf({ status, uri, authority, scheme, port }: Redirect): Message {
  return given({
    response_code: REDIRECTS[status],
    path_redirect: uri,
    host_redirect: authority,
    scheme_redirect: scheme,
    port_redirect: port,
  });
}

function filtersOf({ fault, cors }: EffectiveRule, limits: Message): Message {
  return {
    ...limits,
    ...(fault && { 'envoy.filters.http.fault': faultOf(fault) }),
    ...(cors && { 'envoy.filters.http.cors': corsOf(cors) }),
  };
}

function faultOf({ delay, abort }: FaultPolicy): Message {
  return given({
    '@type': 'type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault',
    delay: delay && { fixed_delay: duration(delay.delayMs), percentage: fraction(delay.share) },
    abort:
      abort && given({ http_status: abort.status, grpc_status: abort.grpcStatus, percentage: fraction(abort.share) }),
  });
}

function corsOf({ allowOrigins, forwardsUnmatched }: CorsPolicy): Message {
  return {
    '@type': 'type.googleapis.com/envoy.extensions.filters.http.cors.v3.CorsPolicy',
    allow_origin_string_match: allowOrigins.flatMap((each) => (each.kind === 'present' ? [] : [stringMatcher(each)])),
    forward_not_matching_preflights: forwardsUnmatched,
  };
}

function routeMatch(match: HttpMatch): Message {
  const pseudo = { ':method': match.method, ':authority': match.authority, ':scheme': match.scheme };
  return given({
    ...pathOf(match),
    headers: [
      ...Object.entries(pseudo).flatMap(([name, text]) => (text === null ? [] : [condition(name, text)])),
      ...Object.entries(match.headers).map(([name, text]) => condition(name, text)),
      ...Object.entries(match.withoutHeaders).map(([name, text]) => without(name, text)),
    ],
    query_parameters: Object.entries(match.queryParams).map(([name, text]) => condition(name, text)),
  });
}

const PATHS = { exact: 'path', prefix: 'prefix' } as const;

function pathOf({ uri, ignoreUriCase }: HttpMatch): Message {
  if (uri === null || uri.kind === 'present') return { prefix: '/' };
  const path = uri.kind === 'regex' ? { safe_regex: { regex: uri.value } } : { [PATHS[uri.kind]]: uri.value };
  return { ...path, ...(ignoreUriCase && { case_sensitive: false }) };
}

function condition(name: string, match: StringMatch): Message {
  return match.kind === 'present' ? { name, present_match: true } : { name, string_match: stringMatcher(match) };
}

function without(name: string, match: StringMatch): Message {
  const isAbsentEmpty = match.kind !== 'present' && { treat_missing_header_as_empty: true };
  return { ...condition(name, match), invert_match: true, ...isAbsentEmpty };
}
