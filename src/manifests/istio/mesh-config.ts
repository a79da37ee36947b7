import type { MeshSettings } from '../../mesh/index.js';
import { ISTIO_SETTINGS } from '../../mesh/index.js';
import type { Accounting, Section } from '../../reading/index.js';
import { quote } from '../../reading/index.js';
import { inEitherCase } from '../api-names.js';
import { NO_PROXY_CONFIG, type ProxyConfig, readProxyConfig } from '../proxy-config.js';
import { originOf } from '../resource.js';
import { account } from './account.js';
import { durationMs } from './checks.js';
import { translateConnectionPool } from './connection-pool.js';
import type { Context } from './context.js';
import {
  DEFAULT_TRAFFIC_POLICY_FIELDS,
  EXT_AUTHZ_PROVIDERS,
  MESH_CONFIG_FIELDS,
  MESH_CONFIG_NAMES,
  MESH_CONFIG_SINCE,
  MESH_OUTBOUND_POLICY_FIELDS,
} from './fields/mesh-config.js';
import { translateLocality } from './locality.js';
import { translateOutlierDetection } from './outlier-detection.js';
import { list, text } from './read.js';
import { translateRetries } from './retries.js';
import { checkPart } from './schema.js';

/** Namespaces that see a resource without `exportTo` of its own. */
export interface DefaultExportTo {
  readonly services: readonly string[];
  readonly routeSets: readonly string[];
  readonly destinationRules: readonly string[];
}

/** What the MeshConfig says. */
export interface MeshConfig {
  readonly settings: Omit<MeshSettings, 'istioVersion' | 'pushes'>;
  readonly exportTo: DefaultExportTo;
  readonly proxies: ProxyConfig;
}

const EVERYWHERE: DefaultExportTo = { services: ['*'], routeSets: ['*'], destinationRules: [] };
const NO_MESH_CONFIG: MeshConfig = { settings: ISTIO_SETTINGS, exportTo: EVERYWHERE, proxies: NO_PROXY_CONFIG };

/** Values that ask for what is simulated in any case. */
const USUAL: Readonly<Record<string, (written: unknown) => boolean>> = {
  trustDomain: (written) => written === 'cluster.local',
  pathNormalization: (written) => ['DEFAULT', 'BASE'].some((word) => isOnly(written, 'normalization', word)),
};
const SWITCHES = { DO_NOT_UPGRADE: false, UPGRADE: true } as const;
const OUTBOUND_POLICIES = {
  REGISTRY_ONLY: 'registry-only',
  ALLOW_ANY: 'allow-any',
  ALLOW_ANY_DYNAMIC_DNS: 'allow-any', // an address belongs to whoever the name names
} as const;

/**
 * A MeshConfig with Istio's defaults for what it leaves out; null: none is written. istiod ignores fields that it does
 * not know. With a value that it cannot read it goes on as before, and what that was nobody knows: that is refused.
 * Source: Istio 1.31, pkg/config/mesh/mesh.go, ApplyMeshConfig; pkg/config/mesh/meshwatcher/collection.go.
 */
export function translateMeshConfig(written: Section | null, istioVersion: Context['istioVersion']): MeshConfig {
  if (written === null) return NO_MESH_CONFIG;
  const config = written.named(inEitherCase(MESH_CONFIG_NAMES));
  const context: Context = { namespace: '', istioVersion, unknownFields: 'error' };
  const known = account(config, fieldsOf(config), context, MESH_CONFIG_SINCE);
  checkParts(config);
  const policy = known('defaultTrafficPolicy') ? config.section('defaultTrafficPolicy') : null;
  account(policy, DEFAULT_TRAFFIC_POLICY_FIELDS, context);
  const defaultConfig = config.section('defaultConfig');
  return {
    settings: {
      origin: originOf(config),
      rootNamespace: config.text('rootNamespace') || ISTIO_SETTINGS.rootNamespace,
      connectTimeoutMs: connectTimeoutMs(config),
      outboundTrafficPolicy: outboundTrafficPolicy(config, context),
      defaultRetry: translateRetries(config, 'defaultHttpRetryPolicy', context),
      autoMtls: config.flag('enableAutoMtls') ?? true,
      authorizationProviders: authorizationProviders(config),
      h2Upgrade: oneOf(config, 'h2UpgradePolicy', SWITCHES) ?? false,
      connectionPool: policy && translateConnectionPool(policy, 'connectionPool', context),
      outlierDetection: policy && translateOutlierDetection(policy, context),
      locality: translateLocality(config, context),
    },
    exportTo: {
      services: exportTo(config, 'defaultServiceExportTo'),
      routeSets: exportTo(config, 'defaultVirtualServiceExportTo'),
      destinationRules: ruleExportTo(config),
    },
    proxies:
      defaultConfig === null ? NO_PROXY_CONFIG : readProxyConfig(defaultConfig, (key) => complain(defaultConfig, key)),
  };
}

