import { expect, test } from 'vitest';
import { ISTIO_SETTINGS } from '../../src/mesh/index.js';
import { found, istio, load, loadFiles, OPTIONS, service } from './support.js';

// Istio 1.31, pkg/config/mesh/mesh.go and mesh/v1alpha1/config.proto.

/** istiod's ConfigMap with this MeshConfig, whose first line is line 5. */
function configMap(mesh: string, name = 'istio'): string {
  const lines = mesh.split('\n').map((line) => `    ${line}`);
  return `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}, namespace: istio-system }\ndata: { }\n`.replace(
    'data: { }\n',
    `data:\n  mesh: |-\n${lines.join('\n')}\n`,
  );
}

function operator(meshConfig: string): string {
  return `apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nspec:\n  meshConfig: ${meshConfig}\n`;
}

const settingsOf = (text: string) => load(text).mesh.settings;

test('without a MeshConfig all settings are Istio’s own', () => {
  expect(settingsOf('')).toEqual({ ...ISTIO_SETTINGS, istioVersion: [1, 31] });
});

const SETTINGS: { mesh: string; gives: object }[] = [
  { mesh: 'connectTimeout: 2s', gives: { connectTimeoutMs: 2000 } },
  { mesh: 'outboundTrafficPolicy: {mode: REGISTRY_ONLY}', gives: { outboundTrafficPolicy: 'registry-only' } },
  { mesh: 'outboundTrafficPolicy: {mode: ALLOW_ANY}', gives: { outboundTrafficPolicy: 'allow-any' } },
  { mesh: 'outboundTrafficPolicy: {}', gives: { outboundTrafficPolicy: 'registry-only' } }, // the enum's zero
  { mesh: 'rootNamespace: admin', gives: { rootNamespace: 'admin' } },
  { mesh: 'enableAutoMtls: false', gives: { autoMtls: false } },
  {
    mesh: 'extensionProviders: [{name: a, envoyExtAuthzHttp: {}}, {name: b, zipkin: {}}, {name: c, envoyExtAuthzGrpc: {}}]',
    gives: { authorizationProviders: ['a', 'c'] },
  },
  { mesh: 'h2UpgradePolicy: UPGRADE', gives: { h2Upgrade: true } },
  { mesh: 'h2UpgradePolicy: DO_NOT_UPGRADE', gives: { h2Upgrade: false } },
  {
    mesh: 'defaultHttpRetryPolicy: {attempts: 7, retryOn: "gateway-error"}',
    gives: { defaultRetry: { attempts: 7, retryOn: ['gateway-error'], origin: { file: 'test.yaml', line: 6 } } },
  },
  { mesh: 'defaultHttpRetryPolicy: {}', gives: { defaultRetry: { attempts: 0 } } },
  {
    mesh: 'defaultTrafficPolicy: {connectionPool: {tcp: {maxConnections: 77}}}',
    gives: { connectionPool: { maxConnections: 77 }, outlierDetection: null },
  },
  {
    mesh: 'defaultTrafficPolicy: {outlierDetection: {consecutive5xxErrors: 9}}',
    gives: { connectionPool: null, outlierDetection: { consecutive5xxErrors: 9 } },
  },
];

test.each(SETTINGS)('ConfigMap and IstioOperator: $mesh', ({ mesh, gives }) => {
  const loaded = load(configMap(mesh));
  expect(loaded.mesh.settings).toMatchObject(gives);
  expect(loaded.mesh.settings.origin).toMatchObject({ file: 'test.yaml', line: 6, path: 'data.mesh' });
  expect(loaded.diagnostics).toEqual([]);
  const installed = load(operator(`{${mesh}}`)).mesh.settings;
  expect({ ...installed, origin: null, defaultRetry: null, connectionPool: null, outlierDetection: null }).toEqual({
    ...loaded.mesh.settings,
    ...{ origin: null, defaultRetry: null, connectionPool: null, outlierDetection: null },
  });
});

// Istio 1.31, pkg/util/protomarshal, ApplyYAML: protobuf's JSON takes either name of a field, the JSON one first;
// pkg/config/mesh/mesh.go, ApplyMeshConfig: but for `defaultConfig`.
test.each([
  { mesh: 'connect_timeout: 2s', gives: { connectTimeoutMs: 2000 } },
  { mesh: 'outbound_traffic_policy: {mode: REGISTRY_ONLY}', gives: { outboundTrafficPolicy: 'registry-only' } },
  { mesh: 'enable_auto_mtls: false', gives: { autoMtls: false } },
  {
    mesh: 'default_http_retry_policy: {attempts: 7, retry_on: "reset", per_try_timeout: 1s}',
    gives: { defaultRetry: { attempts: 7, retryOn: ['reset'], perTryTimeoutMs: 1000 } },
  },
  {
    mesh: 'default_traffic_policy: {outlier_detection: {consecutive_5xx_errors: 9}}',
    gives: { outlierDetection: { consecutive5xxErrors: 9 } },
  },
  {
    mesh: 'locality_lb_setting: {distribute: [{from: a_b/c, to: {failover_priority/a_b: 100}}]}',
    gives: { locality: { distribute: [{ from: 'a_b/c', to: { 'failover_priority/a_b': 100 } }] } },
  },
  { mesh: 'extension_providers: [{name: a, envoy_ext_authz_http: {}}]', gives: { authorizationProviders: ['a'] } },
])('a field by its name in the API: $mesh', ({ mesh, gives }) => {
  const loaded = load(configMap(mesh));
  expect(loaded.mesh.settings).toMatchObject(gives);
  expect(loaded.diagnostics).toEqual([]);
  expect(load(operator(`{${mesh}}`)).mesh.settings).toMatchObject(gives);
});

