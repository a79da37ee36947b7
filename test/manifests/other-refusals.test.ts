import { expect, test } from 'vitest';
import { found, istio, loadFiles, marked } from './support.js';

const server = (fields: string) =>
  istio('Gateway', `  selector: { istio: ingressgateway }\n  servers:\n${fields}`, 'other');
const entry = (fields: string) => istio('ServiceEntry', fields);
const sidecar = (fields: string) => istio('Sidecar', fields);

// Istio 1.32, pkg/config/validation: gateway.go and validation.go.
const ROWS: Readonly<Record<string, string>> = {
  'Gateway without servers': istio('Gateway', '  selector: { istio: ingressgateway } # IST0106!', 'other'),
  'Gateway of an unknown protocol': server(
    '  - hosts: [x.com]\n    port:\n      number: 80\n      name: http\n      protocol: SMTP # IST0106!',
  ),
  'Gateway host without a dot': server(
    '  - port: { number: 80, name: http, protocol: HTTP }\n    hosts:\n    - x # IST0106!',
  ),
  'Gateway host with an inner wildcard': server(
    '  - port: { number: 80, name: http, protocol: HTTP }\n    hosts:\n    - a.*.com # IST0106!',
  ),
  'HTTPS without tls': server('  - port: { number: 443, name: https, protocol: HTTPS } # IST0106!\n    hosts: [x.com]'),
  'SIMPLE without a certificate': server(
    '  - port: { number: 443, name: https, protocol: HTTPS }\n    hosts: [x.com]\n    tls:\n      mode: SIMPLE # IST0106!',
  ),
  'tls on plain HTTP': server(
    '  - port: { number: 80, name: http, protocol: HTTP }\n    hosts: [x.com]\n    tls: { mode: SIMPLE, credentialName: x } # IST0106!',
  ),
  'httpsRedirect on plain HTTP': server(
    '  - port: { number: 80, name: http, protocol: HTTP }\n    hosts: [x.com]\n    tls: { httpsRedirect: true }',
  ),
  'passed through for other clusters': server(
    "  - port: { number: 15443, name: tls, protocol: TLS }\n    hosts: ['*.local']\n    tls:\n      mode: AUTO_PASSTHROUGH # not-modelled",
  ),
  'certificates of clients': server(
    '  - port: { number: 443, name: https, protocol: HTTPS }\n    hosts: [x.com]\n    tls:\n      credentialName: x\n      mode: MUTUAL # not-modelled',
  ),
  'httpsRedirect on HTTPS': server(
    '  - port: { number: 443, name: https, protocol: HTTPS }\n    hosts: [x.com]\n    tls:\n      mode: SIMPLE\n      credentialName: x\n      httpsRedirect: true # IST0133',
  ),
  'Gateway port name twice': server(
    '  - { port: { number: 80, name: http, protocol: HTTP }, hosts: [x.com] }\n  - hosts: [y.com]\n    port:\n      number: 8080\n      name: http # IST0106!\n      protocol: HTTP',
  ),
  'Gateway server without port': server('  - hosts: [x.com] # IST0106!'),
  'ServiceEntry without hosts': entry('  ports: [{ number: 80, name: http, protocol: HTTP }]').replace(
    'spec:',
    'spec: # IST0106!',
  ),
  'ServiceEntry host *': entry('  hosts:\n  - "*" # IST0106!'),
  'ServiceEntry port twice': entry(
    '  hosts: [x.com]\n  ports:\n  - { number: 80, name: http, protocol: HTTP }\n  - number: 80 # IST0106!\n    name: other\n    protocol: HTTP',
  ),
  'ServiceEntry of NONE with endpoints': entry('  hosts: [x.com]\n  endpoints: [{ address: 1.1.1.1 }] # IST0106!'),
  'ServiceEntry STATIC with a name': entry(
    '  hosts: [x.com]\n  resolution: STATIC\n  endpoints:\n  - address: y.com # IST0106!',
  ),
  'ServiceEntry DNS for a wildcard': entry('  hosts: ["*.x.com"] # IST0106!\n  resolution: DNS'),
  'ServiceEntry DNS_ROUND_ROBIN with two endpoints': entry(
    '  hosts: [x.com]\n  resolution: DNS_ROUND_ROBIN\n  endpoints: [{ address: a.com }, { address: b.com }] # IST0106!',
  ),
  'ServiceEntry TCP without addresses': entry(
    '  hosts: [x.com]\n  resolution: DNS\n  ports:\n  - number: 5432 # IST0133\n    name: tcp\n    protocol: TCP',
  ),
  'ServiceEntry endpoint port of no name': entry(
    '  hosts: [x.com]\n  resolution: STATIC\n  ports: [{ number: 80, name: http, protocol: HTTP }]\n  endpoints:\n  - address: 1.1.1.1\n    ports:\n      https: 443 # IST0106!',
  ),
  'Sidecar that says nothing': 'apiVersion: networking.istio.io/v1 # IST0106!\nkind: Sidecar\nmetadata: { name: x }',
  'Sidecar host without namespace': sidecar('  egress:\n  - hosts:\n    - a.com # IST0106!'),
  'Sidecar without egress hosts': sidecar('  egress:\n  - port: { number: 80 } # IST0106!'),
  'Sidecar listener without port before another': sidecar(
    '  egress:\n  - hosts: ["./*"] # IST0106!\n  - hosts: ["*/*"]\n    port: { number: 80, protocol: HTTP, name: http }',
  ),
  'Sidecar */* beside others': sidecar('  egress:\n  - hosts: ["*/*", "./*"] # IST0133'),
  'Sidecar egressProxy': sidecar(
    '  outboundTrafficPolicy:\n    mode: ALLOW_ANY\n    egressProxy: { host: a, port: { number: 80 } } # IST0002 not-modelled',
  ),
  'unknown kinds': 'apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute # not-modelled\nmetadata: { name: x }',
  'an EnvoyFilter of another version': istio('EnvoyFilter', '  configPatches: []').replace('/v1', '/v1 # no-kind!'),
  WasmPlugin: istio('WasmPlugin', '  url: x').replace('WasmPlugin', 'WasmPlugin # not-modelled'),
  'kinds without traffic': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: x }',
  'no kind': 'apiVersion: v1 # no-kind!\nmetadata: { name: x }',
  'no apiVersion': 'kind: Service # no-kind!\nmetadata: { name: x }',
  'no name': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  labels: {} # no-name!',
  'no metadata': 'apiVersion: v1\nkind: Secret # no-name!',
  'a name in upper case': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: Upper # bad-name!',
  'a namespace called __proto__':
    'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\n  namespace: __proto__ # bad-name!',
};

test('a kustomization among the files is told, and no more', () => {
  const { diagnostics } = loadFiles({ 'base/kustomization.yaml': 'resources: [a.yaml]' });
  expect(diagnostics).toMatchObject([{ code: 'not-modelled', severity: 'info', refuses: false }]);
});

test.each(Object.entries(ROWS))('%s', (_, text) => {
  expect(found(text)).toEqual(marked(text));
});