/** The extension providers that are asked whether a request may pass; what others do, nobody depends on. */
function authorizationProviders(config: Section): readonly string[] {
  return list(config, 'extensionProviders')
    .filter((provider) => Object.keys(EXT_AUTHZ_PROVIDERS).some((kind) => provider.has(kind)))
    .flatMap((provider) => text(provider, 'name') ?? []);
}

function fieldsOf(config: Section): Readonly<Record<string, Accounting>> {
  const usual = Object.keys(USUAL).filter((key) => USUAL[key]!(config.raw(key)));
  return { ...MESH_CONFIG_FIELDS, ...Object.fromEntries(usual.map((key) => [key, 'modelled'] as const)) };
}

/** Types that MeshConfig has from VirtualService and DestinationRule. */
function checkParts(config: Section): void {
  const retries = config.section('defaultHttpRetryPolicy');
  const route = [{ destination: { host: 'part' } }];
  if (retries !== null) {
    checkPart(retries, 'VirtualService', '/spec/http/0/retries', (part) => ({
      spec: { http: [{ route, retries: part }] },
    }));
  }
  const locality = config.section('localityLbSetting');
  if (locality !== null) {
    checkPart(locality, 'DestinationRule', '/spec/trafficPolicy/loadBalancer/localityLbSetting', (part) => ({
      spec: { host: 'part', trafficPolicy: { loadBalancer: { localityLbSetting: part } } },
    }));
  }
  const policy = config.section('defaultTrafficPolicy');
  if (policy !== null) {
    const known = Object.keys(DEFAULT_TRAFFIC_POLICY_FIELDS);
    checkPart(policy, 'DestinationRule', '/spec/trafficPolicy', (part) => {
      const entries = Object.entries(part as object).filter(([key]) => known.includes(key));
      return { spec: { host: 'part', trafficPolicy: Object.fromEntries(entries) } };
    });
  }
}

function connectTimeoutMs(config: Section): number {
  config.text('connectTimeout'); // reports another type
  return durationMs(config, 'connectTimeout') ?? ISTIO_SETTINGS.connectTimeoutMs;
}

/** A policy without a mode is REGISTRY_ONLY, the first word of its list. */
function outboundTrafficPolicy(config: Section, context: Context): MeshSettings['outboundTrafficPolicy'] {
  const policy = config.section('outboundTrafficPolicy');
  if (policy === null) return ISTIO_SETTINGS.outboundTrafficPolicy;
  account(policy, MESH_OUTBOUND_POLICY_FIELDS, context);
  if (policy.raw('mode') === 'ALLOW_ANY_DYNAMIC_DNS') {
    policy.info(
      'not-modelled',
      'unknown hosts are not resolved by proxies',
      'they pass through as under ALLOW_ANY',
      'mode',
    );
  }
  return oneOf(policy, 'mode', OUTBOUND_POLICIES) ?? 'registry-only';
}

function exportTo(config: Section, key: string): readonly string[] {
  const written = config.texts(key);
  return written.length > 0 ? written : ['*'];
}

/**
 * Of DestinationRules: their own namespace if it is among them, else everybody, whatever else is named. Everybody stays
 * unwritten: two rules are merged if neither says whom it is for, not if one of them says `*`.
 * Source: Istio 1.31, pilot/pkg/model/push_context.go, setDestinationRules.
 */
function ruleExportTo(config: Section): readonly string[] {
  return exportTo(config, 'defaultDestinationRuleExportTo').includes('.') ? ['.'] : [];
}

function oneOf<T>(config: Section, key: string, words: Readonly<Record<string, T>>): T | null {
  const written = config.text(key);
  if (written === null) return null;
  if (Object.hasOwn(words, written)) return words[written]!;
  const help = `write one of ${Object.keys(words).join(', ')}`;
  config.refuse('bad-mesh-config', `${quote(written)} is no ${key}`, help, key);
  return null;
}

function complain(config: Section, key: string): void {
  const written = config.value(key)!.written;
  config.refuse('bad-mesh-config', `${quote(written)} is no ${key}`, 'write a value that the field takes', key);
}

/** Whether `written` is a mapping of `key` to `value` and nothing else. */
function isOnly(written: unknown, key: string, value: unknown): boolean {
  if (written === null || typeof written !== 'object') return false;
  const entries = Object.entries(written);
  return entries.length === 1 && entries[0]![0] === key && entries[0]![1] === value;
}