// Protobuf's JSON takes whole numbers in quotes; asked of a real istiod.
test('whole numbers may stand in quotes', () => {
  const mesh = [
    'defaultHttpRetryPolicy: {attempts: "7"}',
    'default_traffic_policy: {outlier_detection: {consecutive_5xx_errors: "9"}, connectionPool: {tcp: {maxConnections: "3"}}}',
  ];
  const loaded = load(configMap(mesh.join('\n')));
  expect(loaded.diagnostics).toEqual([]);
  expect(loaded.mesh.settings).toMatchObject({
    defaultRetry: { attempts: 7 },
    outlierDetection: { consecutive5xxErrors: 9 },
    connectionPool: { maxConnections: 3 },
  });
  expect(load(configMap('rootNamespace: "5"')).mesh.settings.rootNamespace).toBe('5');
});

/** `line: code` of the findings in a MeshConfig, whose first line is 6. */
const FINDINGS: { mesh: string; finds: string[] }[] = [
  { mesh: 'accessLogFile: /dev/stdout\nenableTracing: true\nextensionProviders: [{name: x, zipkin: {}}]', finds: [] },
  { mesh: 'rootNamespace: istio-system\ntrustDomain: cluster.local\ndefaultProviders: {metrics: [p]}', finds: [] },
  { mesh: 'trustDomain: td', finds: ['6: not-modelled'] },
  { mesh: 'localityLbSetting: {enabled: true}', finds: [] },
  { mesh: 'pathNormalization: {normalization: MERGE_SLASHES}', finds: ['6: not-modelled'] },
  { mesh: 'a: 1\nconnectTimout: 2s', finds: ['6: unknown-field', '7: unknown-field'] }, // istiod passes them over
  { mesh: 'defaultConfig:\n  concurency: 2', finds: ['7: unknown-field'] },
  { mesh: 'defaultConfig:\n  runtimeValues: {a: b}', finds: ['7: not-modelled'] },
  { mesh: 'defaultConfig:\n  concurrency: two', finds: ['7: bad-mesh-config!'] },
  { mesh: 'defaultConfig: 5', finds: ['6: bad-type!'] },
  { mesh: 'connectTimeout: soon', finds: ['6: IST0106!'] },
  { mesh: 'connectTimeout: 5', finds: ['6: bad-type!'] },
  { mesh: 'enableAutoMtls: 5', finds: ['6: bad-type!'] },
  { mesh: 'outboundTrafficPolicy: {mode: ALLOW}', finds: ['6: bad-mesh-config!'] },
  { mesh: 'outboundTrafficPolicy: {mode: ALLOW_ANY_DYNAMIC_DNS}', finds: ['6: not-modelled'] },
  { mesh: 'defaultInboundHttpRetryPolicy: {attempts: 0}', finds: ['6: field-too-new', '6: not-modelled'] },
  { mesh: 'h2UpgradePolicy: yes', finds: ['6: bad-mesh-config!'] },
  { mesh: 'defaultHttpRetryPolicy:\n  attempts: many', finds: ['7: IST0106!'] },
  { mesh: 'defaultHttpRetryPolicy:\n  atempts: 2', finds: ['7: unknown-field'] },
  { mesh: 'defaultTrafficPolicy:\n  connectionPool: {http: {maxRetries: x}}', finds: ['7: IST0106!'] },
  { mesh: 'defaultTrafficPolicy:\n  connectionPool: {}', finds: ['7: IST0106!'] },
  { mesh: 'defaultTrafficPolicy:\n  tls: {mode: DISABLE}', finds: ['7: unknown-field'] },
  { mesh: 'connectTimeout: [', finds: ['6: yaml-syntax!'] },
  { mesh: '- a', finds: ['6: not-a-mapping!'] },
  { mesh: 'connectTimeout: 1s\nconnect_timeout: 2s', finds: ['7: unknown-field'] },
  { mesh: 'connect_timeout: soon', finds: ['6: IST0106!'] },
  { mesh: 'default_http_retry_policy:\n  retry_on: 5', finds: ['7: IST0106!'] },
  { mesh: 'trust_domain: td', finds: ['6: not-modelled'] },
  { mesh: 'default_config: {concurrency: 3}', finds: ['6: unknown-field'] },
];

test.each(FINDINGS)('what is found in $mesh stands at its line', ({ mesh, finds }) => {
  expect(found(configMap(mesh), '')).toEqual(finds);
});

