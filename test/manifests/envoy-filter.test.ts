import { expect, test } from 'vitest';
import { envoyFilter, insertion, limitConfig, override, typedStruct } from '../support/rate-limit.js';
import { found, load } from './support.js';

// Istio's task on local rate limits, and its sample local-rate-limit-service.yaml.
const DOCUMENTED = `apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata:
  name: filter-local-ratelimit-svc
  namespace: istio-system
spec:
  workloadSelector:
    labels:
      app: productpage
  configPatches:
    - applyTo: HTTP_FILTER
      match:
        context: SIDECAR_INBOUND
        listener:
          filterChain:
            filter:
              name: "envoy.filters.network.http_connection_manager"
      patch:
        operation: INSERT_BEFORE
        value:
          name: envoy.filters.http.local_ratelimit
          typed_config:
            "@type": type.googleapis.com/udpa.type.v1.TypedStruct
            type_url: type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit
            value:
              stat_prefix: http_local_rate_limiter
              token_bucket:
                max_tokens: 4
                tokens_per_fill: 2
                fill_interval: 60s
              filter_enabled:
                runtime_key: local_rate_limit_enabled
                default_value:
                  numerator: 100
                  denominator: HUNDRED
              filter_enforced:
                runtime_key: local_rate_limit_enforced
                default_value:
                  numerator: 50
                  denominator: HUNDRED
              response_headers_to_add:
                - append: false
                  header:
                    key: x-local-rate-limit
                    value: 'true'
    - applyTo: HTTP_ROUTE
      match:
        context: SIDECAR_INBOUND
        routeConfiguration:
          vhost:
            name: "inbound|http|9080"
            route:
              action: ANY
      patch:
        operation: MERGE
        value:
          typed_per_filter_config:
            envoy.filters.http.local_ratelimit:
              "@type": type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit
              statPrefix: http_local_rate_limiter
              tokenBucket: { maxTokens: 5, fillInterval: 0.5s }
`;

test('the documented shape is read: the filter, and what a route sets in its place', () => {
  const { mesh, diagnostics } = load(DOCUMENTED);
  expect(diagnostics).toEqual([]);
  const [filter, route] = mesh.rateLimits;
  expect(filter).toMatchObject({
    namespace: 'istio-system',
    workloadSelector: { app: 'productpage' },
    contexts: ['inbound'],
    target: { kind: 'filter', isFirst: true, port: null },
    policy: {
      origin: { line: 26 },
      bucket: { maxTokens: 4, tokensPerFill: 2, fillIntervalMs: 60_000 },
      enabledShare: 1,
      enforcedShare: 0.5,
      status: 429,
      resourceExhausted: false,
    },
  });
  expect(route).toMatchObject({
    filterName: filter!.filterName,
    target: { kind: 'route', hostName: 'inbound|http|9080', routeName: null, action: null, configName: null },
    policy: { bucket: { maxTokens: 5, tokensPerFill: 1, fillIntervalMs: 500 }, enabledShare: 0, enforcedShare: 0 },
  });
});

const FIRST = insertion('SIDECAR_INBOUND', limitConfig(1, '1s')) as { patch: object; match: object };
const config = (more: object) => insertion('SIDECAR_INBOUND', limitConfig(1, '1s', more));
const bucket = (token_bucket: object) => config({ token_bucket });
const LIMITED = { max_tokens: 1, fill_interval: '1s' };

