import { expect, test } from 'vitest';
import { found, istio, load, loadFiles, service } from './support.js';

// Istio 1.31, pilot/pkg/model/proxy_config.go, EffectiveProxyConfig; istio-envoy-semantics 4.5.

function proxyConfig(name: string, spec: string, namespace = 'default'): string {
  return `apiVersion: networking.istio.io/v1beta1\nkind: ProxyConfig\nmetadata: { name: ${name}, namespace: ${namespace} }\nspec: ${spec}\n`;
}

const MESH = `apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data: { mesh: "defaultConfig: { concurrency: 7 }" }
`;
const ROOT = proxyConfig('root', '{ concurrency: 6 }', 'istio-system');
const NAMESPACE = proxyConfig('namespace', '{ concurrency: 5 }');
const SELECTED = proxyConfig('selected', '{ selector: { matchLabels: { app: a } }, concurrency: 4 }');

const LEVELS: { what: string; texts: string[]; workers: number }[] = [
  { what: 'nothing: the CPU limit', texts: [], workers: 2 },
  { what: 'the mesh', texts: [MESH], workers: 7 },
  { what: 'the root namespace', texts: [MESH, ROOT], workers: 6 },
  { what: 'the namespace', texts: [MESH, ROOT, NAMESPACE], workers: 5 },
  { what: 'a selector', texts: [MESH, ROOT, NAMESPACE, SELECTED], workers: 4 },
  {
    what: 'one selector of two: the older',
    texts: [SELECTED, SELECTED.replace('selected', 'x').replace('4', '3')],
    workers: 4,
  },
  { what: 'a selector of another namespace', texts: [SELECTED.replace('default', 'shop')], workers: 2 },
  {
    what: 'a selector without labels: nobody',
    texts: [proxyConfig('x', '{ selector: {}, concurrency: 4 }')],
    workers: 2,
  },
  {
    what: 'one that says nothing of it',
    texts: [NAMESPACE, proxyConfig('x', '{ selector: { matchLabels: { app: a } } }')],
    workers: 5,
  },
];

test.each(LEVELS)('concurrency by $what', ({ texts, workers }) => {
  const { mesh, diagnostics } = load([service('a'), ...texts].join('---\n'));
  expect(mesh.workloads.find(({ name }) => name === 'a-v1')!.proxy!.concurrency).toBe(workers);
  expect(diagnostics.filter(({ code }) => code !== 'mtls-permissive')).toEqual([]);
});

// Istio 1.31, pkg/envoy/agent.go; pkg/model/proxy.go, NodeMetadata.
test.each([
  { name: 'EXIT_ON_ZERO_ACTIVE_CONNECTIONS', gives: { exitsWhenIdle: true } },
  { name: 'ISTIO_META_DNS_CAPTURE', gives: { capturesDns: true } },
  { name: 'ISTIO_META_DNS_AUTO_ALLOCATE', gives: { allocatesAddresses: true } },
  { name: 'ISTIO_META_OTHER', gives: {} },
])('the variable $name, of the mesh, of a ProxyConfig, of a pod', ({ name, gives }) => {
  const usual = { cpuLimit: 2, concurrency: 2 };
  const mesh = MESH.replace('concurrency: 7', `proxyMetadata: { ${name}: 'true' }`);
  const config = (value: string) => proxyConfig('x', `{ environmentVariables: { ${name}: "${value}" } }`);
  const pod = service('a').replaceAll(
    'template:\n    metadata: { ',
    `template:\n    metadata: { annotations: { proxy.istio.io/config: 'proxyMetadata: { ${name}: "true" }' }, `,
  );
  const proxyOf = (...texts: string[]) =>
    load(texts.join('---\n')).mesh.workloads.find((workload) => workload.name === 'a-v1')!.proxy;
  expect(proxyOf(service('a'), mesh)).toEqual({ ...usual, ...gives });
  expect(proxyOf(service('a'), config('true'))).toEqual({ ...usual, ...gives });
  expect(proxyOf(service('a'), mesh, config('false'))).toEqual(usual);
  expect(proxyOf(pod, config('false'))).toEqual({ ...usual, ...gives });
});

test('the annotation of a pod counts before every ProxyConfig', () => {
  const annotated = service('a').replaceAll(
    'labels: {',
    "annotations: { proxy.istio.io/config: 'concurrency: 1' }, labels: {",
  );
  const { workloads } = loadFiles({ 'a.yaml': annotated, 'b.yaml': SELECTED }).mesh;
  expect(workloads.find(({ name }) => name === 'a-v1')!.proxy!.concurrency).toBe(1);
});

const CHECKS: { what: string; text: string; finds: string[] }[] = [
  { what: 'a negative number', text: proxyConfig('x', '{ concurrency: -1 }'), finds: ['4: IST0106!'] },
  { what: 'another version', text: proxyConfig('x', '{}').replace('v1beta1', 'v1'), finds: ['1: no-kind!'] },
  { what: 'an unknown field', text: proxyConfig('x', '{ concurency: 1 }'), finds: ['4: unknown-field!'] },
  { what: 'image', text: proxyConfig('x', '{ image: { imageType: distroless } }'), finds: [] },
  {
    what: 'an environment variable',
    text: proxyConfig('x', '\n  environmentVariables:\n    EXIT_ON_ZERO_ACTIVE_CONNECTIONS: "true"'),
    finds: [],
  },
];

test.each(CHECKS)('a ProxyConfig with $what', ({ text, finds }) => {
  expect(found(text)).toEqual(finds);
});

const telemetry = (spec: string) => istio('Telemetry', spec).replace('networking', 'telemetry');

const TELEMETRY: { what: string; spec: string; finds: string[] }[] = [
  { what: 'access logs', spec: '  accessLogging: [{ providers: [{ name: envoy }] }]', finds: [] },
  { what: 'tags', spec: '  metrics: [{ overrides: [{ tagOverrides: { x: { operation: REMOVE } } }] }]', finds: [] },
  { what: 'a metric left out', spec: '  metrics: [{ overrides: [{ disabled: true }] }]', finds: ['5: not-modelled'] },
  { what: 'the usual tracing', spec: '  tracing: [{ randomSamplingPercentage: 1 }]', finds: [] },
  { what: 'more tracing', spec: '  tracing: [{ randomSamplingPercentage: 10 }]', finds: ['5: not-modelled'] },
  { what: 'a wrong type', spec: '  tracing: [{ randomSamplingPercentage: all }]', finds: ['5: IST0106!'] },
  { what: 'an unknown field', spec: '  logging: []', finds: ['5: unknown-field!'] },
];

test.each(TELEMETRY)('a Telemetry with $what', ({ spec, finds }) => {
  expect(found(telemetry(spec))).toEqual(finds);
});
