/** EnvoyFilters that limit rates, as Istio's own documentation writes them. */

const TYPE = 'type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit';
export const HUNDRED = { default_value: { numerator: 100, denominator: 'HUNDRED' } };

/** A LocalRateLimit in a TypedStruct; every request counted and refused unless `more` says otherwise. */
export function limitConfig(maxTokens: number, fillInterval: string, more: object = {}): object {
  const token_bucket = { max_tokens: maxTokens, tokens_per_fill: maxTokens, fill_interval: fillInterval };
  const shares = { filter_enabled: HUNDRED, filter_enforced: HUNDRED };
  return typedStruct({ stat_prefix: 'http_local_rate_limiter', token_bucket, ...shares, ...more });
}

export function typedStruct(value: object): object {
  return { '@type': 'type.googleapis.com/udpa.type.v1.TypedStruct', type_url: TYPE, value };
}

/** A patch that puts the filter into a listener, by default first. */
export function insertion(context: string, typed_config: object, subFilter?: string, more: object = {}): object {
  const name = 'envoy.filters.network.http_connection_manager';
  const filter = subFilter === undefined ? { name } : { name, subFilter: { name: subFilter } };
  return {
    applyTo: 'HTTP_FILTER',
    match: { context, listener: { filterChain: { filter } }, ...more },
    patch: { operation: 'INSERT_BEFORE', value: { name: 'envoy.filters.http.local_ratelimit', typed_config } },
  };
}

/** A patch that sets it anew for routes or virtual hosts. */
export function override(applyTo: string, context: string, routeConfiguration: object, config: object): object {
  const value = { typed_per_filter_config: { 'envoy.filters.http.local_ratelimit': config } };
  return { applyTo, match: { context, routeConfiguration }, patch: { operation: 'MERGE', value } };
}

/** `app`: whom it selects by that label. */
export function envoyFilter(
  configPatches: readonly object[],
  app?: string,
  namespace = 'default',
  name = 'limit',
): string {
  const workloadSelector = app === undefined ? undefined : { labels: { app } };
  const document = {
    apiVersion: 'networking.istio.io/v1alpha3',
    kind: 'EnvoyFilter',
    metadata: { name, namespace },
    spec: { workloadSelector, configPatches },
  };
  return `---\n${JSON.stringify(document)}\n`;
}
