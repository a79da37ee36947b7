import { expect, test } from 'vitest';
import { BASE, found, loadFiles, marked } from './support.js';

function policy(kind: string, spec: string, metadata = 'name: x'): string {
  return `apiVersion: security.istio.io/v1\nkind: ${kind}\nmetadata:\n  ${metadata.replace(', ', '\n  ')}\nspec:\n${spec}`;
}
const authorization = (spec: string, metadata?: string) => policy('AuthorizationPolicy', spec, metadata);
const source = (field: string) => authorization(`  rules:\n  - from:\n    - source:\n        ${field}`);
const operation = (field: string) => authorization(`  rules:\n  - to:\n    - operation:\n        ${field}`);
const peer = (spec: string, metadata?: string) => policy('PeerAuthentication', spec, metadata);
const tls = (host: string, mode: string) =>
  `---\napiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: { name: tls }\nspec:\n  host: "${host}"\n  trafficPolicy:\n    tls:\n      mode: ${mode}`;
const STRICT = '  mtls: { mode: STRICT }';
const OFF = '  mtls: { mode: DISABLE }';

// istioctl: Istio 1.32, pkg/config/analysis/analyzers/authz; Kiali: business/checkers.
const ROWS: Readonly<Record<string, string>> = {
  'a policy about nobody': authorization('  selector: # IST0127\n    matchLabels: { app: nobody }\n  rules: [{}]'),
  'a policy about somebody': authorization('  selector: { matchLabels: { app: a } }\n  rules: [{}]'),
  'a policy of a namespace without pods': authorization('  rules: [{}]', 'name: x # IST0127, namespace: empty'),
  'a policy of the mesh': authorization('  rules: [{}]', 'name: x, namespace: istio-system'),
  'a policy of the mesh about nobody': authorization(
    '  selector: # IST0127\n    matchLabels: { app: nobody }\n  rules: [{}]',
    'name: x, namespace: istio-system',
  ),
  'a namespace that nobody has, once': source(
    'namespaces:\n        - default\n        - nowhere # IST0101\n        notNamespaces: [nowhere]',
  ),
  'namespaces by pattern': source('namespaces:\n        - def*\n        - "*"\n        - "x*" # IST0101'),
  'a service account that nobody has': source(
    'principals:\n        - cluster.local/ns/default/sa/default\n        - cluster.local/ns/default/sa/b # KIA0106',
  ),
  'the account of the gateway': source(
    'principals: [cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account, "*/sa/x"]',
  ),
  'another trust domain': source('principals:\n        - other/ns/default/sa/default # KIA0108'),
  'no HTTP method': operation('methods:\n        - get\n        - "P*"\n        - FETCH # KIA0102'),
  'a host that nobody has': operation(
    'hosts:\n        - a\n        - a:80\n        - shop.example.com\n        - nobody # KIA0104\n        - x.default.svc.cluster.local # KIA0104',
  ),
  'a provider that nobody has declared': `${authorization(
    '  action: CUSTOM # unknown-provider\n  provider: { name: p }\n  rules: [{}]',
  )}\n---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: istio, namespace: istio-system}, data: {mesh: "rootNamespace: istio-system"}}`,
  'two for a namespace': `${peer(STRICT, 'name: x # KIA0002')}\n---\n${peer(STRICT, 'name: y # KIA0002')}`,
  'two for the same pods': `${peer('  selector: { matchLabels: { app: a } }', 'name: x # KIA0003')}\n---\n${peer(
    '  selector: { matchLabels: { version: v1 } }',
    'name: y # KIA0003',
  )}`,
  'two for different pods': `${peer('  selector: { matchLabels: { app: a } }')}\n---\n${peer(
    '  selector: { matchLabels: { app: b } }',
    'name: y',
  )}`,
  'nobody is selected': peer('  selector: # KIA0004\n    matchLabels: { app: nobody }'),
  'nobody is selected by the root namespace': peer(
    '  selector: # KIA0004\n    matchLabels: { app: a }',
    'name: x, namespace: istio-system',
  ),
  'no token is looked for': policy(
    'RequestAuthentication',
    '  selector: # KIA0004\n    matchLabels: { app: nobody }\n  jwtRules: [{ issuer: i }]',
  ),
  'plaintext to a server that is STRICT': `${peer(STRICT)}\n${tls('a', 'DISABLE # tls-mismatch')}`,
  'plaintext to a namespace that is STRICT': `${peer(STRICT)}\n${tls('*.default.svc.cluster.local', 'DISABLE # KIA0207')}`,
  'plaintext to a mesh that is STRICT': tls('*.local', 'DISABLE # KIA0208'),
  'mutual TLS to a namespace that takes none': `${peer(OFF)}\n${tls('*.local', 'ISTIO_MUTUAL # KIA0505')}`,
  'mutual TLS to a port that takes some': `${peer(
    `  selector: { matchLabels: { app: a } }\n${OFF}\n  portLevelMtls: { 8080: { mode: STRICT } }`,
  )}\n${tls('a', 'ISTIO_MUTUAL')}`,
  'certificates where none is shown': `${peer(OFF)}\n---\n${authorization(
    '  rules:\n  - from:\n    - source:\n        principals: ["*"] # KIA0105\n        ipBlocks: [10.0.0.0/8]\n    when:\n    - key: source.namespace # KIA0105\n      values: [default]',
    'name: y',
  )}`,
};

