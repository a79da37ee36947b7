import type { PatchContext, RateLimitPatch } from '../../mesh/index.js';
import type { Section } from '../../reading/index.js';
import type { Resource } from '../resource.js';
import { originOf } from '../resource.js';
import { account } from './account.js';
import { selectorLabels } from './checks.js';
import type { Context } from './context.js';
import { field, messageAt, typedMessage } from './envoy-message.js';
import { CONFIG_PATCH_FIELDS, ENVOY_FILTER_FIELDS } from './fields/envoy-filter.js';
import { WORKLOAD_SELECTOR_FIELDS } from './fields/service-entry.js';
import { LOCAL_RATE_LIMIT, translateLocalRateLimit } from './local-rate-limit.js';
import { list, number, section, text } from './read.js';

const CONNECTION_MANAGER = 'envoy.filters.network.http_connection_manager';
const CONTEXTS: Readonly<Record<string, readonly PatchContext[]>> = {
  ANY: ['inbound', 'outbound', 'gateway'],
  SIDECAR_INBOUND: ['inbound'],
  SIDECAR_OUTBOUND: ['outbound'],
  GATEWAY: ['gateway'],
};
const ACTIONS = { ANY: null, ROUTE: 'route', REDIRECT: 'redirect', DIRECT_RESPONSE: 'direct-response' } as const;
/** Operation and filter beside which another one stands right before the router, as far as requests can tell. */
const LAST_PLACES: ReadonlySet<string> = new Set([
  'INSERT_BEFORE envoy.filters.http.router',
  'INSERT_BEFORE envoy.filters.http.cors',
  'INSERT_AFTER envoy.filters.http.fault',
  'INSERT_AFTER envoy.filters.http.cors',
]);

type Target = RateLimitPatch['target'];

/**
 * The local rate limits of an EnvoyFilter. Every patch that is something else is reported and left out.
 * Source: Istio 1.31, pilot/pkg/networking/core/envoyfilter; docs, tasks/policy-enforcement/rate-limit.
 */
export function translateEnvoyFilter(resource: Resource, context: Context): readonly RateLimitPatch[] {
  const spec = section(resource.section, 'spec');
  account(spec, ENVOY_FILTER_FIELDS, context);
  const selector = section(spec, 'workloadSelector');
  account(selector, WORKLOAD_SELECTOR_FIELDS, context);
  const labels = selectorLabels(selector, 'labels');
  const common = {
    namespace: resource.namespace,
    workloadSelector: Object.keys(labels).length > 0 ? labels : null,
    priority: number(spec, 'priority') ?? 0,
    age: resource.age,
  };
  const patches = list(spec, 'configPatches').flatMap((patch) => {
    account(patch, CONFIG_PATCH_FIELDS, context);
    return translatePatch(patch).map((limit) => ({ ...common, ...limit }));
  });
  return spec?.has('targetRefs') ? [] : patches;
}

type Limit = Pick<RateLimitPatch, 'origin' | 'contexts' | 'filterName' | 'policy' | 'target'>;

function translatePatch(patch: Section): readonly Limit[] {
  const applyTo = text(patch, 'applyTo') ?? '';
  const isFilter = applyTo === 'HTTP_FILTER';
  const isRoute = applyTo === 'HTTP_ROUTE' || applyTo === 'VIRTUAL_HOST';
  const value = section(section(patch, 'patch'), 'value');
  const configs = value === null ? [] : isFilter ? filterConfigs(value) : isRoute ? routeConfigs(value) : [];
  const limits = configs.filter(({ type }) => type === LOCAL_RATE_LIMIT);
  const target = limits.length === 0 ? null : isFilter ? filterTarget(patch) : routeTarget(patch, applyTo);
  if (target === null) {
    reportPatch(patch, applyTo);
    return [];
  }
  reportRest(patch, value!, configs);
  const contexts = CONTEXTS[text(section(patch, 'match'), 'context') ?? 'ANY']!;
  return limits.flatMap(({ filterName, fields }) => {
    const policy = translateLocalRateLimit(fields, isRoute);
    return policy === null ? [] : [{ origin: originOf(patch), contexts, filterName, policy, target }];
  });
}

