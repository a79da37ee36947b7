import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fileAssets } from '../../src/scenario/assets.node.js';
import { filesOf, loadSpec } from './support.js';

function loadGraph(graph: string, workloads = '{}') {
  return loadSpec(`spec: {behaviour: g.yaml, workloads: ${workloads}}`, filesOf({ 'g.yaml': graph }));
}

// istio/tools at 0f2e902f, isotope/convert/pkg/graph/unmarshal.go: sizes are binary, defaults.script carries no body.
const GRAPH = `
apiVersion: isotope.istio.io/v1alpha1
kind: MockServiceGraph
defaults: {requestSize: 1 KB, responseSize: 10k, numReplicas: 2, numRbacPolicies: 3, script: [{call: b}]}
services:
  - {name: a}
  - {name: b, script: [], errorRate: 10%, numReplicas: 3, responseSize: 5}
  - name: c
    isEntrypoint: true
    namespace: shop
    script:
      - sleep: 10ms
      - - call: a
        - call: {service: b, hostname: "b.global:9090", size: 1m, extra-header: {X: y}}
      - call: {service: b, probability: 25}
`;

test('a graph becomes behaviours, as the code of isotope reads it', () => {
  const { scenario, found } = loadGraph(GRAPH);
  expect(found).toEqual([]);
  const [a, b, c] = scenario!.behaviours;
  expect(a).toMatchObject({ name: 'a', replicas: 2, endpoints: [{ sizeBytes: 10_240, everyNthFails: null }] });
  expect(a!.endpoints[0]!.steps).toMatchObject([{ kind: 'call', sizeBytes: 0, to: { url: 'http://b:8080/' } }]);
  expect(b).toMatchObject({ replicas: 3, endpoints: [{ steps: [], sizeBytes: 5, everyNthFails: 10 }] });
  expect(c!.name).toBe('shop/c');
  expect(c!.endpoints[0]!.steps).toMatchObject([
    { kind: 'wait', time: { kind: 'constant', ms: 10 } },
    {
      kind: 'parallel',
      branches: [
        [{ to: { host: 'a', port: 8080 }, sizeBytes: 1024 }],
        [{ to: { host: 'b.global', port: 9090 }, sizeBytes: 1_048_576, headers: { x: 'y' } }],
      ],
    },
    {
      kind: 'choose',
      options: [
        { share: 0.25, steps: [{ kind: 'call' }] },
        { share: 0.75, steps: [] },
      ],
    },
  ]);
});

test('anything but 200 fails the caller', () => {
  const call = loadGraph(GRAPH).scenario!.behaviours[0]!.endpoints[0]!.steps[0]!;
  const failing = call.kind === 'call' ? call.failOn!.map(({ status }) => status) : [];
  expect(failing).toContain(404);
  expect(failing).toContain(201);
  expect(failing).not.toContain(200);
});

// isotope/service/pkg/srv: every floor(10000 / floor(rate x 10000))-th request.
test.each([
  { rate: '10%', nth: 10 },
  { rate: '30%', nth: 3 },
  { rate: '40%', nth: 2 },
  { rate: '51%', nth: 1 },
  { rate: '0.07', nth: 14 },
  { rate: '0.01%', nth: 10_000 },
  { rate: '0', nth: null },
  { rate: '1', nth: 1 },
])('errorRate $rate fails every $nth-th request', ({ rate, nth }) => {
  const { scenario } = loadGraph(`services: [{name: a, errorRate: ${rate}}]`);
  expect(scenario!.behaviours[0]!.endpoints[0]!.everyNthFails).toBe(nth);
});

test('what the scenario names itself wins over the graph', () => {
  const { scenario } = loadGraph(GRAPH, '{b: {endpoints: []}}');
  expect(scenario!.behaviours.map(({ name, endpoints }) => `${name} ${endpoints.length}`)).toEqual([
    'b 0',
    'a 1',
    'shop/c 1',
  ]);
});

test.each([
  { graph: 'services: [{script: []}]', found: ['1:12 missing-field!'] },
  { graph: 'services: [{name: a}, {name: a}]', found: ['1:24 duplicate-name!'] },
  { graph: 'services: [{name: a, script: [{call: z}]}]', found: ['1:32 unknown-name!'] },
  { graph: 'services: [{name: a, script: [{call: a, sleep: 1s}]}]', found: ['1:31 bad-step!'] },
  { graph: 'services: [{name: a, script: [{jump: a}]}]', found: ['1:31 bad-step!'] },
  { graph: 'services: [{name: a, script: [[[{sleep: 1s}]]]}]', found: ['1:32 bad-step!'] },
  { graph: 'services: [{name: a, script: [{sleep: 10}]}]', found: ['1:32 bad-duration!'] },
  { graph: 'services: [{name: a, errorRate: 0.001%}]', found: ['1:22 out-of-range!'] },
  { graph: 'services: [{name: a, errorRate: 2}]', found: ['1:22 bad-percentage!'] },
  { graph: 'services: [{name: a, responseSize: 1 XB}]', found: ['1:22 bad-size!'] },
  { graph: 'services: [', found: ['1:12 yaml-syntax!'] },
])('$graph: $found', ({ graph, found }) => {
  expect(loadGraph(graph).found).toEqual(found);
});

const TOPOLOGIES = '../shared/corpus/isotope/isotope/example-topologies';
const present = existsSync(TOPOLOGIES) || process.env.DRYMESH_REQUIRE_ALL === '1';

describe.skipIf(!present)('the example topologies of istio/tools', () => {
  const files = present ? readdirSync(TOPOLOGIES) : [];
  test.each(files)('%s is read without a finding', (file) => {
    const { scenario, found } = loadSpec(`spec: {behaviour: ${file}}`, fileAssets(TOPOLOGIES));
    expect(found).toEqual([]);
    if (file.startsWith('1000-svc')) expect(scenario!.behaviours).toHaveLength(1000);
  });
});
