import { expect, test } from 'vitest';
import { found, istio, marked, policy } from './support.js';

const outlier = (fields: string) => policy(`    outlierDetection:\n${fields}`);
const balancer = (fields: string) => policy(`    loadBalancer:\n${fields}`);

// Istio 1.32, pkg/config/validation/validation.go, ValidateDestinationRule.
const ROWS: Readonly<Record<string, string>> = {
  'no host': istio('DestinationRule', '  subsets: []').replace('spec:', 'spec: # IST0106!'),
  'host with _': istio('DestinationRule', '  host: a_b # IST0106! IST0174'),
  'empty policy': istio('DestinationRule', '  host: a\n  trafficPolicy: {} # IST0106!'),
  'a selected rule exported': istio(
    'DestinationRule',
    '  host: a\n  workloadSelector: { matchLabels: { a: b } }\n  exportTo:\n  - "*" # IST0106!',
  ),
  'a selected rule exported to its own namespace': istio(
    'DestinationRule',
    '  host: a\n  workloadSelector: { matchLabels: { a: b } }\n  exportTo: [.]',
  ),
  'subset without name': istio(
    'DestinationRule',
    '  host: a\n  subsets:\n  - name: "" # IST0106!\n    labels: { version: v1 }',
  ),
  'subset twice': istio(
    'DestinationRule',
    '  host: a\n  subsets:\n  - { name: v1, labels: { version: v1 } }\n  - name: v1 # IST0106!\n    labels: { version: v1 }',
  ),
  'subset labels with *': istio(
    'DestinationRule',
    '  host: a\n  subsets:\n  - name: v1 # IST0173\n    labels:\n      version: "*" # IST0106!',
  ),
  'port policy without port': policy('    portLevelSettings:\n    - tls: { mode: SIMPLE } # IST0106!'),
  'port policy with nothing': policy('    portLevelSettings:\n    - port: { number: 80 } # IST0106!'),
  'connectionPool of nothing': policy('    connectionPool: {} # IST0106!'),
  'negative maxConnections': policy('    connectionPool:\n      tcp:\n        maxConnections: -1 # IST0106!'),
  'maxConnections 0': policy('    connectionPool: { tcp: { maxConnections: 0 } }'),
  'maxConnections above 32 bits': policy(
    '    connectionPool:\n      tcp:\n        maxConnections: 99999999999 # IST0106!',
  ),
  'connectTimeout 0s': policy('    connectionPool:\n      tcp:\n        connectTimeout: 0s # IST0106!'),
  'useClientProtocol with an upgrade': policy(
    '    connectionPool:\n      http:\n        useClientProtocol: true # IST0106!\n        h2UpgradePolicy: UPGRADE',
  ),
  'unknown word': policy('    connectionPool:\n      http:\n        h2UpgradePolicy: MAYBE # IST0106!'),
  'tcpKeepalive is not modelled': policy(
    '    connectionPool:\n      tcp:\n        tcpKeepalive: { time: 10s } # not-modelled',
  ),
  consecutiveErrors: outlier('      consecutiveErrors: 5 # IST0133\n      maxEjectionPercent: 100'),
  'maxEjectionPercent 101': outlier('      maxEjectionPercent: 101 # IST0106! outlier-too-few-hosts'),
  'interval 0s': outlier('      maxEjectionPercent: 100\n      interval: 0s # IST0106!'),
  'local-origin failures without split': outlier(
    '      maxEjectionPercent: 100\n      consecutiveLocalOriginFailures: 5 # IST0106!',
  ),
  'simple beside consistentHash': policy(
    '    loadBalancer: # IST0106!\n      simple: RANDOM\n      consistentHash: { useSourceIp: true }',
  ),
  'maglev of no prime': balancer(
    '      consistentHash:\n        useSourceIp: true\n        maglev:\n          tableSize: 100 # IST0106!',
  ),
  'old minimumRingSize': balancer(
    '      consistentHash:\n        useSourceIp: true\n        minimumRingSize: 10 # IST0133',
  ),
  'warmup without duration': balancer('      warmup: { aggression: 1 } # IST0106!'),
  'failover without outlierDetection': balancer(
    '      localityLbSetting: { failover: [{ from: a, to: b }] } # IST0133',
  ),
  'distribution that adds to 90': balancer(
    '      localityLbSetting:\n        distribute:\n        - from: a/*\n          to: { a/*: 90 } # IST0106!',
  ),
  'locality switched off': balancer('      localityLbSetting: { enabled: false }'),
  'locality switched on': balancer(
    '      localityLbSetting: { enabled: true }\n    outlierDetection: { maxEjectionPercent: 100 }',
  ),
  'pods have no nodes': outlier(
    '      maxEjectionPercent: 100\n    loadBalancer:\n      localityLbSetting:\n        failoverPriority:\n        - kubernetes.io/hostname # not-modelled',
  ),
  'a cookie that the proxy generates is of its connection': balancer(
    '      consistentHash:\n        httpCookie:\n          name: sid\n          ttl: 0s # not-modelled',
  ),
  'PASSTHROUGH leaves the endpoint to kube-proxy': balancer('      simple: PASSTHROUGH # not-modelled'),
  'zoneAwareLbSetting is newer than the packaged CRDs': balancer('      zoneAwareLbSetting: {} # not-modelled'),
  'MUTUAL without certificates': policy('    tls:\n      mode: MUTUAL # IST0106!').replace(
    'IST0106!',
    'IST0106! IST0106!',
  ),
  'budgetInterval is newer than the packaged CRDs': policy(
    '    retryBudget:\n      percent: 20\n      budgetInterval: 1s # not-modelled',
  ),
  'outlierDetectionHttpErrorCodes came with 1.32': outlier(
    '      maxEjectionPercent: 100\n      outlierDetectionHttpErrorCodes: [500] # field-too-new not-modelled',
  ),
};

test.each(Object.entries(ROWS))('DestinationRule: %s', (_, text) => {
  expect(found(text)).toEqual(marked(text));
});

const NEWCOMERS = [
  { field: 'retryBudget: { percent: 20 }', since: 27 },
  { field: 'loadBalancer: { warmup: { duration: 30s } }', since: 24 },
] as const;

// Istio release notes: the version that brought each.
test.each(NEWCOMERS)('$field came with 1.$since', ({ field, since }) => {
  const codes = (minor: number) =>
    found(policy(`    ${field}`), undefined, { istioVersion: [1, minor], impliedGateways: {} }).map(
      (row) => row.split(' ')[1],
    );
  expect(codes(since - 1)).toContain('field-too-new');
  expect(codes(since)).not.toContain('field-too-new');
});

// Istio release notes 59504 and 59667: early 1.27 releases took 0.2 % for the default, and subsets lost what they inherit.
test.each([
  { minor: 26, says: false },
  { minor: 27, says: true },
  { minor: 28, says: false },
])('a retry budget of Istio 1.$minor may be another in early releases: $says', ({ minor, says }) => {
  const rows = found(policy('    retryBudget: { percent: 20 }'), undefined, {
    istioVersion: [1, minor],
    impliedGateways: {},
  });
  expect(rows.some((row) => row.endsWith('not-modelled'))).toBe(says);
});