interface FilterConfig {
  readonly filterName: string;
  readonly type: string;
  readonly fields: Section;
}

function filterConfigs(filter: Section): readonly FilterConfig[] {
  const typed = typedMessage(messageAt(filter, 'typed_config'));
  const filterName = field(filter, 'name')?.raw();
  const isOff = field(filter, 'disabled')?.raw() === true;
  return typed === null || typeof filterName !== 'string' || isOff ? [] : [{ filterName, ...typed }];
}

function routeConfigs(route: Section): readonly FilterConfig[] {
  const configs = messageAt(route, 'typed_per_filter_config');
  return (configs?.keys() ?? []).flatMap((filterName) => {
    const typed = typedMessage(messageAt(configs, filterName));
    return typed === null ? [] : [{ filterName, ...typed }];
  });
}

/** Null: it stands where what it does would be another thing. */
function filterTarget(patch: Section): Target | null {
  const match = section(patch, 'match');
  const operation = text(section(patch, 'patch'), 'operation') ?? '';
  const listener = section(match, 'listener');
  const chain = section(listener, 'filterChain');
  const filter = section(chain, 'filter');
  const subFilter = text(section(filter, 'subFilter'), 'name');
  const isPlain =
    isKnownContext(match) &&
    has(match, ['context', 'listener']) &&
    has(listener, ['portNumber', 'filterChain']) &&
    has(chain, ['filter', 'destinationPort']) &&
    (text(filter, 'name') ?? CONNECTION_MANAGER) === CONNECTION_MANAGER;
  const isFirst = operation === 'INSERT_FIRST' || (operation === 'INSERT_BEFORE' && subFilter === null);
  if (!isPlain || (!isFirst && !LAST_PLACES.has(`${operation} ${subFilter}`))) return null;
  return { kind: 'filter', isFirst, port: number(listener, 'portNumber') ?? number(chain, 'destinationPort') };
}

function routeTarget(patch: Section, applyTo: string): Target | null {
  const match = section(patch, 'match');
  const config = section(match, 'routeConfiguration');
  const host = section(config, 'vhost');
  const route = section(host, 'route');
  const isPlain =
    isKnownContext(match) &&
    text(section(patch, 'patch'), 'operation') === 'MERGE' &&
    has(match, ['context', 'routeConfiguration']) &&
    has(config, ['name', 'portNumber', 'vhost']);
  if (!isPlain) return null;
  return {
    kind: applyTo === 'HTTP_ROUTE' ? 'route' : 'virtual-host',
    configName: text(config, 'name') || null,
    port: number(config, 'portNumber'),
    hostName: text(host, 'name') || null,
    domain: text(host, 'domainName') || null,
    routeName: text(route, 'name') || null,
    action: ACTIONS[(text(route, 'action') ?? 'ANY') as keyof typeof ACTIONS] ?? null,
  };
}

function isKnownContext(match: Section | null): boolean {
  return Object.hasOwn(CONTEXTS, text(match, 'context') ?? 'ANY');
}

/** Whether nothing but `keys` is written. */
function has(at: Section | null, keys: readonly string[]): boolean {
  return (at?.keys() ?? []).every((key) => keys.includes(key));
}

function reportPatch(patch: Section, applyTo: string): void {
  const what = `the patch of ${applyTo === '' ? 'nothing' : applyTo} is read but not modelled`;
  patch.info('not-modelled', what, 'of EnvoyFilters only local rate limits in their documented place are');
}

/** What a patch of routes says beside its rate limits. */
function reportRest(patch: Section, value: Section, configs: readonly FilterConfig[]): void {
  if (text(patch, 'applyTo') === 'HTTP_FILTER') return;
  for (const key of value.keys().filter((each) => !/^typed_?[pP]er_?[fF]ilter_?[cC]onfig$/.test(each))) {
    value.info('not-modelled', `${key} is read but not modelled`, 'the figures do not reflect it', key);
  }
  for (const { filterName, fields } of configs.filter(({ type }) => type !== LOCAL_RATE_LIMIT)) {
    fields.info('not-modelled', `the setting of ${filterName} is read but not modelled`, 'it is left out');
  }
}
