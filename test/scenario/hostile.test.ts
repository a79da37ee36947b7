import fc from 'fast-check';
import { expect, test } from 'vitest';
import { filesOf, load } from './support.js';

const VALID = `apiVersion: drymesh.dev/v1
kind: Scenario
metadata: {name: s}
spec:
  platform: {istioVersion: "1.31", nodes: {cpu: 4, zones: [r/a]}, gateways: {g: {cpu: 1}}}
  behaviour: g.yaml
  workloads:
    a: {workers: 1, zones: {r/a: 1}, endpoints: [{match: {path: {regex: "a+"}}, steps: [{cpu: 1ms}, {parallel: [{call: "http://b/"}]}, {choose: [{weight: 1, steps: []}]}, {repeat: {times: 2, steps: []}}], respond: {errors: {500: 1%}}}]}
  network: {sameZone: {mixture: [{weight: 1, uniform: {min: 1ms, max: 2ms}}]}}
  traffic:
    - {name: t, from: {gateway: g, zone: r/a}, stages: [{for: 1m, rate: 1/s -> 2/s}], requests: [{to: "http://a/", headers: {x: y}}]}
    - {name: u, from: outside, replay: r.csv, requests: [{name: q, to: "http://a/"}]}
  faults: [{at: 1s, for: 1s, crash: {workload: a, pods: 50%}}]
  objectives: ["p99 < 1s", {traffic: t, success: "> 99%"}]
  run: {seed: 1}
`;
const FILES = filesOf({ 'g.yaml': 'services: [{name: x, script: [{call: x}]}]', 'r.csv': '1,q\n' });
const NASTY = [
  '__proto__',
  'constructor',
  '.nan',
  '-.inf',
  '1e400',
  '-1',
  '[]',
  '{}',
  '~',
  '*a',
  '&a',
  '"',
  '!!set',
  '<<',
  '- ',
  '\t',
  '%',
  '\0',
  'toString',
  '9'.repeat(400),
];

test('the text that is mutated is valid itself', () => {
  expect(load(VALID, FILES).found).toEqual([]);
});

test('no mutation of a scenario throws, and what is refused gives no scenario', () => {
  const mutation = fc.record({
    at: fc.nat(VALID.length),
    remove: fc.integer({ min: 0, max: 12 }),
    insert: fc.oneof(fc.constantFrom(...NASTY), fc.string({ maxLength: 5 })),
  });
  const property = fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), (mutations) => {
    const text = mutations.reduce((t, { at, remove, insert }) => t.slice(0, at) + insert + t.slice(at + remove), VALID);
    const { scenario, diagnostics } = load(text, FILES);
    expect(scenario === null).toBe(diagnostics.some(({ refuses }) => refuses));
    for (const { line, column, message, help } of diagnostics) {
      expect(Math.min(line, column)).toBeGreaterThan(0);
      expect(message && help).toBeTruthy();
    }
  });
  fc.assert(property, { numRuns: 500, seed: 1 });
});

test('any JSON value may stand in any place', () => {
  const words = VALID.split(/(?<=[:[,{] )(?=[^\s[{])/);
  const property = fc.property(fc.nat(words.length - 1), fc.jsonValue({ maxDepth: 3 }), (index, value) => {
    const text = words.map((word, i) => (i === index ? `${JSON.stringify(value)}, ${word}` : word)).join('');
    load(text, FILES);
    const json = JSON.stringify({
      apiVersion: 'drymesh.dev/v1',
      kind: 'Scenario',
      metadata: { name: 's' },
      spec: value,
    });
    load(json, FILES);
  });
  fc.assert(property, { numRuns: 200, seed: 1 });
});

const FIELDS = ['platform', 'manifests', 'behaviour', 'workloads', 'network', 'traffic', 'faults', 'objectives', 'run'];

test('any JSON value may stand for any field of the spec', () => {
  const property = fc.property(fc.constantFrom(...FIELDS), fc.jsonValue({ maxDepth: 4 }), (field, value) => {
    load(
      JSON.stringify({
        apiVersion: 'drymesh.dev/v1',
        kind: 'Scenario',
        metadata: { name: 's' },
        spec: { [field]: value },
      }),
    );
  });
  fc.assert(property, { numRuns: 500, seed: 1 });
});
