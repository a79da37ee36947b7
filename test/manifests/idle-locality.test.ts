import { expect, test } from 'vitest';
import { found, istio, loadFiles, marked, policy, SUBSETS } from './support.js';

const CODE = 'locality-without-outlier-detection';
const OUTLIER = '    outlierDetection: { maxEjectionPercent: 100 }\n';
const LOCAL = '    loadBalancer:\n      localityLbSetting: { enabled: true }';
const local = (setting: string, more = '') =>
  policy(`${more}    loadBalancer:\n      localityLbSetting: { ${setting} }`);
const subsets = (rule: string, first: string, second = '') =>
  istio(
    'DestinationRule',
    `  host: a\n${rule}  subsets:\n  - name: v1\n    labels: { version: v1 }\n${first}  - name: v2\n    labels: { version: v2 }\n${second}`,
  );
const LOOKED_UP = istio(
  'ServiceEntry',
  '  hosts: [a]\n  resolution: DNS\n  ports: [{ number: 80, name: http, protocol: HTTP }]\n  endpoints: [{ address: x.com }]',
  'dns',
);
const meshConfig = (fields: string) => `apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
metadata: { name: x }
spec:
  meshConfig:
    ${fields}`;
const DETECTING = meshConfig(`defaultTrafficPolicy: { ${OUTLIER.trim()} }`);

// Which of them need outlier detection: Istio 1.31, loadbalancer.go; seen at a real istiod 1.31.
const ROWS: Readonly<Record<string, string>> = {
  'nearest first without outlier detection': `${local('enabled: true')} # ${CODE}`,
  'the same not switched on': `${local('')} # ${CODE}`,
  'the same with outlier detection': local('enabled: true', OUTLIER),
  'switched off': local('enabled: false'),
  'shares without outlier detection': local('distribute: [{ from: r/a, to: { r/b: 100 } }]'),
  'failover, of which Istio itself says so': `${local('failover: [{ from: r, to: s }]')} # IST0133`,
  'of a port without, of the rule with': istio(
    'DestinationRule',
    `  host: a\n  trafficPolicy:\n${OUTLIER}    portLevelSettings:\n    - port: { number: 80 } # port-policy-unmerged\n      loadBalancer:\n        localityLbSetting: { enabled: true } # ${CODE}`,
  ),
  'of another port': istio(
    'DestinationRule',
    `  host: a\n  trafficPolicy:\n    portLevelSettings:\n    - port: { number: 81 }\n      loadBalancer:\n        localityLbSetting: { enabled: true }`,
  ),
  'of the rule, with that of a subset': subsets(
    `  trafficPolicy:\n${LOCAL}\n`,
    `    trafficPolicy: { ${OUTLIER.trim()} }\n`,
  ),
  'of a subset, with that of the rule': subsets(
    `  trafficPolicy:\n${OUTLIER}`,
    '    trafficPolicy: { loadBalancer: { localityLbSetting: { enabled: true } } }\n',
  ),
  'of a subset, with that of another': subsets(
    '',
    `    trafficPolicy:\n      loadBalancer:\n        localityLbSetting: { enabled: true } # ${CODE}\n`,
    `    trafficPolicy: { ${OUTLIER.trim()} }\n`,
  ),
  'what only the mesh detects': `${local('enabled: true')} # ${CODE}\n---\n${DETECTING}`,
  'what only the mesh detects of a host that is looked up': `${local('enabled: true').replace('host: a', 'host: x.com')}\n---\n${LOOKED_UP.replace('[a]', '[x.com]')}\n---\n${DETECTING}`,
  'for nobody': `${local('enabled: true').replace('host: a', 'host: nobody # IST0174')}`,
  'of the mesh': meshConfig(`localityLbSetting: { failover: [{ from: r, to: s }] } # ${CODE}`),
  'of the mesh, switched off': meshConfig('localityLbSetting: { enabled: false }'),
  'of the mesh, by shares': meshConfig('localityLbSetting: { distribute: [{ from: r/a, to: { r/b: 100 } }] }'),
  'of the mesh, with a rule that detects': `${meshConfig('localityLbSetting: { enabled: true }')}\n---\n${policy(OUTLIER)}`,
};

test.each(Object.entries(ROWS))('%s', (_, text) => {
  expect(found(text)).toEqual(marked(text));
});

test('a MeshConfig alone is judged by no services', () => {
  const { diagnostics } = loadFiles({ 'mesh.yaml': meshConfig('localityLbSetting: { enabled: true }') });
  expect(diagnostics.map(({ code }) => code)).not.toContain(CODE);
});

test('subsets that write nothing take the setting of the rule, and it is told once', () => {
  const text = `${SUBSETS}  trafficPolicy:\n${LOCAL} # ${CODE}`;
  expect(found(text)).toEqual(marked(text));
});
