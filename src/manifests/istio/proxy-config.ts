import type { Labels } from '../../mesh/index.js';
import { selects } from '../labels.js';
import { inherited, NO_PROXY_CONFIG, type ProxyConfig, readVariables } from '../proxy-config.js';
import type { Resource } from '../resource.js';
import { account } from './account.js';
import { selectorLabels } from './checks.js';
import type { Context } from './context.js';
import { SELECTOR_FIELDS } from './fields/destination-rule.js';
import { PROXY_CONFIG_RESOURCE_FIELDS } from './fields/proxy-config.js';
import { number, section } from './read.js';
import { checkResource, istioKind } from './schema.js';

interface ScopedProxyConfig {
  readonly namespace: string;
  /** Null: none is written. One without labels selects nobody. */
  readonly selector: Labels | null;
  readonly said: ProxyConfig;
}

/**
 * What is said of the proxies of pods with given labels, but for their own annotation, which counts first: by the oldest
 * ProxyConfig that selects them, else by their namespace's, the root namespace's, and the mesh.
 * Source: Istio 1.31, pilot/pkg/model/proxy_config.go, EffectiveProxyConfig.
 */
export function proxyConfigs(
  resources: readonly Resource[],
  mesh: { readonly rootNamespace: string; readonly said: ProxyConfig },
  istioVersion: Context['istioVersion'],
): (namespace: string, labels: Labels) => ProxyConfig {
  const byAge = resources.filter((each) => istioKind(each) === 'ProxyConfig').sort((a, b) => a.age - b.age);
  const configs = byAge.map((resource) => translate(resource, { namespace: resource.namespace, istioVersion }));
  const ofNamespace = (namespace: string) =>
    configs.find((config) => config.namespace === namespace && config.selector === null)?.said ?? NO_PROXY_CONFIG;
  return (namespace, labels) => {
    const own = configs.find((config) => config.namespace === namespace && isSelected(config, labels));
    const levels = [own?.said ?? NO_PROXY_CONFIG, ofNamespace(namespace), ofNamespace(mesh.rootNamespace), mesh.said];
    return levels.reduce(inherited);
  };
}

function isSelected({ selector }: ScopedProxyConfig, labels: Labels): boolean {
  return selector !== null && Object.keys(selector).length > 0 && selects(selector, labels);
}

function translate(resource: Resource, context: Context): ScopedProxyConfig {
  checkResource(resource, 'ProxyConfig');
  const spec = section(resource.section, 'spec');
  account(spec, PROXY_CONFIG_RESOURCE_FIELDS, context);
  const variables = section(spec, 'environmentVariables');
  const selector = section(spec, 'selector');
  account(selector, SELECTOR_FIELDS, context);
  return {
    namespace: resource.namespace,
    selector: selector === null ? null : selectorLabels(selector, 'matchLabels'),
    said: {
      ...NO_PROXY_CONFIG,
      concurrency: number(spec, 'concurrency'),
      ...readVariables(variables),
    },
  };
}
