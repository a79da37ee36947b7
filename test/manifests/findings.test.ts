import { expect, test } from 'vitest';
import { BASE, found, istio, load, loadFiles, marked, policy, routed, rule, SUBSETS, service } from './support.js';

const bound = (host: string, gateways: string, name: string, more = '') => `---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ${name} }
spec:
  hosts:
  - "${host}"
  gateways:
  - ${gateways}
  http: [{ ${more}route: [{ destination: { host: a } }] }]`;

const retries = (fields: string) => routed(`    retries:\n${fields}`);
const retry = (more: string) => `  - route: [{ destination: { host: a } }]\n    ${more}`;
const FEW = 'maxEjectionPercent: 24 # outlier-too-few-hosts';

const BY_LABELS = 'failoverPriority: [kubernetes.io/os]';
/** Two endpoints of a host, one in `r/a`, the other `there`. */
const lookedUp = (resolution: string, there: string, locality: string) =>
  `${istio(
    'ServiceEntry',
    `  hosts: [x.com]\n  resolution: ${resolution}\n  ports: [{ number: 80, name: http, protocol: HTTP }]\n  endpoints: [{ address: 192.0.2.1, locality: r/a }, { address: 192.0.2.2, locality: ${there} }]`,
  )}\n---\n${istio(
    'DestinationRule',
    `  host: x.com\n  trafficPolicy:\n    outlierDetection: { maxEjectionPercent: 100 }\n    loadBalancer:\n      localityLbSetting: { ${locality} }`,
  )}`;

