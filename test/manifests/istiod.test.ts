import { expect, test } from 'vitest';
import { ISTIO_SETTINGS } from '../../src/mesh/index.js';
import { found, load, loadFiles, OPTIONS } from './support.js';

// Istio 1.31, pilot/pkg/features; istiod's Deployment: manifests/charts/istio-control/istio-discovery.

/** istiod with these variables, the first of which stands in line 11. */
function istiod(env: readonly string[], name = 'istiod'): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: istio-system }
spec:
  selector: { matchLabels: { app: istiod } }
  template:
    metadata: { labels: { app: istiod } }
    spec:
      containers:
        - { name: other, image: other, env: [{ name: PILOT_DEBOUNCE_AFTER, value: 9s }] }
        - { name: discovery, image: pilot, env: [
${env.map((entry) => `            { ${entry} },\n`).join('')}          ] }
`;
}

const pushesOf = (text: string) => load(text).mesh.settings.pushes;

const PUSHES: readonly (readonly [variable: string, gives: object])[] = [
  ['name: PILOT_DEBOUNCE_AFTER, value: 1s', { debounceAfterMs: 1000 }],
  ['name: PILOT_DEBOUNCE_AFTER, value: "0"', { debounceAfterMs: 0 }],
  ['name: PILOT_DEBOUNCE_MAX, value: 2m', { debounceMaxMs: 120_000 }],
  ['name: PILOT_ENABLE_EDS_DEBOUNCE, value: "false"', { debouncesEndpoints: false }],
  ['name: PILOT_ENABLE_EDS_DEBOUNCE, value: "0"', { debouncesEndpoints: false }],
  ['name: PILOT_PUSH_THROTTLE, value: "7"', { throttle: 7 }],
  ['name: PILOT_PUSH_THROTTLE, value: "0"', {}],
  ['name: PILOT_DEBOUNCE_MAX, value: ""', {}],
];

test.each(PUSHES)('{ %s }', (variable, gives) => {
  const { mesh, diagnostics } = load(istiod([variable]));
  expect(mesh.settings.pushes).toEqual({ ...ISTIO_SETTINGS.pushes, ...gives });
  expect(diagnostics.filter(({ code }) => ['not-modelled', 'bad-mesh-config'].includes(code))).toEqual([]);
});

const FINDINGS: readonly { readonly variable: string; readonly finds: readonly string[]; readonly minor?: number }[] = [
  { variable: 'name: PILOT_DEBOUNCE_AFTER, value: soon', finds: ['12: bad-mesh-config'] },
  { variable: 'name: PILOT_PUSH_THROTTLE, value: many', finds: ['12: bad-mesh-config'] },
  {
    variable: 'name: PILOT_DEBOUNCE_AFTER, valueFrom: { configMapKeyRef: { name: a, key: b } }',
    finds: ['12: not-modelled'],
  },
  { variable: 'name: PILOT_SCOPE_GATEWAY_TO_NAMESPACE, value: "true"', finds: ['12: not-modelled'] },
  { variable: 'name: PILOT_SCOPE_GATEWAY_TO_NAMESPACE, value: "false"', finds: [] },
  { variable: 'name: PILOT_SCOPE_GATEWAY_TO_NAMESPACE, value: "f"', finds: [] },
  { variable: 'name: PILOT_IGNORE_RESOURCES, value: "*.security.istio.io"', finds: ['12: not-modelled'] },
  { variable: 'name: PILOT_AUTO_SEND_UNHEALTHY_ENDPOINTS, value: "false"', finds: ['12: not-modelled'] },
  { variable: 'name: PILOT_AUTO_SEND_UNHEALTHY_ENDPOINTS, value: "true"', finds: [] },
  { variable: 'name: PILOT_AUTO_SEND_UNHEALTHY_ENDPOINTS, value: "true"', finds: ['12: not-modelled'], minor: 30 },
  { variable: 'name: PILOT_AUTO_SEND_UNHEALTHY_ENDPOINTS, value: "false"', finds: [], minor: 30 },
  { variable: 'name: ENABLE_NATIVE_SIDECARS, value: auto', finds: [] },
  { variable: 'name: ENABLE_NATIVE_SIDECARS, value: "false"', finds: ['12: not-modelled'] },
  { variable: 'name: PILOT_XDS_CACHE_SIZE, value: "5"', finds: [] },
  { variable: 'name: POD_NAME, valueFrom: { fieldRef: { fieldPath: metadata.name } }', finds: [] },
];

test.each(FINDINGS)('{ $variable }: $finds', ({ variable, finds, minor = 31 }) => {
  const options = { ...OPTIONS, istioVersion: [1, minor] } as const;
  const codes = ['not-modelled', 'bad-mesh-config'];
  const all = found(istiod([variable]), '', options);
  expect(all.filter((finding) => codes.some((code) => finding.includes(code)))).toEqual(finds);
});

test('of several control planes the one without revision counts, and of one variable the last value', () => {
  const slow = ['name: PILOT_DEBOUNCE_AFTER, value: 1s', 'name: PILOT_DEBOUNCE_AFTER, value: 2s'];
  expect(pushesOf(istiod(slow)).debounceAfterMs).toBe(2000);
  const files = {
    'a.yaml': istiod(slow),
    'b.yaml': istiod(['name: PILOT_DEBOUNCE_AFTER, value: 3s'], 'istiod-canary'),
  };
  expect(loadFiles(files).mesh.settings.pushes.debounceAfterMs).toBe(2000);
  expect(pushesOf(files['b.yaml']).debounceAfterMs).toBe(3000);
  expect(pushesOf(istiod(slow).replace('istio-system', 'shop'))).toEqual(ISTIO_SETTINGS.pushes);
});