test.each(Object.entries(ROWS))('%s', (_, text) => {
  expect(found(text)).toEqual(marked(text));
});

const LEVELS = [
  { code: 'IST0127', severity: 'warning', text: ROWS['a policy about nobody']! },
  { code: 'IST0101', severity: 'error', text: ROWS['a namespace that nobody has, once']! },
  { code: 'KIA0002', severity: 'error', text: ROWS['two for a namespace']! },
  { code: 'KIA0003', severity: 'error', text: ROWS['two for the same pods']! },
  { code: 'KIA0004', severity: 'warning', text: ROWS['nobody is selected']! },
  { code: 'KIA0102', severity: 'warning', text: ROWS['no HTTP method']! },
  { code: 'KIA0104', severity: 'warning', text: ROWS['a host that nobody has']! },
  { code: 'KIA0105', severity: 'error', text: ROWS['certificates where none is shown']! },
  { code: 'KIA0106', severity: 'error', text: ROWS['a service account that nobody has']! },
  { code: 'KIA0108', severity: 'warning', text: ROWS['another trust domain']! },
  { code: 'KIA0208', severity: 'error', text: ROWS['plaintext to a mesh that is STRICT']! },
];

const AUTO_OFF = `
---
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data: { mesh: "enableAutoMtls: false" }
`;
const WITHOUT_AUTO: readonly (readonly [string, string])[] = [
  ['STRICT for a namespace', peer('  mtls:\n    mode: STRICT # KIA0501')],
  [
    'STRICT, and mutual TLS for the namespace',
    `${peer(STRICT)}\n${tls('*.default.svc.cluster.local', 'ISTIO_MUTUAL')}`,
  ],
  ['STRICT, and mutual TLS for the mesh', `${peer(STRICT)}\n${tls('*.local', 'ISTIO_MUTUAL')}`],
];

test.each(WITHOUT_AUTO)('without auto mTLS: %s', (_, text) => {
  expect(found(text + AUTO_OFF)).toEqual(marked(text));
});

test.each(LEVELS)('$code is of level $severity', ({ code, severity, text }) => {
  const { diagnostics } = loadFiles({ 'base.yaml': BASE, 'test.yaml': text });
  const levels = diagnostics.filter((diagnostic) => diagnostic.code === code).map((diagnostic) => diagnostic.severity);
  expect(new Set(levels)).toEqual(new Set([severity]));
});