// istioctl: Istio 1.32, pkg/config/analysis/analyzers; Kiali: business/checkers; ours: the comment above each in src.
const ROWS: Readonly<Record<string, string>> = {
  'destination host missing, once': rule(
    '  - route:\n    - destination:\n        host: nobody # IST0101\n      weight: 50\n    - destination: { host: nobody, port: { number: 1 } }\n      weight: 50',
  ),
  'a host of another namespace by a short name with a dot': rule(
    '  - route:\n    - destination:\n        host: a.default # IST0101',
  ),
  'subset missing': rule('  - route:\n    - destination:\n        host: a\n        subset: v9 # IST0101'),
  'port missing': rule('  - route:\n    - destination:\n        host: a\n        port: { number: 81 } # IST0101'),
  'port not said': rule('  - route:\n    - destination:\n        host: multi # IST0112'),
  'port said': rule('  - route: [{ destination: { host: multi, port: { number: 80 } } }]'),
  'mirror host missing': routed('    mirror:\n      host: nobody # IST0101'),
  'mirrors host missing': routed('    mirrors:\n    - destination:\n        host: nobody # IST0101'),
  'gateway missing': bound('x.com', 'nobody # IST0101', 'x'),
  'gateway of another namespace': bound('x.com', 'other/gw # IST0101', 'x'),
  'gateway selector without pods': istio(
    'Gateway',
    '  selector:\n    istio: nobody # IST0101\n  servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: [x.com] }]',
    'other',
  ),
  'sidecar selector without pods': istio(
    'Sidecar',
    '  workloadSelector:\n    labels:\n      app: nobody # IST0101\n  egress: [{ hosts: ["*/*"] }]',
  ),
  'an egress port that the Service declares otherwise': istio(
    'Sidecar',
    '  egress:\n  - port:\n      number: 80\n      name: x\n      protocol: TCP # not-modelled\n    hosts: ["./*"]\n  - port: { number: 81, name: y, protocol: HTTP2 }\n    hosts: ["*/*"]\n  - hosts: ["*/*"]',
  ),
  'a ServiceEntry with the host of a Service': istio(
    'ServiceEntry',
    '  hosts:\n  - a.default.svc.cluster.local # not-modelled\n  - b.com\n  resolution: STATIC\n  ports: [{ number: 80, name: http, protocol: HTTP }]\n  endpoints: [{ address: 192.0.2.1 }]',
  ),
  'an egress port of nobody that is let in': istio(
    'Sidecar',
    '  egress: [{ port: { number: 80, name: x, protocol: TCP }, hosts: ["other/*"] }]',
  ),
  'two VirtualServices for one host of the mesh': `${bound('a', 'mesh', 'x').replace('"a"', 'a # IST0109')}\n${bound('a', 'mesh', 'y').replace('"a"', 'a # IST0109')}`,
  'two VirtualServices for one host at a gateway': `${bound('x.com', 'gw', 'x').replace('"x.com"', 'x.com # KIA1106')}\n${bound('x.com', 'gw', 'y').replace('"x.com"', 'x.com # KIA1106')}`,
  'one in the mesh, one at a gateway': `${bound('a.x.com', 'mesh', 'x')}\n${bound('a.x.com', 'gw', 'y')}`,
  'a rule after a catch-all': rule(
    '  - route: [{ destination: { host: a } }]\n  - route: [{ destination: { host: b } }] # IST0130',
  ),
  'matches after a catch-all, each': rule(
    '  - route: [{ destination: { host: a } }]\n  - match:\n    - uri: { prefix: /a } # IST0130\n    - uri: { prefix: /b } # IST0130\n    route: [{ destination: { host: b } }]',
  ),
  'a match twice': rule(
    '  - match: [{ uri: { exact: /a } }, { uri: { exact: /b } }]\n    route: [{ destination: { host: a } }]\n  - match:\n    - name: again # IST0131\n      uri: { exact: /a }\n    - uri: { exact: /c }\n    route: [{ destination: { host: b } }]',
  ),
  'all matches of a rule twice': rule(
    '  - match: [{ uri: { exact: /a } }]\n    route: [{ destination: { host: a } }]\n  - name: dead # IST0130\n    match:\n    - uri: { exact: /a } # IST0131\n    route: [{ destination: { host: b } }]',
  ),
  'a redirect that Envoy does not know': rule(
    '  - redirect:\n      uri: /x\n      redirectCode: 304 # routes-rejected',
  ),
  'a claim whose presence is asked for': istio(
    'VirtualService',
    '  hosts: [x.com]\n  gateways: [gw]\n  http:\n  - match:\n    - headers:\n        "@request.auth.claims.a": {} # routes-rejected\n    route: [{ destination: { host: a } }]',
    'claims',
  ),
  'a status that only the webhook takes': rule('  - directResponse:\n      status: 600 # routes-rejected'),
  'a redirect that Envoy knows': rule('  - redirect: { uri: /y, redirectCode: 308 }'),
  'the highest status that Envoy takes': rule('  - directResponse: { status: 599 }'),
  'a shorter prefix first': rule(
    '  - match: [{ uri: { prefix: /a } }]\n    route: [{ destination: { host: a } }]\n  - match:\n    - uri: { prefix: /ab } # IST0131\n    route: [{ destination: { host: b } }]',
  ),
  'a shorter prefix of another header': rule(
    '  - match: [{ uri: { prefix: /a }, headers: { x: { exact: y } } }]\n    route: [{ destination: { host: a } }]\n  - match: [{ uri: { prefix: /ab } }]\n    route: [{ destination: { host: b } }]',
  ),
  'an unset method does not cover POST': rule(
    '  - match: [{ uri: { prefix: /a } }]\n    route: [{ destination: { host: a } }]\n  - match: [{ uri: { prefix: /ab }, method: { exact: POST } }]\n    route: [{ destination: { host: b } }]',
  ),
  'host that the gateway does not serve': `${istio(
    'Gateway',
    '  selector: { app: a }\n  servers: [{ port: { number: 8080, name: http, protocol: HTTP }, hosts: ["other/*.y.com", x.com] }]',
    'narrow',
  ).replace('8080', '8080')}\n${bound('z.y.com', 'narrow # IST0132', 'x')}`,
  'host that the gateway serves': bound('x.com', 'gw', 'x'),
  'two gateways in each other’s way': `${istio(
    'Gateway',
    '  selector: { istio: ingressgateway }\n  servers:\n  - hosts: ["*"]\n    port: { number: 80, name: http, protocol: HTTP } # IST0145',
    'rival',
  )}`,
  'two gateways for different hosts': istio(
    'Gateway',
    '  selector: { istio: ingressgateway }\n  servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: [x.com] }]',
    'other',
  ),
  'a gateway port that no Service has': istio(
    'Gateway',
    '  selector: { istio: ingressgateway }\n  servers:\n  - hosts: [x.com]\n    port:\n      number: 9999 # IST0162\n      name: http\n      protocol: HTTP',
    'other',
  ),
  'the target port of the implied gateway': istio(
    'Gateway',
    '  selector: { istio: ingressgateway }\n  servers: [{ port: { number: 8080, name: http, protocol: HTTP }, hosts: [x.com] }]',
    'other',
  ),
  'DestinationRule for nobody': istio('DestinationRule', '  host: nobody # IST0174'),
  'DestinationRule for a wildcard of somebody': istio('DestinationRule', '  host: "*.default.svc.cluster.local"'),
  'subset without pods': istio(
    'DestinationRule',
    '  host: a\n  subsets:\n  - name: v9 # IST0173\n    labels: { version: v9 }',
  ),
  'subset without labels': istio('DestinationRule', '  host: a\n  subsets:\n  - name: all # KIA0209'),
  'two Sidecars for a namespace': `${istio('Sidecar', '  egress: [{ hosts: ["*/*"] }]', 'x # IST0111').replace('{ name: x # IST0111 }', '\n  name: x # IST0111')}\n---\n${istio('Sidecar', '  egress: [{ hosts: ["*/*"] }]', 'y').replace('{ name: y }', '\n  name: y # IST0111')}`,
  'single destination with a weight': rule('  - route:\n    - destination: { host: a }\n      weight: 50 # KIA1104'),
  'single destination with weight 100': rule('  - route: [{ destination: { host: a }, weight: 100 }]'),
  'one destination twice': rule(
    '  - route:\n    - destination: { host: a }\n      weight: 50\n    - destination: { host: a } # KIA1105\n      weight: 50',
  ),
  'weights that add to 40': rule(
    '  - name: r\n    route: # weights-normalised\n    - { destination: { host: a }, weight: 20 }\n    - { destination: { host: b }, weight: 20 }',
  ),
  'a destination without weight': rule(
    '  - route:\n    - { destination: { host: a }, weight: 100 }\n    - destination: { host: b } # weight-zero-dropped',
  ),
  'attempts without retryOn': retries('      attempts: 3 # retry-on-default'),
  'attempts with retryOn': retries('      attempts: 3\n      retryOn: 5xx'),
  'per-try timeout that nothing retries': retries(
    '      attempts: 3\n      retryOn: connect-failure\n      perTryTimeout: 1s # per-try-timeout-not-retried',
  ),
  'per-try timeout that 5xx retries': retries('      attempts: 3\n      retryOn: 5xx\n      perTryTimeout: 1s'),
  'per-try timeout as long as the timeout': rule(
    `${retry('timeout: 1s')}\n    retries:\n      attempts: 3\n      retryOn: 5xx\n      perTryTimeout: 1s # per-try-timeout-dropped`,
  ),
  'retries within a timeout for all tries': routed(
    '    timeout: 2s\n    retries:\n      attempts: 3 # retries-without-per-try-timeout\n      retryOn: connect-failure,reset',
  ),
  'the same by the default': routed(
    '    timeout: 2s\n    retries:\n      attempts: 3 # retries-without-per-try-timeout retry-on-default',
  ),
  'the same of nothing that is slow': routed(
    '    timeout: 2s\n    retries: { attempts: 3, retryOn: "connect-failure,503" }',
  ),
  'the same without a timeout': routed('    retries: { attempts: 3, retryOn: 5xx }'),
  'no retries within a timeout': routed('    timeout: 2s\n    retries: { attempts: 0 }'),
  'tries that do not fit into the timeout': routed(
    '    timeout: 3s\n    retries:\n      attempts: 3 # tries-exceed-timeout\n      retryOn: 5xx\n      perTryTimeout: 1s',
  ),
  'tries that just fit into the timeout': routed(
    '    timeout: 4s\n    retries: { attempts: 3, retryOn: 5xx, perTryTimeout: 1s }',
  ),
  'tries that miss the timeout by a millisecond': routed(
    '    timeout: 3999ms\n    retries:\n      attempts: 3 # tries-exceed-timeout\n      retryOn: 5xx\n      perTryTimeout: 1s',
  ),
  'delegate to nobody': rule('  - delegate: { name: nobody } # delegate-not-found'),
  'outlier detection of 4 endpoints with the default': policy('    outlierDetection: {} # outlier-too-few-hosts'),
  'outlier detection of 4 endpoints at 24 %': policy(`    outlierDetection:\n      ${FEW}`),
  'outlier detection of 4 endpoints at 25 %': policy('    outlierDetection: { maxEjectionPercent: 25 }'),
  'subset pool in place of the rule’s': istio(
    'DestinationRule',
    '  host: a\n  trafficPolicy: { connectionPool: { tcp: { maxConnections: 10 } } }\n  subsets:\n  - name: v1\n    labels: { version: v1 }\n    trafficPolicy:\n      connectionPool: # subset-pool-unmerged\n        http: { http2MaxRequests: 100 }',
  ).replace('connectionPool: #', 'connectionPool: #'),
  'endpoints that are looked up in two localities, by labels': lookedUp('DNS', 'r/b', BY_LABELS).replace(
    'Balancer:',
    'Balancer: # istiod-panics',
  ),
  'the same in one locality': lookedUp('DNS', 'r/a', BY_LABELS),
  'the same by addresses': lookedUp('STATIC', 'r/b', BY_LABELS),
  'the same by distance': lookedUp('DNS', 'r/b', 'failover: [{ from: r, to: s }]'),
  'port settings in place of the rule’s': istio(
    'DestinationRule',
    '  host: a\n  trafficPolicy:\n    outlierDetection: { maxEjectionPercent: 100 }\n    portLevelSettings:\n    - port: { number: 80 } # port-policy-unmerged\n      loadBalancer: { simple: RANDOM }',
  ),
};