test('an older istiod never sees the default traffic policy', () => {
  const text = configMap('defaultTrafficPolicy: {connectionPool: {tcp: {maxConnections: 77}}}');
  const options = { ...OPTIONS, istioVersion: [1, 30] } as const;
  expect(load(text, options).mesh.settings.connectionPool).toBeNull();
  expect(found(text, '', options)).toEqual(['6: field-too-new']);
});

test('of several MeshConfigs that of the control plane without revision counts, and the others are told', () => {
  const files = {
    'a.yaml': configMap('connectTimeout: 1s'),
    'b.yaml': configMap('connectTimeout: 2s', 'istio-canary'),
    'c.yaml': operator('{connectTimeout: 3s}'),
  };
  const { mesh, diagnostics } = loadFiles(files);
  expect(mesh.settings.connectTimeoutMs).toBe(1000);
  expect(diagnostics.map(({ file, code }) => `${file} ${code}`)).toEqual([
    'b.yaml not-modelled',
    'c.yaml not-modelled',
  ]);
  expect(load(configMap('connectTimeout: 2s', 'istio-canary')).mesh.settings.connectTimeoutMs).toBe(2000);
});

test('other ConfigMaps of istio-system are passed over, and so is one elsewhere', () => {
  const ca = configMap('x: 1', 'istio-ca-root-cert').replace('mesh:', 'root-cert.pem:');
  const elsewhere = configMap('connectTimeout: 2s').replace('namespace: istio-system', 'namespace: shop');
  const { mesh, diagnostics } = loadFiles({ 'a.yaml': ca, 'b.yaml': elsewhere });
  expect(mesh.settings.origin).toBeNull();
  expect(diagnostics).toEqual([]);
});

test('what an IstioOperator asks for beside its MeshConfig is told', () => {
  const text =
    'apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nspec:\n  profile: demo\n  values: {a: b}\n  x: 1\n';
  expect(found(text, '')).toEqual(['5: not-modelled', '6: unknown-field!']);
});

test('resources without exportTo are exported to whom the mesh says', () => {
  const mesh = configMap(
    'defaultServiceExportTo: ["."]\ndefaultVirtualServiceExportTo: [".", shop]\ndefaultDestinationRuleExportTo: ["."]',
  );
  const rule = '  hosts: [a]\n  http: [{ route: [{ destination: { host: a } }] }]\n';
  const texts = [
    service('a'),
    istio('VirtualService', rule, 'v'),
    istio('VirtualService', `${rule}  exportTo: ["*"]\n`, 'w'),
    istio('DestinationRule', '  host: a\n'),
    istio(
      'ServiceEntry',
      '  hosts: [b.com]\n  resolution: DNS\n  ports: [{ number: 80, name: http, protocol: HTTP }]\n',
    ),
    mesh,
  ];
  const loaded = load(texts.join('---\n')).mesh;
  const seen = (named: readonly { name: string; exportTo: readonly string[] }[]) =>
    Object.fromEntries(named.map(({ name, exportTo }) => [name, exportTo.join()]));
  expect(seen(loaded.services)).toMatchObject({ a: '.', x: '.' });
  expect(seen(loaded.routeSets)).toEqual({ v: '.,shop', w: '*' });
  expect(seen(loaded.destinationRules)).toEqual({ x: '.' });
});

// Istio 1.31, pilot/pkg/model/push_context.go, setDestinationRules: "We only honor . and *".
test.each([
  { said: ['.', 'shop'], means: '.' },
  { said: ['shop'], means: '' },
  { said: ['*'], means: '' },
  { said: [], means: '' },
])(
  'DestinationRules exported to $said by the mesh are exported to [$means]; to none: all see them',
  ({ said, means }) => {
    const mesh = configMap(`defaultDestinationRuleExportTo: ${JSON.stringify(said)}`);
    const { destinationRules } = load([istio('DestinationRule', '  host: a\n'), mesh].join('---\n')).mesh;
    expect(destinationRules[0]!.exportTo.join()).toBe(means);
  },
);

test('proxies have the mesh’s concurrency and drain time unless their pod says otherwise', () => {
  const mesh = configMap('defaultConfig: {concurrency: 6, termination_drain_duration: 20s}');
  const annotated = service('b').replaceAll(
    'template:\n    metadata: { ',
    "template:\n    metadata: { annotations: { proxy.istio.io/config: 'concurrency: 0' }, ",
  );
  const { workloads } = load([service('a'), annotated, mesh].join('---\n')).mesh;
  const proxyOf = (name: string) => workloads.find((workload) => workload.name === name)!.proxy;
  expect(proxyOf('a-v1')).toEqual({ cpuLimit: 2, concurrency: 6, terminationDrainMs: 20_000 });
  expect(proxyOf('b-v1')).toEqual({ cpuLimit: 2, concurrency: 0, terminationDrainMs: 20_000 });
  expect(proxyOf('istio-ingressgateway')).toMatchObject({ concurrency: 6 });
});
