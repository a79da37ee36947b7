import { boilMatch } from './match.mjs';
import { boilRetry } from './retry.mjs';
import { asked, ms, msOrNone, onlyKnown, ratio } from './words.mjs';

const FAULT = 'envoy.filters.http.fault';
const CORS = 'envoy.filters.http.cors';
const STATUSES = { FOUND: 302, SEE_OTHER: 303, TEMPORARY_REDIRECT: 307, PERMANENT_REDIRECT: 308 };
const ROUTE_FIELDS = [
  'name',
  'match',
  'route',
  'redirect',
  'direct_response',
  'decorator',
  'metadata',
  'typed_per_filter_config',
  'request_headers_to_add',
  'request_headers_to_remove',
  'response_headers_to_add',
  'response_headers_to_remove',
];
const ACTION_FIELDS = [
  'cluster',
  'weighted_clusters',
  'timeout',
  'max_grpc_timeout',
  'max_stream_duration',
  'retry_policy',
  'request_mirror_policies',
  'prefix_rewrite',
  'regex_rewrite',
  'host_rewrite_literal',
  'hash_policy',
];

/** A Route: what is matched, and what is done. */
export function boilRoute(route) {
  onlyKnown('route', route, ROUTE_FIELDS);
  const filters = route.typed_per_filter_config ?? {};
  onlyKnown('filters', filters, [FAULT, CORS]);
  return asked({
    match: boilMatch(route.match),
    ...(route.route && boilAction(route.route)),
    redirect: route.redirect && boilRedirect(route.redirect),
    answer: route.direct_response && boilAnswer(route.direct_response),
    fault: filters[FAULT] && boilFault(filters[FAULT]),
    cors: filters[CORS] !== undefined,
    ...boilHeaders(route),
  });
}

function boilAction(action) {
  onlyKnown('action', action, ACTION_FIELDS);
  return {
    to: action.weighted_clusters === undefined ? action.cluster : boilWeighted(action.weighted_clusters),
    timeoutMs: msOrNone(action.timeout),
    retry: action.retry_policy && boilRetry(action.retry_policy),
    mirrors: (action.request_mirror_policies ?? []).map(boilMirror),
    rewrite: boilRewrite(action),
    hash: (action.hash_policy ?? []).map(boilHashKey),
  };
}

/** Several clusters with their parts of the whole. */
export function boilWeighted({ clusters }) {
  const total = clusters.reduce((sum, { weight }) => sum + weight, 0);
  return clusters.map((cluster) => ({
    cluster: cluster.name,
    share: cluster.weight / total,
    ...asked({ ...boilHeaders(cluster), rewrite: boilRewrite(cluster) }),
  }));
}

function boilMirror({ cluster, runtime_fraction: fraction, disable_shadow_host_suffix_append: keepsHost }) {
  if (!keepsHost) throw new Error(`the mirror to ${cluster} appends -shadow`);
  return { cluster, share: ratio(fraction.default_value) };
}

function boilRewrite({ prefix_rewrite: prefix, regex_rewrite: regex, host_rewrite_literal: authority }) {
  return asked({ prefix, regex: regex?.pattern.regex, substitution: regex?.substitution, authority });
}

function boilHashKey(policy) {
  onlyKnown('hash policy', policy, ['header', 'cookie', 'connection_properties', 'query_parameter']);
  const { header, cookie, query_parameter: query } = policy;
  if (header !== undefined) return { header: header.header_name.toLowerCase() };
  if (query !== undefined) return { query: query.name };
  return cookie === undefined
    ? { sourceIp: true }
    : { cookie: cookie.name, ...asked({ cookiePath: cookie.path, cookieTtlMs: ms(cookie.ttl) }) };
}

function boilRedirect(redirect) {
  onlyKnown('redirect', redirect, [
    'path_redirect',
    'prefix_rewrite',
    'host_redirect',
    'scheme_redirect',
    'port_redirect',
    'response_code',
  ]);
  return {
    status: redirect.response_code === undefined ? 301 : STATUSES[redirect.response_code],
    ...asked({
      path: redirect.path_redirect || undefined,
      prefix: redirect.prefix_rewrite,
      authority: redirect.host_redirect,
      scheme: redirect.scheme_redirect,
      port: redirect.port_redirect,
    }),
  };
}

function boilAnswer({ status, body }) {
  return { status, ...asked({ body: body?.inline_string ?? body?.inline_bytes }) };
}

function boilFault({ delay, abort }) {
  return asked({
    delay: delay && { ms: ms(delay.fixed_delay), share: ratio(delay.percentage) },
    abort: abort && {
      ...asked({ status: abort.http_status, grpcStatus: abort.grpc_status }),
      share: ratio(abort.percentage),
    },
  });
}

function boilHeaders(at) {
  return {
    requestHeaders: operations(at.request_headers_to_add, at.request_headers_to_remove),
    responseHeaders: operations(at.response_headers_to_add, at.response_headers_to_remove),
  };
}

/** Names in lower case, as Envoy compares them. */
function operations(added = [], removed = []) {
  const isSet = ({ append_action: action }) => action === 'OVERWRITE_IF_EXISTS_OR_ADD';
  const named = (options) =>
    Object.fromEntries(options.map(({ header }) => [header.key.toLowerCase(), header.value]).sort());
  return asked({
    set: named(added.filter(isSet)),
    add: named(added.filter((option) => !isSet(option))),
    remove: removed.map((name) => name.toLowerCase()).sort(),
  });
}