/** What is left out, by code; `kept`: how many limits there still are. */
const LEFT_OUT: { what: string; patch: object; codes: string[]; kept: number }[] = [
  { what: 'another filter', patch: { ...FIRST, applyTo: 'NETWORK_FILTER' }, codes: ['not-modelled'], kept: 0 },
  {
    what: 'a cluster',
    patch: { applyTo: 'CLUSTER', patch: { operation: 'ADD', value: {} } },
    codes: ['not-modelled'],
    kept: 0,
  },
  {
    what: 'a Lua filter',
    patch: {
      ...FIRST,
      patch: {
        operation: 'INSERT_BEFORE',
        value: {
          name: 'envoy.filters.http.lua',
          typed_config: { '@type': 'x/envoy.extensions.filters.http.lua.v3.Lua' },
        },
      },
    },
    codes: ['not-modelled'],
    kept: 0,
  },
  {
    what: 'a rate limit that a service of its own counts', // istio-envoy-semantics 4.3, global rate limit
    patch: {
      ...FIRST,
      patch: {
        operation: 'INSERT_BEFORE',
        value: {
          name: 'envoy.filters.http.ratelimit',
          typed_config: { '@type': 'x/envoy.extensions.filters.http.ratelimit.v3.RateLimit', domain: 'd' },
        },
      },
    },
    codes: ['not-modelled'],
    kept: 0,
  },
  {
    what: 'after the router',
    patch: { ...FIRST, patch: { ...FIRST.patch, operation: 'ADD' } },
    codes: ['not-modelled'],
    kept: 0,
  },
  {
    what: 'beside a filter whose place is not told',
    patch: insertion('GATEWAY', limitConfig(1, '1s'), 'envoy.filters.http.jwt_authn'),
    codes: ['not-modelled'],
    kept: 0,
  },
  { what: 'a waypoint', patch: insertion('WAYPOINT', limitConfig(1, '1s')), codes: ['not-modelled'], kept: 0 },
  {
    what: 'some proxies',
    patch: insertion('GATEWAY', limitConfig(1, '1s'), undefined, { proxy: { proxyVersion: '1.2' } }),
    codes: ['not-modelled'],
    kept: 0,
  },
  {
    what: 'routes of one Gateway',
    patch: override('HTTP_ROUTE', 'GATEWAY', { gateway: 'a/b' }, limitConfig(1, '1s')),
    codes: ['not-modelled'],
    kept: 0,
  },
  {
    what: 'a bucket for each connection',
    patch: config({ local_rate_limit_per_downstream_connection: true }),
    codes: ['not-modelled'],
    kept: 0,
  },
  {
    what: 'descriptors',
    patch: config({ descriptors: [{ entries: [{ key: 'a', value: 'b' }] }] }),
    codes: ['not-modelled'],
    kept: 1,
  },
  { what: 'an unknown field', patch: config({ token_buckets: {} }), codes: ['unknown-field'], kept: 0 },
  { what: 'no stat_prefix', patch: config({ stat_prefix: undefined }), codes: ['bad-envoy-config'], kept: 0 },
  { what: 'no tokens', patch: bucket({ ...LIMITED, max_tokens: 0 }), codes: ['bad-envoy-config'], kept: 0 },
  { what: 'half a token', patch: bucket({ ...LIMITED, tokens_per_fill: 0.5 }), codes: ['bad-envoy-config'], kept: 0 },
  { what: 'no interval', patch: bucket({ max_tokens: 1 }), codes: ['bad-envoy-config'], kept: 0 },
  {
    what: 'an interval below 50 ms',
    patch: bucket({ ...LIMITED, fill_interval: '0.049s' }),
    codes: ['bad-envoy-config'],
    kept: 0,
  },
  {
    what: 'an interval in minutes',
    patch: bucket({ ...LIMITED, fill_interval: '1m' }),
    codes: ['bad-envoy-config'],
    kept: 0,
  },
  {
    what: 'a share without a value',
    patch: config({ filter_enabled: { runtime_key: 'x' } }),
    codes: ['bad-envoy-config'],
    kept: 0,
  },
  {
    what: 'a share of some other denominator',
    patch: config({ filter_enabled: { default_value: { numerator: 1, denominator: 'TEN' } } }),
    codes: ['bad-envoy-config'],
    kept: 0,
  },
  {
    what: 'a status that is none',
    patch: config({ status: { code: 'Teapot' } }),
    codes: ['bad-envoy-config'],
    kept: 0,
  },
  {
    what: 'a route without a bucket',
    patch: override('HTTP_ROUTE', 'ANY', {}, typedStruct({ stat_prefix: 'x' })),
    codes: ['bad-envoy-config'],
    kept: 0,
  },
];

test.each(LEFT_OUT)('$what: $codes', ({ patch, codes, kept }) => {
  const text = envoyFilter([patch], 'a');
  expect(found(text, '').map((finding) => finding.split(': ')[1])).toEqual(codes);
  expect(load(text).mesh.rateLimits).toHaveLength(kept);
});

test('what a route is told beside its limit is reported at its line', () => {
  const text = DOCUMENTED.replace(
    '          typed_per_filter_config:',
    '          route: { rate_limits: [] }\n          typed_per_filter_config:',
  );
  const line = text.split('\n').findIndex((each) => each.includes('rate_limits')) + 1;
  expect(found(text, '')).toEqual([`${line}: not-modelled`]);
});

test('a resource that the schema refuses is refused', () => {
  const text =
    'apiVersion: networking.istio.io/v1alpha3\nkind: EnvoyFilter\nmetadata: { name: x }\nspec:\n  configPatches:\n    - applyTo: EVERYTHING\n';
  expect(found(text, '')).toEqual(['6: IST0106!', '6: not-modelled']);
  expect(found(text.replace('v1alpha3', 'v1').replace('EVERYTHING', 'CLUSTER'), '')[0]).toBe('1: no-kind!');
});