test.each(Object.entries(ROWS))('%s', (_, text) => {
  expect(found(text)).toEqual(marked(text));
});

test('none of them refuses', () => {
  const { diagnostics } = loadFiles({ 'base.yaml': BASE, 'test.yaml': Object.values(ROWS).join('\n---\n') });
  expect(diagnostics.filter(({ refuses }) => refuses)).toEqual([]);
});

test('a Service port that does not say what it speaks', () => {
  const text = service('a').replace('http-80', 'web');
  expect(load(text).diagnostics).toContainEqual(
    expect.objectContaining({
      code: 'IST0118',
      severity: 'info',
      line: 5,
      resource: { kind: 'Service', namespace: 'default', name: 'a' },
    }),
  );
});

// Severity by code, as the reference has them.
const LEVELS = [
  { code: 'IST0101', severity: 'error', text: ROWS['subset missing']! },
  { code: 'IST0109', severity: 'error', text: ROWS['two VirtualServices for one host of the mesh']! },
  { code: 'IST0112', severity: 'error', text: ROWS['port not said']! },
  { code: 'IST0130', severity: 'warning', text: ROWS['a rule after a catch-all']! },
  { code: 'IST0131', severity: 'info', text: ROWS['a match twice']! },
  { code: 'IST0132', severity: 'warning', text: ROWS['host that the gateway does not serve']! },
  { code: 'IST0145', severity: 'error', text: ROWS['two gateways in each other’s way']! },
  { code: 'IST0162', severity: 'warning', text: ROWS['a gateway port that no Service has']! },
  { code: 'IST0173', severity: 'error', text: ROWS['subset without pods']! },
  { code: 'routes-rejected', severity: 'error', text: ROWS['a status that only the webhook takes']! },
  { code: 'IST0174', severity: 'warning', text: ROWS['DestinationRule for nobody']! },
  { code: 'KIA1104', severity: 'warning', text: ROWS['single destination with a weight']! },
  { code: 'KIA1105', severity: 'warning', text: ROWS['one destination twice']! },
];

