import { expect, test } from 'vitest';
import { BASE, found, istio, loadFiles, marked, policy, routed, SUBSETS } from './support.js';

const DELAY = 'delay: { fixedDelay: 5s, percentage: { value: 100 } }';
const ABORT = 'abort: { httpStatus: 503, percentage: { value: 50 } }';
const OUTLIER = 'outlierDetection: { maxEjectionPercent: 100 }';
const fault = (text: string, more = '') => `${routed(`    fault:\n      ${text}`)}${more}`;
const toSubset = (text: string) => text.replace('host: a }', 'host: a, subset: v1 }');
const aborting = (code = '') => fault(`${ABORT}${code}\n---\n`);
const meshWide = `apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
metadata: { name: x }
spec: { meshConfig: { defaultTrafficPolicy: { ${OUTLIER} } } }`;
const ofSubset = (name: string) =>
  istio(
    'DestinationRule',
    `  host: a\n  subsets: [{ name: v1, labels: { version: v1 } }, { name: v2, labels: { version: v2 } }]`,
  ).replace(`name: ${name},`, `name: ${name}, trafficPolicy: { ${OUTLIER} },`);

// Envoy's fault filter comes before its router: measured on Envoy 1.40 (test/surprises/injected-faults.test.ts).
const ROWS: Readonly<Record<string, string>> = {
  'delay with timeout': fault(`${DELAY} # fault-outside-timeout`, '\n    timeout: 1s'),
  'delay with perTryTimeout': fault(
    `${DELAY} # fault-outside-timeout`,
    '\n    retries:\n      attempts: 3\n      retryOn: 5xx\n      perTryTimeout: 1s',
  ),
  'delay with both': fault(
    `${DELAY} # fault-outside-timeout fault-outside-timeout`,
    '\n    timeout: 5s\n    retries: { attempts: 3, retryOn: 5xx, perTryTimeout: 1s }',
  ),
  'delay with neither': fault(DELAY, '\n    retries: { attempts: 3, retryOn: 5xx }'),
  'delay of nobody with timeout': fault('delay: { fixedDelay: 5s }', '\n    timeout: 1s'),
  'abort with retries': fault(`${ABORT} # fault-not-retried`, '\n    retries: { attempts: 3, retryOn: 5xx }'),
  'abort without retries': fault(ABORT, '\n    retries: { attempts: 0 }'),
  'abort with a timeout': fault(ABORT, '\n    timeout: 1s'),
  'abort before outlier detection': aborting(' # fault-not-detected') + policy(`    ${OUTLIER}`),
  'abort before outlier detection of the mesh': aborting(' # fault-not-detected') + meshWide,
  'abort before that of the port': `${aborting(' # fault-not-detected')}${policy(
    `    portLevelSettings: [{ port: { number: 80 }, ${OUTLIER} }]`,
  )}`,
  'abort before that of another port':
    aborting() + policy(`    portLevelSettings: [{ port: { number: 81 }, ${OUTLIER} }]`),
  'abort before that of the subset': toSubset(aborting(' # fault-not-detected')) + ofSubset('v1'),
  'abort before that of another subset': toSubset(aborting()) + ofSubset('v2'),
  'abort before that of another host': aborting() + policy(`    ${OUTLIER}`).replace('host: a', 'host: b'),
  'abort of nobody before outlier detection': fault(`abort: { httpStatus: 503 }\n---\n${policy(`    ${OUTLIER}`)}`),
  'delay before outlier detection': fault(`${DELAY}\n---\n${policy(`    ${OUTLIER}`)}`),
};

test.each(Object.entries(ROWS))('%s', (_, text) => {
  expect(found(text)).toEqual(marked(text));
});

const LED = [
  { row: 'delay with timeout', line: 10 },
  { row: 'delay with perTryTimeout', line: 13 },
  { row: 'abort with retries', line: 10 },
];

test.each(LED)('$row: the help leads to line $line, the message to none', ({ row, line }) => {
  const { diagnostics } = loadFiles({ 'base.yaml': BASE + SUBSETS, 'test.yaml': ROWS[row]! });
  const [finding] = diagnostics.filter(({ file }) => file === 'test.yaml');
  expect(finding!.help).toContain(`(line ${line})`);
  expect(finding!.message).not.toMatch(/\d/);
});
