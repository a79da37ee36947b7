import { expect, test } from 'vitest';
import { Diagnostics } from '../../src/diagnostics/index.js';
import { applyToManifests, applyToScenario, readDocuments } from '../../src/reading/index.js';

const SCENARIO = `kind: Scenario
spec:
  base: &base {rate: 1/s}
  traffic:
    - name: shoppers
      rate: 10/s
    - <<: *base
      name: bots
  copy: *base
`;

function setInScenario(...settings: string[]) {
  const diagnostics = new Diagnostics();
  const source = applyToScenario({ file: 's.yaml', text: SCENARIO }, settings, diagnostics);
  const [root] = readDocuments(source, diagnostics);
  const found = diagnostics.sorted().map((d) => `${d.file}:${d.line} ${d.code}`);
  return { spec: root!.section('spec')!, found, diagnostics };
}

const SET = [
  { set: 'traffic.shoppers.rate=5/s', at: ['traffic', 0, 'rate'], gives: '5/s' },
  { set: 'traffic[0].rate=5/s', at: ['traffic', 0, 'rate'], gives: '5/s' },
  { set: 'traffic.bots.rate=5/s', at: ['traffic', 1, 'rate'], gives: '5/s' },
  { set: 'run.seed=7', at: ['run', 'seed'], gives: 7 },
  { set: 'platform={nodes: {cpu: 2}}', at: ['platform', 'nodes', 'cpu'], gives: 2 },
  { set: 'workloads["a.b=c"].workers=3', at: ['workloads', 'a.b=c', 'workers'], gives: 3 },
  { set: 'traffic[1].timeout=', at: ['traffic', 1, 'timeout'], gives: null },
  { set: '__proto__.x=1', at: ['__proto__', 'x'], gives: 1 },
];

test.each(SET)('--set $set', ({ set, at, gives }) => {
  const { spec, found } = setInScenario(set);
  expect(at.reduce<unknown>((value, step) => (value as Record<string, unknown>)[step], spec.raw())).toBe(gives);
  expect(found).toEqual([]);
});

test('what a merge or an alias shares changes in one place only', () => {
  const { spec } = setInScenario('traffic.bots.rate=5/s', 'copy.rate=6/s');
  expect(spec.raw()).toMatchObject({ base: { rate: '1/s' }, traffic: [{}, { rate: '5/s' }], copy: { rate: '6/s' } });
});

test('a later setting sees the earlier ones', () => {
  const { spec, found } = setInScenario('traffic[0].name=x', 'traffic.x.rate=2/s');
  expect(spec.raw('traffic')).toMatchObject([{ name: 'x', rate: '2/s' }, {}]);
  expect(found).toEqual([]);
});

test('what is not set keeps its place, what is set stands in --set', () => {
  const { spec } = setInScenario('run.seed=1', 'traffic.shoppers.rate=5/s');
  expect(spec.at('copy').line).toBe(9);
  expect(spec.section('run')!.at('seed')).toEqual({ file: '--set', line: 1, column: 1 });
  const [shoppers] = spec.list('traffic');
  expect(shoppers!.at('name').line).toBe(5);
  expect(shoppers!.at('rate')).toEqual({ file: '--set', line: 2, column: 1 }); // also where a value stood before
});

test.each([
  'traffic.buyers.rate=5/s',
  'traffic[2].rate=1/s',
  'traffic.shoppers',
  '=5',
  'a..b=1',
  'run.seed=[',
  'run[0]=1',
  '',
])('refuses --set %j', (set) => {
  expect(setInScenario(set).found).toEqual(['--set:1 bad-setting']);
});

test('an unknown name is answered with those that exist', () => {
  expect(setInScenario('traffic.x.rate=5/s').diagnostics.sorted()[0]!.help).toContain('shoppers, bots');
});

const MANIFESTS = `kind: VirtualService
metadata: {name: reviews}
spec: {http: [{timeout: 3s}]}
---
kind: List
items:
  - {kind: Service, metadata: {name: a, namespace: n}, spec: {x: 1}}
`;

test('a manifest is addressed by kind, namespace and name, also inside a List', () => {
  const diagnostics = new Diagnostics();
  const sources = [{ file: 'm.yaml', text: MANIFESTS }];
  const set = ['VirtualService/default/reviews:spec.http[0].timeout=1s', 'Service/n/a:spec.x=2', 'run.seed=1'];
  const edited = applyToManifests(sources, set, diagnostics);
  const [reviews, list] = readDocuments(edited[0]!, diagnostics).map((section) => section.raw());
  expect(reviews).toMatchObject({ spec: { http: [{ timeout: '1s' }] } });
  expect(list).toMatchObject({ items: [{ spec: { x: 2 } }] });
  expect(diagnostics.sorted()).toEqual([]);
});

test('an unknown manifest is refused with a suggestion', () => {
  const diagnostics = new Diagnostics();
  applyToManifests([{ file: 'm.yaml', text: MANIFESTS }], ['VirtualService/default/review:spec=1'], diagnostics);
  expect(diagnostics.sorted()).toMatchObject([
    { code: 'bad-setting', help: 'did you mean "VirtualService/default/reviews"?' },
  ]);
});