test.each(LEVELS)('$code is of level $severity', ({ code, severity, text }) => {
  const { diagnostics } = loadFiles({ 'base.yaml': BASE, 'test.yaml': text });
  const levels = diagnostics.filter((diagnostic) => diagnostic.code === code).map((diagnostic) => diagnostic.severity);
  expect(new Set(levels)).toEqual(new Set([severity]));
});

const strict = (more: string, name = 'istio-system') =>
  `---\napiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: { name: x, namespace: ${name} }\nspec: { ${more}mtls: { mode: STRICT } }`;
const MUTUAL_TLS = [
  { what: 'no PeerAuthentication', more: '', count: 1 },
  { what: 'one for the mesh', more: strict(''), count: 0 },
  { what: 'one for some workloads', more: strict('selector: { matchLabels: { app: a } }, '), count: 1 },
  { what: 'one for the namespace of all', more: strict('', 'default'), count: 0 },
  { what: 'one for another namespace', more: strict('', 'other'), count: 1 },
  { what: 'one that leaves it unset', more: strict('').replace('mtls: { mode: STRICT }', ''), count: 1 },
];

test.each(MUTUAL_TLS)('mutual TLS is permissive with $what: $count', ({ more, count }) => {
  const { diagnostics } = load(service('a') + service('b') + more);
  expect(diagnostics.filter(({ code }) => code === 'mtls-permissive')).toHaveLength(count);
});

test('subsets that have pods are found', () => {
  const text = rule(
    '  - route: [{ destination: { host: a, subset: v1 }, weight: 90 }, { destination: { host: a, subset: v2 }, weight: 10 }]',
  );
  expect(found(text, BASE + SUBSETS)).toEqual([]);
});
